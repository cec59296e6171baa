"""From a plan's rows to its proposal: studios first, then brokers who have no stake in them; kept row by row.

The engine proves each of the two best by itself. A lock that the world has overtaken is let go, and said; one that
contradicts the terms or another lock is refused.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from keqiao.assignments import carrying, weighing
from keqiao.assignments.models import Choice, Item, Plan, Ruling
from keqiao.assignments.types import BROKER_KEY, RulingKind
from keqiao.engine.assignment import assign
from keqiao.engine.assignment.types import Alternate, Assignment, Couple, Problem
from keqiao.engine.assignment.types import Plan as Found
from keqiao.engine.types import Part, Reason
from keqiao.matching.types import part_as_json, reason_as_json

NOBODY = {"gap.nothing", "gap.conflicts"}  # of brokers; the room says it in its own words


@dataclass(frozen=True, slots=True)
class Run:
    """What the engine found for a plan: for studios, for brokers, and which locks did not hold any more."""

    weighed: weighing.Weighed
    studios: Found
    carried: Sequence[carrying.Load]
    crew: Mapping[str, carrying.Carrier]
    brokers: Found
    broker_absent: Mapping[str, tuple[Reason, ...]]
    dropped: tuple[Couple, ...]


def run(plan: Plan, *, is_strict: bool) -> Run:
    """Ask the engine twice; raise Impossible when locks contradict something, unless they are to be let go."""
    weighed = weighing.weigh(plan)
    asked, dropped = _holding(weighed.problem, is_strict=is_strict)
    studios = assign(asked)
    chosen: defaultdict[str, list[Any]] = defaultdict(list)
    for one in studios.assignments:
        chosen[one.need].append(weighed.studios[one.expert])
    carried = carrying.loads(plan, weighed.asked.values(), chosen)
    crew = carrying.crew(plan)
    made, absent = carrying.problem(plan, crew, carried)
    posed, lost = _holding(made, is_strict=is_strict)
    by_key = {one.key: one for one in crew}
    return Run(weighed, studios, carried, by_key, assign(posed), absent, (*dropped, *lost))


def keep(plan: Plan, found: Run) -> dict[str, Any]:
    """Write the rows of a plan anew; return the plan's own values."""
    before = _before(plan)
    Item.objects.filter(plan=plan).delete()
    for lost in found.dropped:
        _forget(plan, lost)
    cases = {load.key: load.case for load in found.carried}
    needs = found.weighed.asked
    keys = [*needs, *(key for key in cases if key not in needs)]
    after = _chosen(found)
    items = {
        key: Item(
            plan=plan,
            key=key,
            need=needs[key].need if key in needs else None,
            case=needs[key].case if key in needs else cases[key],
            before=sorted(before.get(key, ())),
            is_moved=bool(before) and before.get(key, set()) != after.get(key, set()),
        )
        for key in keys
    }
    _fill_gaps(items, found)
    Item.objects.bulk_create(items.values())
    Choice.objects.bulk_create([*_studio_choices(items, found), *_broker_choices(items, found)])
    return _values(found, _notes(found, before, after, keys))


def _holding(problem: Problem, *, is_strict: bool) -> tuple[Problem, tuple[Couple, ...]]:
    """Return the problem with the locks that still hold, the oldest first, and those that do not."""
    if is_strict:
        return problem, ()
    places = {one.key: one.capacity for one in problem.experts}
    wanted = {one.key: one.wanted for one in problem.needs}
    barred = set(problem.conflicts)
    held: list[Couple] = []
    for lock in problem.locks:
        if lock not in barred and places[lock.expert] > 0 and wanted[lock.need] > 0:
            places[lock.expert] -= 1
            wanted[lock.need] -= 1
            held.append(lock)
    lost = tuple(lock for lock in problem.locks if lock not in held)
    return replace(problem, locks=held), lost


def _forget(plan: Plan, lost: Couple) -> None:
    rows = Ruling.objects.filter(plan=plan, key=lost.need, kind=RulingKind.LOCK)
    number = lost.expert.partition("-")[2]
    is_broker = lost.expert == BROKER_KEY.format(number) and number.isdigit()
    who = {"broker": int(number)} if is_broker else {"studio__code": lost.expert}
    rows.filter(**who).delete()


def _before(plan: Plan) -> dict[str, set[str]]:
    """Return whom the run before had chosen, by row."""
    found: dict[str, set[str]] = {
        key: set() for key in Item.objects.filter(plan=plan).values_list("key", flat=True)
    }
    rows = Choice.objects.filter(item__plan=plan, is_chosen=True)
    for key, studio, broker in rows.values_list("item__key", "studio__code", "broker_id"):
        found[key].add(studio or BROKER_KEY.format(broker))
    return found


def _chosen(found: Run) -> dict[str, set[str]]:
    after: defaultdict[str, set[str]] = defaultdict(set)
    for one in (*found.studios.assignments, *found.brokers.assignments):
        after[one.need].add(one.expert)
    return after


def _fill_gaps(items: Mapping[str, Item], found: Run) -> None:
    for gap in found.studios.gaps:
        said = [one for one in gap.reasons if one.code != "gap.nothing"]
        told = [*found.weighed.absent.get(gap.need, ()), *said] or [*gap.reasons]
        items[gap.need].missing_count = gap.missing
        items[gap.need].gaps = [reason_as_json(one) for one in told]
    for gap in found.brokers.gaps:
        told = [
            *found.broker_absent.get(gap.need, ()),
            *(one for one in gap.reasons if one.code not in NOBODY),
        ]
        told = told or [Reason("gap.no_broker")]
        items[gap.need].broker_gaps = [reason_as_json(one) for one in told]


def _studio_choices(items: Mapping[str, Item], found: Run) -> Iterable[Choice]:
    who = found.weighed.studios
    room = {one.key: one for one in found.weighed.problem.experts}

    def made(key: str, code: str) -> Choice:
        expert = room[code]
        return Choice(
            studio=who[code],
            offer_id=found.weighed.offers.get((key, code)),
            is_newcomer=expert.is_newcomer,
            places=expert.capacity,
        )

    return _choices(items, found.studios, made)


def _broker_choices(items: Mapping[str, Item], found: Run) -> Iterable[Choice]:
    def made(_key: str, code: str) -> Choice:
        one = found.crew[code]
        return Choice(broker=one.person, places=one.free)

    return _choices(items, found.brokers, made)


def _choices(
    items: Mapping[str, Item], found: Found, made: Callable[[str, str], Choice]
) -> Iterable[Choice]:
    """Yield the chosen of each row, best first, then its next best."""
    given = Counter(one.expert for one in found.assignments)
    by_need: defaultdict[str, list[Assignment]] = defaultdict(list)
    for placed in found.assignments:
        by_need[placed.need].append(placed)
    for key, others in found.alternates.items():
        chosen = by_need[key]
        both: tuple[Assignment | Alternate, ...] = (*chosen, *others)
        for rank, one in enumerate(both, start=1):
            row = made(key, one.expert)
            row.item, row.rank, row.score = items[key], rank, one.score
            row.parts = _parts(one.parts)
            row.is_chosen = isinstance(one, Assignment)
            row.is_locked = isinstance(one, Assignment) and one.is_locked
            row.free = max(0, row.places - given[one.expert])
            yield row


def _parts(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [part_as_json(part) for part in parts]


def _notes(
    found: Run, before: Mapping[str, set[str]], after: Mapping[str, set[str]], keys: Sequence[str]
) -> list[Reason]:
    notes = [*found.studios.notes]
    notes += [
        Reason("note.lock", {"need": lost.need, "expert": lost.expert}) for lost in found.dropped
    ]
    if before:
        both = before.keys() & set(keys)
        values = {
            "moved": sum(before[key] != after.get(key, set()) for key in both),
            "came": len(set(keys) - both),
            "left": len(before.keys() - both),
        }
        notes.append(Reason("note.moved", values) if any(values.values()) else Reason("note.same"))
    return notes


def _values(found: Run, notes: Sequence[Reason]) -> dict[str, Any]:
    chosen = found.studios.assignments
    price = found.studios.price
    return {
        "needs_count": len(found.weighed.asked),
        "places_count": len(chosen),
        "newcomers_count": sum(one.is_newcomer for one in chosen),
        "total": found.studios.total,
        "best": price.best,
        "price_locks": price.locks,
        "price_floor": price.floor,
        "price_newcomers": price.newcomers,
        "lowest": found.studios.lowest,
        "notes": [reason_as_json(one) for one in notes],
    }
