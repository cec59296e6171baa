"""A week to plan: one need that one studio answers, and its draft."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from tests.cast import YAAN, Cast

from keqiao.assignments import selectors, services
from keqiao.assignments.models import Choice, Item, Plan, Ruling
from keqiao.assignments.types import Terms
from keqiao.needs.models import Need
from keqiao.offers.models import Offer
from keqiao.places.models import Association
from keqiao.reactions import services as reactions

EASY = Terms(threshold=0, newcomers=0)


@dataclass(slots=True)
class Week:
    """A draft of 吴桥 with the need and the offer that it began with."""

    cast: Cast
    plan: Plan
    need: Need
    offer: Offer

    def item(self, need: Need | None = None) -> Item:
        """Return the row of a need."""
        return selectors.item(self.plan, (need or self.need).code)

    def chosen(self, need: Need | None = None) -> list[Choice]:
        """Return who was chosen for a need: studios first."""
        rows = [one for one in self.item(need).choices.all() if one.is_chosen]
        return sorted(rows, key=lambda one: one.broker_id is not None)

    def studio(self, need: Need | None = None) -> Choice:
        """Return the first studio of a need, chosen or next best."""
        return next(one for one in self.item(need).choices.all() if one.studio_id is not None)

    def ruled(self) -> list[tuple[str, str]]:
        """Return (row, kind) of all that was ruled."""
        rows = Ruling.objects.filter(plan=self.plan).order_by("pk")
        return list(rows.values_list("key", "kind"))


def node(code: str = YAAN) -> Association:
    """Return the association of a region."""
    found: Association = Association.objects.get(region=code)
    return found


def week_of(cast: Cast, terms: Terms = EASY) -> Week:
    """Open a need and an offer, have them matched, and draft the week."""
    offer, need = cast.open_offer(), cast.open_need()
    reactions.run("default")
    plan = services.draft(node(), timezone.localdate(), terms, by=cast.wu)
    return Week(cast, plan, need, offer)
