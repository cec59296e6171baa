"""From rows to a problem: which needs of an area wait, which studios fit, what each can take in a week.

A studio's places in a week are what it says that it can carry (the smaller of its own capacity and its open offers'
together), less the live cases in which it answers and the invitations that it has not answered. A newcomer is a studio
that in the last year accepted no invitation and answered in no case that was confirmed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from keqiao.access.policies import area_of
from keqiao.assignments.models import Capacity, Choice, Plan, Ruling
from keqiao.assignments.types import NEWCOMER_DAYS, RulingKind
from keqiao.casework.models import Case, Concern, Party
from keqiao.casework.states import LIVE, Stage
from keqiao.casework.types import Side
from keqiao.engine.assignment.types import Couple, Expert, Pair, Problem, Rules
from keqiao.engine.assignment.types import Need as Wanted
from keqiao.engine.types import Reason
from keqiao.invitations.models import Invitation
from keqiao.invitations.states import WAITING
from keqiao.invitations.states import State as InvitationState
from keqiao.matching.models import Refusal, Run, Suggestion
from keqiao.matching.types import SubjectKind, part_from_json
from keqiao.needs.models import Need
from keqiao.needs.states import State as NeedState
from keqiao.offers.models import Offer, Studio
from keqiao.offers.states import State as OfferState
from keqiao.organisations.models import Membership, Organisation

EARLY = (Stage.FOUND, Stage.CONTACTED)  # stages in which a case may still look for somebody
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """One need of the area, with the live case that carries it, if there is one."""

    need: Need
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """The problem of the needs; what is not in it stands beside it.

    ``offers``: the offer that speaks for a pair (need, studio), by codes. ``absent``: by need, why pairs were left out.
    """

    asked: Mapping[str, Asked]
    studios: Mapping[str, Studio]
    offers: Mapping[tuple[str, str], int | None]
    absent: Mapping[str, tuple[Reason, ...]]
    problem: Problem


def weigh(plan: Plan) -> Weighed:
    """Return what the studios of a plan are assigned from."""
    asked = {one.need.code: one for one in _asked(plan)}
    locks, bans = rulings(plan, asked)
    wished = {
        (one.key, one.studio.code): one.offer_id
        for one in locks
        if one.studio is not None and one.offer is not None and one.offer.state == OfferState.OPEN
    }
    pairs, offers, studios = _suggested(asked, wished)
    offers |= wished
    studios |= {one.studio.code: one.studio for one in locks if one.studio is not None}
    refused, invited = said(asked)
    out = refused | invited | {(one.key, one.studio.code) for one in bans if one.studio is not None}
    locked = [Couple(one.key, one.studio.code) for one in locks if one.studio is not None]
    barred = _stakes(asked, studios, {*pairs, *((one.need, one.expert) for one in locked)})
    room, known = places(plan, studios.values()), experienced(studios.values())
    return Weighed(
        asked=asked,
        studios=studios,
        offers=offers,
        absent=_absent(asked, pairs, (refused, invited), bans),
        problem=Problem(
            needs=[Wanted(key, plan.wanted) for key in asked],
            experts=[
                Expert(code, room[code], is_newcomer=studio.pk not in known)
                for code, studio in studios.items()
            ],
            pairs=[pair for couple, pair in pairs.items() if couple not in out],
            conflicts=[Couple(*couple) for couple in barred | (out & _couples(locked))],
            locks=locked,
            rules=rules_of(plan),
        ),
    )


def rules_of(plan: Plan) -> Rules:
    """Return the terms of a plan as the engine's rules."""
    floor = None if plan.floor is None else float(plan.floor)
    return Rules(float(plan.threshold), floor, plan.newcomers / HUNDRED)


def rulings(plan: Plan, keys: Collection[str]) -> tuple[list[Ruling], list[Ruling]]:
    """Return the locks and the bans about rows that there still are, oldest first."""
    rows = Ruling.objects.filter(plan=plan, key__in=keys)
    rows = rows.select_related("studio__person", "studio__organisation", "offer", "broker")
    found = list(rows.order_by("at", "pk"))
    locks = [one for one in found if one.kind == RulingKind.LOCK]
    return locks, [one for one in found if one.kind == RulingKind.BAN]


def places(plan: Plan, studios: Iterable[Studio]) -> dict[str, int]:
    """Return how many needs each studio can still take in this week, by code.

    What the plan says, less what it sent already, goes before the formula.
    """
    known = {studio.pk: studio for studio in studios}
    sent = Choice.objects.filter(item__plan=plan, studio__in=known, invitation__isnull=False)
    used = _counted(sent, "studio_id")
    chosen = Capacity.objects.filter(plan=plan, studio__in=known).values_list("studio_id", "count")
    ruled = {pk: count - used.get(pk, 0) for pk, count in chosen}
    opened = Offer.objects.filter(studio__in=known, state=OfferState.OPEN)
    offered = dict(opened.values_list("studio_id").annotate(Sum("capacity")).order_by())
    at_work = Party.objects.filter(
        studio__in=known, side=Side.ANSWERS, left_at=None, case__state__in=LIVE
    )
    busy = _counted(at_work, "studio_id")
    waiting = _counted(Invitation.objects.filter(studio__in=known, state__in=WAITING), "studio_id")
    found = {}
    for pk, studio in known.items():
        able = min(studio.capacity, offered.get(pk, 0))
        left = ruled.get(pk, able - busy.get(pk, 0) - waiting.get(pk, 0))
        found[studio.code] = max(0, left)
    return found


def experienced(studios: Iterable[Studio]) -> set[int]:
    """Return the numbers of the studios that are no newcomers."""
    known = {studio.pk for studio in studios}
    since = timezone.now() - dt.timedelta(days=NEWCOMER_DAYS)
    accepted = Invitation.objects.filter(
        studio__in=known, state=InvitationState.ACCEPTED, answered_at__gte=since
    )
    confirmed = Party.objects.filter(
        studio__in=known,
        side=Side.ANSWERS,
        case__state=Stage.CONFIRMED,
        case__closed_at__gte=since,
    )
    return {*accepted.values_list("studio_id", flat=True)} | {
        *confirmed.values_list("studio_id", flat=True)
    }


def members(persons: Collection[int]) -> dict[int, set[int]]:
    """Return the organisations that each of some persons acts for, those merged into them too."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    live = Membership.objects.filter(person__in=persons, ended_at=None)
    for person, organisation in live.values_list("person_id", "organisation_id"):
        found[person].add(organisation)
    bodies = set().union(*found.values())
    became = Organisation.objects.filter(merged_into__in=bodies).values_list("pk", "merged_into_id")
    for merged, into in became:
        for held in found.values():
            if into in held:
                held.add(merged)
    return found


def body(organisation: Organisation | None) -> int | None:
    """Return the number of what an organisation is now, after mergers."""
    return None if organisation is None else organisation.merged_into_id or organisation.pk


def _counted(rows: QuerySet[Any], by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(Count("pk")))


def _asked(plan: Plan) -> list[Asked]:
    related = ("region", "organisation", "author")
    area = area_of(plan.association)
    waiting = Need.objects.filter(region__code__startswith=area, state=NeedState.OPEN)
    found = [Asked(need) for need in waiting.select_related(*related).order_by("pk")]
    if plan.has_cases:
        answered = Party.objects.filter(side=Side.ANSWERS, left_at=None).values("case")
        invited = Invitation.objects.filter(state__in=WAITING).values("case")
        rows = Concern.objects.filter(
            need__region__code__startswith=area,
            need__state=NeedState.IN_CASE,
            released_at=None,
            case__state__in=EARLY,
        ).exclude(Q(case__in=answered) | Q(case__in=invited))
        rows = rows.select_related("case__broker", *(f"need__{name}" for name in related))
        found += [Asked(one.need, one.case) for one in rows.order_by("pk")]
    return found


def _suggested(
    asked: Mapping[str, Asked], wished: Mapping[tuple[str, str], int | None]
) -> tuple[dict[tuple[str, str], Pair], dict[tuple[str, str], int | None], dict[str, Studio]]:
    """Return the best suggestion of each pair, of runs that found something good, and the studios.

    Where a lock is about one offer of the studio, ``wished``, only that one speaks for the pair.
    """
    rows = Suggestion.objects.filter(
        run__need__in=[one.need.pk for one in asked.values()],
        run__subject_kind=SubjectKind.NEED,
        run__is_current=True,
        run__is_good=True,
        offer__state=OfferState.OPEN,
    ).select_related("need", "offer__studio__person", "offer__studio__organisation")
    pairs: dict[tuple[str, str], Pair] = {}
    offers: dict[tuple[str, str], int | None] = {}
    studios: dict[str, Studio] = {}
    for row in rows.order_by("-score", "pk"):
        couple = (row.need.code, row.offer.studio.code)
        if couple not in pairs and wished.get(couple, row.offer_id) == row.offer_id:
            parts = tuple(part_from_json(kept) for kept in row.parts)
            pairs[couple] = Pair(*couple, row.score, parts)
            offers[couple] = row.offer_id
            studios[couple[1]] = row.offer.studio
    return pairs, offers, studios


def said(asked: Mapping[str, Asked]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return the pairs that a studio refused, and those that wait for its answer or have it."""
    needs = [one.need.pk for one in asked.values()]
    refused = Refusal.objects.filter(need__in=needs)
    asked_already = Invitation.objects.filter(
        need__in=needs, state__in=(*WAITING, InvitationState.ACCEPTED), case__state__in=LIVE
    )
    return (
        set(refused.values_list("need__code", "studio__code")),
        set(asked_already.values_list("need__code", "studio__code")),
    )


def _stakes(
    asked: Mapping[str, Asked],
    studios: Mapping[str, Studio],
    couples: Iterable[tuple[str, str]],
) -> set[tuple[str, str]]:
    """Return the pairs with one organisation or one person on both sides."""
    acts_for = members({one.person_id for one in studios.values() if one.person_id is not None})
    found = set()
    for key, code in couples:
        need, studio = asked[key].need, studios[code]
        asking = body(need.organisation)
        own = studio.person_id is not None and (
            studio.person_id == need.author_id
            or (
                asking is not None
                and bool({asking, need.organisation_id} & acts_for[studio.person_id])
            )
        )
        if own or (asking is not None and asking == body(studio.organisation)):
            found.add((key, code))
    return found


def _absent(
    asked: Mapping[str, Asked],
    pairs: Mapping[tuple[str, str], Pair],
    said: tuple[set[tuple[str, str]], set[tuple[str, str]]],
    bans: Iterable[Ruling],
) -> dict[str, tuple[Reason, ...]]:
    """Say by need why nobody, or fewer, could be weighed."""
    known = {need for need, _studio in pairs}
    runs = Run.objects.filter(
        need__in=[one.need.pk for one in asked.values()],
        subject_kind=SubjectKind.NEED,
        is_current=True,
    )
    is_good = dict(runs.values_list("need__code", "is_good"))
    found: defaultdict[str, list[Reason]] = defaultdict(list)
    for key in asked:
        if key not in is_good:
            found[key].append(Reason("gap.not_run"))
        elif not is_good[key]:
            found[key].append(Reason("gap.no_good"))
        elif key not in known:
            found[key].append(Reason("gap.nothing"))
    banned = {(one.key, one.studio.code) for one in bans if one.studio is not None}
    for code, couples in zip(
        ("gap.refused", "gap.invited", "gap.banned"), (*said, banned), strict=True
    ):
        counts: defaultdict[str, int] = defaultdict(int)
        for key, _studio in couples:
            counts[key] += 1
        for key, count in counts.items():
            found[key].append(Reason(code, {"count": count}))
    return {key: tuple(reasons) for key, reasons in found.items()}


def _couples(locked: Iterable[Couple]) -> set[tuple[str, str]]:
    return {(one.need, one.expert) for one in locked}
