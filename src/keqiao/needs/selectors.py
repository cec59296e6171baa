"""Questions about needs: what may be seen, by whom."""

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
from keqiao.engine.types import Entry
from keqiao.needs import policies
from keqiao.needs.models import Attachment, Need
from keqiao.needs.states import PUBLIC, State
from keqiao.needs.types import RENEW_DAYS
from keqiao.organisations.models import Organisation
from keqiao.places.selectors import prefix
from keqiao.search import imprints
from keqiao.search.types import Compared

RELATED = ("region", "industry", "subject", "organisation", "author")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; empty means not narrowed. Codes stand for their subtrees."""

    region: str = ""
    industry: str = ""
    subject: str = ""
    cooperation: str = ""
    stage: int | None = None


def get(code: str, *, by: Visitor) -> Need:
    """Return the need of ``code``; raise Missing when ``by`` may not know of it."""
    rows = Need.objects.filter(policies.visible_to(by), code=code).select_related(*RELATED)
    found = rows.first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def get_private(code: str, *, by: Visitor) -> Need:
    """Return the need with its private version; raise Missing for everybody who may not read that."""
    need = get(code, by=by)
    if not policies.may_see_private(by, need):
        raise Missing
    return need


def public(narrowed: Filter | None = None) -> QuerySet[Need]:
    """Return the needs that everybody may read, newest first."""
    rows = Need.objects.filter(state__in=PUBLIC).select_related(*RELATED)
    return rows.filter(_condition(narrowed or Filter())).order_by("-opened_at", "-pk")


def by_codes(codes: list[str], *, by: Visitor) -> list[Need]:
    """Return the visible needs among ``codes``, in the order of ``codes``."""
    rows = Need.objects.filter(policies.visible_to(by), code__in=codes).select_related(*RELATED)
    found = {need.code: need for need in rows}
    return [found[code] for code in codes if code in found]


def of_person(person: Visitor) -> QuerySet[Need]:
    """Return the person's own needs and those of the person's organisations, last changed first."""
    mine = Need.objects.filter(policies.owned_by(person)).select_related(*RELATED)
    return mine.order_by("-changed_at", "-pk")


def to_review(person: Visitor) -> QuerySet[Need]:
    """Return the needs that wait for this reviewer, longest waiting first."""
    waiting = Need.objects.filter(policies.reviewable_by(person), state=State.REVIEW)
    return waiting.select_related(*RELATED).order_by("submitted_at", "pk")


def like(
    organisation: Organisation, *, codes: Collection[str], titles: Collection[str], by: Visitor
) -> list[Need]:
    """Return those needs of an organisation that ``by`` may know of and that have one of ``codes`` or ``titles``."""
    wanted = Q(code__in=[code for code in codes if is_code(code)]) | Q(title__in=titles)
    rows = Need.objects.filter(policies.visible_to(by), wanted, organisation=organisation)
    return list(rows.order_by("pk"))


def compared(entry: Entry, *, by: Visitor) -> Compared[Need]:
    """Return the twins and stock sentences of a need's submitted ``entry``, as its reviewer may see them.

    Of a twin outside the reviewer's area nothing private shows: its public title when it is open, else only that it is.
    """
    return imprints.compare(
        entry,
        lambda codes: {
            row.code: row for row in Need.objects.filter(code__in=codes).select_related(*RELATED)
        },
        may_read=lambda row: policies.may_see_private(by, row),
        may_know=lambda row: row.state in PUBLIC,
    )


def ending(person: Visitor, today: dt.date) -> QuerySet[Need]:
    """Return the person's own open needs that may be renewed, soonest first."""
    soon = today + dt.timedelta(days=RENEW_DAYS)
    own = Need.objects.filter(policies.owned_by(person), state=State.OPEN, expires_on__lte=soon)
    return own.order_by("expires_on", "pk")


def due(today: dt.date) -> QuerySet[Need]:
    """Return the open needs whose time has run out, or whose owner wanted an answer before ``today``."""
    has_ended = Q(expires_on__lt=today) | Q(deadline_on__lt=today)
    return Need.objects.filter(has_ended, state=State.OPEN).order_by("pk")


def running_out(today: dt.date, *, within: int) -> QuerySet[Need]:
    """Return the open needs that end in up to ``within`` days, and not before ``today``."""
    until = today + dt.timedelta(days=within)
    ends = Q(expires_on__lte=until) | Q(deadline_on__lte=until)
    has_ended = Q(expires_on__lt=today) | Q(deadline_on__lt=today)
    rows = Need.objects.filter(ends & ~has_ended, state=State.OPEN)
    return rows.select_related("organisation").order_by("pk")


def last_day(need: Need) -> dt.date | None:
    """Return the last day of an open need: its own, or its owner's if that is sooner."""
    days = [day for day in (need.expires_on, need.deadline_on) if day is not None]
    return min(days, default=None)


def attachments(need: Need) -> QuerySet[Attachment]:
    """Return the files beside the private version, oldest first."""
    return Attachment.objects.filter(need=need).order_by("pk")


def attachment(need: Need, number: int) -> Attachment:
    """Return one file of a need that the caller may read privately; raise Missing."""
    found = Attachment.objects.filter(need=need, pk=number).first()
    if found is None:
        raise Missing
    return found


def _condition(narrowed: Filter) -> Q:
    condition = Q()
    codes = (narrowed.region, narrowed.industry, narrowed.subject, narrowed.cooperation)
    if not all(is_code(code) for code in codes if code):
        return NOTHING
    if narrowed.region:
        condition &= Q(region__code__startswith=prefix(narrowed.region))
    if narrowed.industry:
        condition &= Q(industry__code__startswith=narrowed.industry)
    if narrowed.subject:
        condition &= Q(subject__code__startswith=narrowed.subject)
    if narrowed.cooperation:
        condition &= Q(cooperation__icontains=f'"{narrowed.cooperation}"')
    if narrowed.stage:
        condition &= Q(stage=narrowed.stage)
    return condition


def live_of(organisation_ids: Collection[int]) -> QuerySet[Need]:
    """Return the needs of some bodies that wait for a review or for an answer."""
    live = (State.REVIEW, State.OPEN, State.IN_CASE)
    return Need.objects.filter(organisation__in=organisation_ids, state__in=live)


def own_files(person: Person) -> QuerySet[Attachment]:
    """Return the files that a person put beside needs and may still read."""
    rows = Attachment.objects.filter(added_by=person).select_related("need").order_by("pk")
    return rows.filter(need__in=Need.objects.filter(policies.owned_by(person)))


def held_about(person: Person) -> Held:
    """Return what is held about a person: needs written, files added, needs reviewed.

    Of a need that belongs to a body the private words are told only as long as the person acts for it.
    """
    written = Need.objects.filter(author=person).select_related("organisation").order_by("pk")
    personal = [need for need in written if need.organisation_id is None]
    files = Attachment.objects.filter(added_by=person).select_related("need").order_by("pk")
    reviewed = Need.objects.filter(reviewed_by=person).order_by("pk")
    return {
        "needs_unpublished": [_told(need) for need in personal if need.opened_at is None],
        "needs_published": [_told(need) for need in personal if need.opened_at is not None],
        "needs_of_organisations": [
            _told(need)
            if policies.owns(person, need)
            else {"code": need.code, "state": need.state, "public_title": need.public_title}
            for need in written
            if need.organisation_id is not None
        ],
        "need_files": [_file(one) for one in files if one.need.organisation_id is None],
        "need_files_of_organisations": [
            _file(one) for one in files if one.need.organisation_id is not None
        ],
        "needs_reviewed": list(reviewed.values("code", "public_title", "state")),
    }


TOLD = (
    "code", "state", "resolution", "title", "wanted", "tried", "targets", "limits", "stage", "cooperation",
    "budget_low", "budget_high", "deadline_on", "keywords", "secrets", "public_title", "public_text",
    "created_at", "opened_at", "closed_at",
)  # fmt: skip


def _told(need: Need) -> dict[str, Any]:
    told = {name: getattr(need, name) for name in TOLD}
    named = need.organisation.name if need.organisation is not None else ""
    return {**told, "region": need.region_id, "organisation": named}


def _file(kept: Attachment) -> dict[str, Any]:
    return {
        "need_code": kept.need.code,
        "name": kept.name,
        "size": kept.size,
        "sha256": kept.sha256,
        "added_at": kept.added_at,
    }
