"""Which broker carries what: the brokers of an area with their load, and what speaks for each of them.

A broker's score for a row has four parts: room (up to 40 points: free places by capacity), contact (30: carried a
case of the same organisation), subject (15: carried a need of the same field), place (15: works just there, or
carried a case there). Whoever has a stake in a row is not asked to carry it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from keqiao.access.models import Grant
from keqiao.access.policies import area_of
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.assignments import weighing
from keqiao.assignments.models import Capacity, Plan
from keqiao.assignments.types import BROKER_KEY, LIVE_CASES
from keqiao.casework.models import Case, Concern, Party
from keqiao.casework.states import LIVE
from keqiao.engine.assignment.types import Couple, Expert, Pair, Problem
from keqiao.engine.assignment.types import Need as Wanted
from keqiao.engine.types import Part, Reason
from keqiao.needs.models import Need
from keqiao.offers.models import Studio
from keqiao.places.models import Association
from keqiao.places.selectors import prefix

ROOM, CONTACT, SUBJECT, PLACE = 40, 30, 15, 15
FIELD = 3  # characters of a subject's code that name its field: E02


@dataclass(frozen=True, slots=True)
class Carrier:
    """A broker of the area: where the grants lie, how many live cases there are and may be."""

    person: Person
    areas: tuple[str, ...]
    live: int
    capacity: int

    @property
    def key(self) -> str:
        """Return how the engine and the page name the broker."""
        return BROKER_KEY.format(self.person.pk)

    @property
    def free(self) -> int:
        """Return how many more cases the broker can carry."""
        return max(0, self.capacity - self.live)

    def serves(self, regions: Iterable[str]) -> bool:
        """Tell whether the grants cover all of some regions."""
        return all(any(code.startswith(area) for area in self.areas) for code in regions)


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be carried: a need that no case carries yet, or a case whose broker may work no longer."""

    key: str
    regions: frozenset[str]
    needs: tuple[Need, ...]
    case: Case | None = None
    studios: tuple[Studio, ...] = ()


@dataclass(slots=True)
class _Past:
    """What a broker carried so far: organisations, fields, regions."""

    bodies: set[int] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)


def crew(plan: Plan) -> list[Carrier]:
    """Return the brokers of the plan's area, by name, with what they carry now."""
    area = area_of(plan.association)
    granted = _granted()
    here = {pk for pk, areas in granted.items() if any(one.startswith(area) for one in areas)}
    persons = list(Person.objects.filter(pk__in=here).order_by("name", "pk"))
    carried = Case.objects.filter(broker__in=persons, state__in=LIVE)
    live = dict(carried.values_list("broker_id").annotate(Count("pk")).order_by())
    said = Capacity.objects.filter(plan=plan, broker__in=persons)
    most = dict(said.values_list("broker_id", "count"))
    return [
        Carrier(one, granted[one.pk], live.get(one.pk, 0), most.get(one.pk, LIVE_CASES))
        for one in persons
    ]


def loads(
    plan: Plan, asked: Iterable[weighing.Asked], chosen: Mapping[str, Sequence[Studio]]
) -> list[Load]:
    """Return what the brokers are assigned to; ``chosen`` are the studios of each need."""
    found = [
        Load(
            one.need.code,
            frozenset([one.need.region_id or ""]),
            (one.need,),
            studios=tuple(chosen.get(one.need.code, ())),
        )
        for one in asked
        if one.case is None
    ]
    return found + _orphans(plan)


def problem(
    plan: Plan, brokers: Sequence[Carrier], carried: Sequence[Load]
) -> tuple[Problem, dict[str, tuple[Reason, ...]]]:
    """Return what the brokers are assigned from, and by row why some were left out."""
    locks, bans = weighing.rulings(plan, {load.key for load in carried})
    banned = {(one.key, BROKER_KEY.format(one.broker_id)) for one in bans if one.broker_id}
    past = _past(brokers)
    known = {one.key for one in brokers}
    barred = _stakes(brokers, carried)
    pairs = [
        _pair(load, one, past[one.person.pk])
        for load in carried
        for one in brokers
        if (load.key, one.key) not in banned and one.serves(load.regions)
    ]
    locked = [
        Couple(one.key, BROKER_KEY.format(one.broker_id))
        for one in locks
        if one.broker_id and BROKER_KEY.format(one.broker_id) in known
    ]
    counts: defaultdict[str, int] = defaultdict(int)
    for key, _broker in banned:
        counts[key] += 1
    absent: dict[str, tuple[Reason, ...]] = {
        key: (Reason("gap.banned_brokers", {"count": count}),) for key, count in counts.items()
    }
    made = Problem(
        needs=[Wanted(load.key) for load in carried],
        experts=[Expert(one.key, one.free) for one in brokers],
        pairs=pairs,
        conflicts=[Couple(*couple) for couple in barred],
        locks=locked,
    )
    return made, absent


def _granted() -> dict[int, tuple[str, ...]]:
    """Return where each active broker is one, as prefixes of region codes."""
    live = Grant.objects.filter(
        role=Role.BROKER,
        ended_at=None,
        person__is_active=True,
        association__is_active=True,
        association__kind=Association.Kind.ASSOCIATION,
    ).select_related("association")
    found: defaultdict[int, list[str]] = defaultdict(list)
    for grant in live.order_by("pk"):
        found[grant.person_id].append(area_of(grant.association))
    return {pk: tuple(areas) for pk, areas in found.items()}


def _orphans(plan: Plan) -> list[Load]:
    granted = _granted()
    rows = Case.objects.filter(
        region__code__startswith=area_of(plan.association), state__in=LIVE
    ).order_by("pk")
    lost = [
        case
        for case in rows
        if not any(case.region_id.startswith(area) for area in granted.get(case.broker_id, ()))
    ]
    needs: defaultdict[int, list[Need]] = defaultdict(list)
    live = Concern.objects.filter(case__in=lost, released_at=None)
    for one in live.select_related("need__organisation").order_by("pk"):
        needs[one.case_id].append(one.need)
    return [
        Load(
            case.code,
            frozenset(
                [case.region_id, *(one.region_id for one in needs[case.pk] if one.region_id)]
            ),
            tuple(needs[case.pk]),
            case,
        )
        for case in lost
    ]


def _past(brokers: Iterable[Carrier]) -> dict[int, _Past]:
    found: defaultdict[int, _Past] = defaultdict(_Past)
    rows = Concern.objects.filter(case__broker__in=[one.person.pk for one in brokers])
    for broker, organisation, merged, subject, region in rows.values_list(
        "case__broker_id",
        "need__organisation_id",
        "need__organisation__merged_into_id",
        "need__subject_id",
        "need__region_id",
    ).distinct():
        past = found[broker]
        past.bodies |= {number for number in (merged or organisation,) if number}
        past.fields |= {code[:FIELD] for code in (subject,) if code}
        past.regions |= {code for code in (region,) if code}
    return found


def _pair(load: Load, one: Carrier, past: _Past) -> Pair:
    bodies = {weighing.body(need.organisation) for need in load.needs}
    fields = {need.subject_id[:FIELD] for need in load.needs if need.subject_id}
    is_there = bool(load.regions & past.regions) or any(
        prefix(code) in one.areas for code in load.regions
    )
    room = round(ROOM * one.free / one.capacity, 1) if one.capacity else 0.0
    told = {"live": one.live, "capacity": one.capacity, "free": one.free}
    parts = (
        Part("room", room, Reason("part.room", told)),
        _part("contact", CONTACT, is_there=bool(bodies & past.bodies)),
        _part("subject", SUBJECT, is_there=bool(fields & past.fields)),
        _part("place", PLACE, is_there=is_there),
    )
    return Pair(load.key, one.key, round(sum(part.points for part in parts), 1), parts)


def _part(code: str, points: int, *, is_there: bool) -> Part:
    said = Reason(f"part.{code}" if is_there else f"part.no_{code}")
    return Part(code, float(points) if is_there else 0.0, said)


def _stakes(brokers: Sequence[Carrier], carried: Iterable[Load]) -> set[tuple[str, str]]:
    """Return the pairs in which the broker acts for somebody at the table, or for a studio that is to be asked."""
    acts_for = weighing.members([one.person.pk for one in brokers])
    rows = list(carried)
    parties: defaultdict[int, list[Party]] = defaultdict(list)
    cases = [load.case.pk for load in rows if load.case is not None]
    seated = Party.objects.filter(case__in=cases, left_at=None).select_related("studio")
    for party in seated.order_by("pk"):
        parties[party.case_id].append(party)
    found = set()
    for load in rows:
        at_table = parties[load.case.pk] if load.case is not None else []
        bodies, persons = _sides(load, at_table)
        found |= {
            (load.key, one.key)
            for one in brokers
            if one.person.pk in persons or bodies & acts_for[one.person.pk]
        }
    return found


def _sides(load: Load, at_table: Collection[Party]) -> tuple[set[int], set[int]]:
    """Return the organisations and the persons that have a stake in a row; associations only support."""
    studios = [*load.studios, *(one.studio for one in at_table if one.studio is not None)]
    bodies = {one.organisation_id for one in studios} | {one.organisation_id for one in at_table}
    bodies |= {need.organisation_id for need in load.needs}
    persons = {one.person_id for one in studios} | {one.person_id for one in at_table}
    persons |= {need.author_id for need in load.needs if need.organisation_id is None}
    return {one for one in bodies if one}, {one for one in persons if one}
