"""``keqiao tend``: the daily housekeeping; the worker does it by itself."""

from __future__ import annotations

import argparse
import datetime

HELP = "Close what has run out of its time, forget finished tasks and the vectors of encoders that no setting names."
NEEDS_DATABASE = True
KEEP_TASKS = datetime.timedelta(days=7)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: there are none."""


def run(_arguments: argparse.Namespace) -> int:
    """Do it for today, in the local calendar."""
    from django.utils import timezone

    needs, offers = expire(timezone.localdate())
    print(f"closed {needs} needs and {offers} offers that ran out of their time")
    lapsed, asked = follow_up(timezone.localdate())
    print(f"ended {lapsed} invitations without an answer, asked after {asked} outcomes")
    return 0


def expire(today: datetime.date) -> tuple[int, int]:
    """Close the needs and offers whose last day was before ``today``; return how many of each."""
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    from keqiao.base.errors import Refused
    from keqiao.needs import selectors as needs
    from keqiao.needs import services as need_services
    from keqiao.needs.types import Resolution
    from keqiao.offers import selectors as offers
    from keqiao.offers import services as offer_services
    from keqiao.search import vectors

    closed_needs = closed_offers = 0
    for need in needs.due(today):
        try:
            need_services.close(need, Resolution.EXPIRED, by=None)
            closed_needs += 1
        except Refused:  # somebody closed it in this moment
            continue
    for offer in offers.due(today):
        try:
            offer_services.close(offer, by=None, reason="expired")
            closed_offers += 1
        except Refused:
            continue
    finished = DBTaskResult.objects.filter(finished_at__lt=timezone.now() - KEEP_TASKS)
    finished.filter(status="SUCCESSFUL").delete()
    vectors.tidy()
    return closed_needs, closed_offers


def follow_up(today: datetime.date) -> tuple[int, int]:
    """End the invitations that nobody answered, ask after the outcomes whose day has come; return how many of each."""
    from keqiao.base.errors import Refused
    from keqiao.invitations import selectors as invitations
    from keqiao.invitations import services as invitation_services
    from keqiao.outcomes import selectors as outcomes
    from keqiao.outcomes import services as outcome_services

    lapsed = asked = 0
    for invitation in invitations.lapsing(today):
        try:
            invitation_services.lapse(invitation)
            lapsed += 1
        except Refused:  # somebody answered in this moment
            continue
    for question in outcomes.to_ask(today):
        asked += outcome_services.ask_after(question)
    return lapsed, asked
