"""Questions about offers and studios: what may be seen, by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from keqiao.access.policies import NOTHING, Visitor
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.base.text import as_name
from keqiao.engine.types import Entry
from keqiao.offers import policies
from keqiao.offers.models import Offer, Studio
from keqiao.offers.states import State
from keqiao.offers.types import RENEW_DAYS
from keqiao.places.selectors import prefix
from keqiao.search import imprints
from keqiao.search.types import Compared

FACTS = ("industries", "backings")  # of several offers, read together
RELATED = ("region", "subject", "studio", "studio__person", "studio__organisation")
MOST_NAMED = 50  # that are looked at for a name


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; empty means not narrowed. Codes stand for their subtrees."""

    region: str = ""
    industry: str = ""
    subject: str = ""
    kind: str = ""
    stage: int | None = None


def get(code: str, *, by: Visitor) -> Offer:
    """Return the offer of ``code``; raise Missing when ``by`` may not know of it."""
    rows = Offer.objects.filter(policies.visible_to(by), code=code).select_related(*RELATED)
    found = rows.prefetch_related(*FACTS).first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def public(narrowed: Filter | None = None) -> QuerySet[Offer]:
    """Return the offers that everybody may read, newest first."""
    rows = Offer.objects.filter(state=State.OPEN).select_related(*RELATED)
    return rows.filter(_condition(narrowed or Filter())).order_by("-opened_at", "-pk")


def by_codes(codes: list[str], *, by: Visitor) -> list[Offer]:
    """Return the visible offers among ``codes``, in the order of ``codes``."""
    rows = Offer.objects.filter(policies.visible_to(by), code__in=codes).select_related(*RELATED)
    found = {offer.code: offer for offer in rows}
    return [found[code] for code in codes if code in found]


def of_person(person: Visitor) -> QuerySet[Offer]:
    """Return the offers of the person's studios, last changed first."""
    mine = Offer.objects.filter(policies.run_by(person, through="studio__"))
    return mine.select_related(*RELATED).order_by("-changed_at", "-pk")


def to_review(person: Visitor) -> QuerySet[Offer]:
    """Return the offers that wait for this reviewer, longest waiting first."""
    waiting = Offer.objects.filter(policies.reviewable_by(person), state=State.REVIEW)
    return waiting.select_related(*RELATED).order_by("submitted_at", "pk")


def compared(entry: Entry, *, by: Visitor) -> Compared[Offer]:
    """Return the twins and stock sentences of an offer's ``entry``, as its reviewer may see them.

    Of a twin that the reviewer may not see (elsewhere, and not open) only that it is shows.
    """
    return imprints.compare(
        entry,
        lambda codes: {
            row.code: row for row in Offer.objects.filter(code__in=codes).select_related(*RELATED)
        },
        may_read=lambda row: policies.may_see(by, row),
        may_know=lambda row: row.state == State.OPEN,
    )


def ending(person: Visitor, today: dt.date) -> QuerySet[Offer]:
    """Return the person's own open offers that may be renewed, soonest first."""
    soon = today + dt.timedelta(days=RENEW_DAYS)
    own = Offer.objects.filter(
        policies.run_by(person, through="studio__"), state=State.OPEN, expires_on__lte=soon
    )
    return own.order_by("expires_on", "pk")


def due(today: dt.date) -> QuerySet[Offer]:
    """Return the open offers whose time has run out."""
    return Offer.objects.filter(state=State.OPEN, expires_on__lt=today).order_by("pk")


def running_out(today: dt.date, *, within: int) -> QuerySet[Offer]:
    """Return the open offers that end in up to ``within`` days, and not before ``today``."""
    until = today + dt.timedelta(days=within)
    rows = Offer.objects.filter(state=State.OPEN, expires_on__range=(today, until))
    return rows.select_related("studio").order_by("pk")


def studios_of(person: Visitor) -> QuerySet[Studio]:
    """Return the studios that the person runs: the own one first."""
    mine = Studio.objects.filter(policies.run_by(person)).select_related("region", "organisation")
    return mine.order_by("organisation_id", "pk")


def studio(code: str, *, by: Visitor) -> Studio:
    """Return the studio of ``code``; one without an open offer is known to those who run it only."""
    rows = Studio.objects.select_related("region", "subject", "person", "organisation")
    found = rows.filter(code=code).first() if is_code(code) else None
    if found is None:
        raise Missing
    if not (policies.runs(by, found) or found.offers.filter(state=State.OPEN).exists()):
        raise Missing
    return found


def studios_named(name: str, *, by: Visitor) -> list[Studio]:
    """Return the studios with an open offer, or run by ``by``, whose name has ``name`` in it, the shortest first."""
    wanted = as_name(name)
    if not wanted:
        return []
    shown = Q(offers__state=State.OPEN) | policies.run_by(by)
    rows = Studio.objects.filter(shown, name__icontains=wanted).order_by("pk").distinct()
    return sorted(rows[:MOST_NAMED], key=lambda one: (len(one.name), one.pk))


def offers_of(studio: Studio) -> QuerySet[Offer]:
    """Return the open offers of a studio, newest first."""
    rows = Offer.objects.filter(studio=studio, state=State.OPEN).select_related(*RELATED)
    return rows.order_by("-opened_at", "-pk")


def _condition(narrowed: Filter) -> Q:
    condition = Q()
    codes = (narrowed.region, narrowed.industry, narrowed.subject, narrowed.kind)
    if not all(is_code(code) for code in codes if code):
        return NOTHING
    if narrowed.region:
        condition &= Q(region__code__startswith=prefix(narrowed.region))
    if narrowed.industry:
        tied = Offer.industries.through.objects.filter(industry__code__startswith=narrowed.industry)
        condition &= Q(pk__in=tied.values("offer_id"))
    if narrowed.subject:
        condition &= Q(subject__code__startswith=narrowed.subject)
    if narrowed.kind:
        condition &= Q(kind=narrowed.kind)
    if narrowed.stage:
        condition &= Q(stage=narrowed.stage)
    return condition


def live_of(organisation_ids: Collection[int]) -> QuerySet[Offer]:
    """Return the offers of some bodies' studios that wait for a review or are open."""
    rows = Offer.objects.filter(studio__organisation__in=organisation_ids)
    return rows.filter(state__in=(State.REVIEW, State.OPEN))


def held_about(person: Person) -> Held:
    """Return what is held about a person: the own studio, its offers, offers written for bodies, offers reviewed."""
    studios = Studio.objects.filter(person=person)
    rows = Offer.objects.select_related("studio").prefetch_related("backings").order_by("pk")
    own = list(rows.filter(studio__person=person))
    written = rows.filter(author=person).exclude(studio__person=person)
    reviewed = Offer.objects.filter(reviewed_by=person).order_by("pk")
    return {
        "studios": list(studios.values("code", "name", "about", "capacity", "founded_at")),
        "offers_unpublished": [_told(offer) for offer in own if offer.opened_at is None],
        "offers_published": [_told(offer) for offer in own if offer.opened_at is not None],
        "offers_of_organisations": [_told(offer) for offer in written],
        "offers_reviewed": list(reviewed.values("code", "title", "state")),
    }


TOLD = (
    "code", "state", "kind", "title", "description", "stage", "rights", "keywords", "capacity",
    "created_at", "opened_at", "closed_at",
)  # fmt: skip


def _told(offer: Offer) -> dict[str, Any]:
    told = {name: getattr(offer, name) for name in TOLD}
    evidence = [backing.text for backing in offer.backings.all()]
    return {**told, "region": offer.region_id, "studio": offer.studio.name, "evidence": evidence}
