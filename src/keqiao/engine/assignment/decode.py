"""From numbers back to words: who was given to whom, who else would fit, what stayed empty and why, and the price."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from keqiao.engine.assignment.encode import NOT_SCORED, UNIT, Encoded, Numbers
from keqiao.engine.assignment.solve import Solution
from keqiao.engine.assignment.types import (
    HIGHEST,
    Alternate,
    Assignment,
    Gap,
    Grid,
    Plan,
    Price,
    Problem,
)
from keqiao.engine.types import Part, Reason

NAMED = 3  # experts, or needs of one expert, that a reason names
AND_MORE = "…"


@dataclass(frozen=True, slots=True)
class _Places:
    """What the plan left: free places by expert (m), the needs that each expert has, chosen pairs by need."""

    free: Numbers
    needs_of: dict[int, list[str]]
    chosen: frozenset[int]


def decode(problem: Problem, encoded: Encoded, solution: Solution) -> Plan:
    """Return the plan in the words of the problem: sorted by need, then best score, then expert."""
    places = _places(encoded, solution.chosen)
    starts = np.searchsorted(encoded.need, np.arange(len(encoded.needs) + 1))
    alternates: dict[str, tuple[Alternate, ...]] = {}
    gaps: list[Gap] = []
    filled = np.bincount(encoded.need[solution.chosen], minlength=len(encoded.needs))
    for need, key in enumerate(encoded.needs):
        pairs = np.arange(starts[need], starts[need + 1])
        strong = pairs[encoded.is_strong[pairs]]
        others = np.array([at for at in strong.tolist() if at not in places.chosen], np.int64)
        alternates[key] = _alternates(problem, encoded, others, places)
        missing = int(encoded.wanted[need] - filled[need])
        if missing:
            barred = int(encoded.barred[need])
            reasons = [Reason("gap.conflicts", {"count": barred})] if barred else []
            reasons += _why(problem, encoded, pairs, others, places)
            gaps.append(Gap(key, missing, tuple(reasons) or (Reason("gap.nothing"),)))
    return Plan(
        assignments=tuple(_assignment(problem, encoded, at) for at in solution.chosen.tolist()),
        gaps=tuple(gaps),
        alternates=alternates,
        total=solution.total / UNIT,
        lowest=_lowest(encoded, solution.chosen),
        price=Price(
            best=solution.best / UNIT,
            locks=(solution.best - solution.locked) / UNIT,
            floor=(solution.locked - solution.floored) / UNIT,
            newcomers=(solution.floored - solution.total) / UNIT,
        ),
        notes=_notes(problem, solution),
    )


def _places(encoded: Encoded, chosen: Numbers) -> _Places:
    needs_of: defaultdict[int, list[str]] = defaultdict(list)
    for at in chosen.tolist():
        needs_of[int(encoded.expert[at])].append(encoded.needs[encoded.need[at]])
    used = np.bincount(encoded.expert[chosen], minlength=len(encoded.experts))
    return _Places(encoded.capacity - used, needs_of, frozenset(chosen.tolist()))


def _given(problem: Problem, encoded: Encoded, at: int) -> tuple[float, tuple[Part, ...]]:
    """Return the score and the parts of a pair as they were given."""
    row = int(encoded.row[at])
    if row == NOT_SCORED or isinstance(problem.pairs, Grid):
        return int(encoded.units[at]) / UNIT, ()
    pair = problem.pairs[row]
    return pair.score, pair.parts


def _assignment(problem: Problem, encoded: Encoded, at: int) -> Assignment:
    score, parts = _given(problem, encoded, at)
    expert = int(encoded.expert[at])
    return Assignment(
        need=encoded.needs[encoded.need[at]],
        expert=encoded.experts[expert],
        score=score,
        parts=parts,
        is_locked=bool(encoded.is_locked[at]),
        is_newcomer=bool(encoded.is_newcomer[expert]),
    )


def _alternates(
    problem: Problem, encoded: Encoded, others: Numbers, places: _Places
) -> tuple[Alternate, ...]:
    """Return the next best of a need: who still has a place first, then by score and key."""
    is_full = places.free[encoded.expert[others]] == 0
    order = others[np.argsort(is_full, kind="stable")][: problem.rules.alternates]
    found = []
    for at in order.tolist():
        expert = int(encoded.expert[at])
        score, parts = _given(problem, encoded, at)
        found.append(Alternate(encoded.experts[expert], score, parts, int(places.free[expert])))
    return tuple(found)


def _why(
    problem: Problem, encoded: Encoded, pairs: Numbers, others: Numbers, places: _Places
) -> list[Reason]:
    """Return why places stay empty, conflicts aside: nobody, nobody good enough, or whom the places went to."""
    strong = int(encoded.is_strong[pairs].sum())
    if not strong:
        return _too_weak(problem, encoded, pairs)
    if not len(others):
        return [Reason("gap.few", {"count": strong})]
    found = [_taken(encoded, at, places) for at in others[:NAMED].tolist()]
    if len(others) > NAMED:
        found.append(Reason("gap.taken_more", {"count": len(others) - NAMED}))
    return found


def _too_weak(problem: Problem, encoded: Encoded, pairs: Numbers) -> list[Reason]:
    """Return who came nearest to the threshold, or nothing when nobody was scored."""
    is_grid = isinstance(problem.pairs, Grid)
    scored = pairs if is_grid else pairs[encoded.row[pairs] != NOT_SCORED]
    if not len(scored):
        return []
    nearest = scored[0]
    values = {
        "expert": encoded.experts[encoded.expert[nearest]],
        "score": f"{encoded.units[nearest] / UNIT:g}",
        "threshold": f"{problem.rules.threshold:g}",
    }
    return [Reason("gap.weak", values)]


def _taken(encoded: Encoded, at: int, places: _Places) -> Reason:
    """Return why an expert that fits could not be given: no places at all, or whom they went to."""
    expert = int(encoded.expert[at])
    key, capacity = encoded.experts[expert], int(encoded.capacity[expert])
    if not capacity:
        return Reason("gap.closed", {"expert": key})
    needs = places.needs_of[expert]
    named = "、".join(needs[:NAMED]) + (AND_MORE if len(needs) > NAMED else "")
    return Reason("gap.taken", {"expert": key, "capacity": capacity, "needs": named})


def _lowest(encoded: Encoded, chosen: Numbers) -> float | None:
    """Return the best score of the worst-off need among those served and without a lock."""
    bests = np.full(len(encoded.needs), -1, np.int64)
    np.maximum.at(bests, encoded.need[chosen], encoded.units[chosen])
    bests[encoded.need[chosen[encoded.is_locked[chosen]]]] = -1
    served = bests[bests >= 0]
    return int(served.min()) / UNIT if len(served) else None


def _notes(problem: Problem, solution: Solution) -> tuple[Reason, ...]:
    """Return which rules could be kept only in part."""
    found = []
    floor = problem.rules.floor
    asked_floor = round((floor or 0) * UNIT)
    if (
        floor not in {None, HIGHEST}
        and solution.reached is not None
        and solution.reached < asked_floor
    ):
        values = {"floor": f"{floor:g}", "reached": f"{solution.reached / UNIT:g}"}
        found.append(Reason("note.floor", values))
    asked, reached = solution.newcomers
    if reached < asked:
        found.append(Reason("note.newcomers", {"wanted": asked, "reached": reached}))
    return tuple(found)
