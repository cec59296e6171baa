"""``keqiao tend``: the daily housekeeping; the worker does it by itself."""

from __future__ import annotations

import argparse
import datetime

HELP = "Close what ran out, pass on places, delete what is kept no longer, warn, let complaints rise, gather digests."
NEEDS_DATABASE = True
KEEP_TASKS = datetime.timedelta(days=7)
KEEP_WINDOWS = datetime.timedelta(hours=1)  # how often somebody asked counts for a minute only


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: there are none."""


def run(_arguments: argparse.Namespace) -> int:
    """Do it for today, in the local calendar."""
    from django.utils import timezone

    from keqiao.complaints import selectors as complaints
    from keqiao.reactions import reminders, visit_reminders

    needs, offers = expire(timezone.localdate())
    print(f"closed {needs} needs and {offers} offers that ran out of their time")
    lapsed, asked = follow_up(timezone.localdate())
    print(f"ended {lapsed} invitations without an answer, asked after {asked} outcomes")
    promises = ask_after_promises(timezone.localdate())
    reminded = visit_reminders.remind_of_visits(timezone.now())
    print(f"asked after {promises} promises of visits, reminded {reminded} times of a record")
    print(f"dropped {drop_sheets(timezone.localdate())} spreadsheets that nobody confirmed")
    print(f"passed on places in {pass_on(timezone.now())} sessions")
    print(f"ended {end_classes(timezone.now())} classes whose guardians were asked long enough")
    print(f"deleted what was held about {delete_minors(timezone.localdate())} minors in sessions")
    warned = reminders.warn_of_ends(timezone.localdate())
    warned += reminders.warn_of_wishes(timezone.localdate())
    print(f"asked {reminders.ask_how_it_was(timezone.now())} times how a session was")
    gathered = reminders.send_digests(timezone.now())
    print(f"warned {warned} times of an end, gathered {gathered} digests")
    stuck = len(complaints.without_hands(timezone.localdate()))
    print(f"{rise(timezone.localdate())} overdue complaints rose to the administrators above")
    if stuck:
        print(
            f"{stuck} complaints wait for somebody who has no part in them: appoint one more administrator"
        )
    return 0


def expire(today: datetime.date) -> tuple[int, int]:
    """Close the needs and offers whose last day was before ``today``; return how many of each."""
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    from keqiao.base.errors import Refused
    from keqiao.messaging import services as messaging
    from keqiao.needs import selectors as needs
    from keqiao.needs import services as need_services
    from keqiao.needs.types import Resolution
    from keqiao.offers import selectors as offers
    from keqiao.offers import services as offer_services
    from keqiao.search import vectors
    from keqiao.tokens import services as token_services

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
    token_services.forget_windows(timezone.now() - KEEP_WINDOWS)
    messaging.forget_old(timezone.now())
    return closed_needs, closed_offers


def drop_sheets(today: datetime.date) -> int:
    """Remove the spreadsheets that nobody confirmed in time; return how many."""
    from keqiao.base.errors import Refused
    from keqiao.sheets import selectors as sheets
    from keqiao.sheets import services as sheet_services

    dropped = 0
    for sheet in sheets.forgotten(today):
        try:
            sheet_services.drop(sheet, by=None)
            dropped += 1
        except Refused:  # somebody confirmed it in this moment
            continue
    return dropped


def pass_on(now: datetime.datetime) -> int:
    """Offer to those who wait the places that were kept or offered too long, draw the lots that are due."""
    from keqiao.registrations import services as registrations

    return registrations.lapse(now)


def delete_minors(today: datetime.date) -> int:
    """Delete what is held about minors in sessions whose term is over; return of how many."""
    from keqiao.guardians import services as guardians

    return guardians.delete_due(today)


def end_classes(now: datetime.datetime) -> int:
    """Give back the places of classes whose day is over, with the names of whom nobody confirmed; return how many."""
    from keqiao.classes import services as classes

    return classes.end_due(now)


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


def ask_after_promises(today: datetime.date) -> int:
    """Ask both sides of a visit whether what was promised for a day by now was kept; return how often."""
    from keqiao.visits import selectors, steps

    return sum(steps.ask_after(question) for question in selectors.to_ask(today))


def rise(today: datetime.date) -> int:
    """Let the complaints that nobody took up or answered in time rise a desk; return how many."""
    from keqiao.base.errors import Refused
    from keqiao.complaints import selectors, services

    risen = 0
    for complaint in selectors.overdue(today):
        try:
            services.rise(complaint)
            risen += 1
        except Refused:  # somebody took it up in this moment
            continue
    return risen
