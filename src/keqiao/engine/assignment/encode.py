"""From keys to numbers: a problem is checked as a whole and becomes arrays in the order of the keys.

Scores are counted in ten-thousandths of a point, so that sums are exact and the order of input cannot matter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keqiao.engine.assignment.types import (
    MOST_ALTERNATES,
    Couple,
    Grid,
    Impossible,
    Pair,
    Problem,
    Rules,
)
from keqiao.engine.types import Reason

UNIT = 10_000  # of a point
MOST_SCORE = 100.0
MOST_PLACES = 10_000  # of one need or one expert
MOST_NEEDS, MOST_EXPERTS = 1 << 22, 1 << 20
MOST_TOLD = 20  # contradictions named at once
NOT_SCORED = -1

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A checked problem in numbers.

    Needs (n) and experts (m) stand in the order of their keys. Pairs (p), the conflicts left out, are sorted by need,
    best score first, ties by expert: `need` and `expert` (places among the keys), `units` (score × UNIT), `row`
    (place in the pairs that were given, or NOT_SCORED), `is_strong` (from the threshold on), `is_locked` (by a
    broker). `barred` (n) counts the strong pairs left out for a conflict.
    """

    needs: tuple[str, ...]
    experts: tuple[str, ...]
    wanted: Numbers
    capacity: Numbers
    is_newcomer: Flags
    need: Numbers
    expert: Numbers
    units: Numbers
    row: Numbers
    is_strong: Flags
    is_locked: Flags
    barred: Numbers


def encode(problem: Problem) -> Encoded:
    """Return the problem in numbers; raises `Impossible` naming all that contradicts itself."""
    _refuse(_bad_sides(problem))
    _refuse(_bad_pairs(problem))
    needs = sorted(problem.needs, key=lambda need: need.key)
    experts = sorted(problem.experts, key=lambda expert: expert.key)
    need_places = {need.key: place for place, need in enumerate(needs)}
    expert_places = {expert.key: place for place, expert in enumerate(experts)}
    width = max(1, len(experts))
    locks = _packed(problem.locks, need_places, expert_places, width)
    packed, units, row = _scored(problem, need_places, expert_places)
    _refuse(_bad_scores(problem, packed, units, width))
    extra = np.setdiff1d(locks, packed)
    packed = np.concatenate([packed, extra])
    units = np.concatenate([units, np.zeros_like(extra)])
    row = np.concatenate([row, np.full_like(extra, NOT_SCORED)])
    need, expert = np.divmod(packed, width)
    owners = _owners([*(need_.owner for need_ in needs), *(who.owner for who in experts)])
    own = owners[need] == owners[len(needs) + expert]
    conflicts = _packed(problem.conflicts, need_places, expert_places, width)
    is_barred = own | np.isin(packed, conflicts)
    is_locked = np.isin(packed, locks)
    wanted = np.array([need_.wanted for need_ in needs], np.int64)
    capacity = np.array([who.capacity for who in experts], np.int64)
    _refuse(
        _bad_locks(problem, set(packed[is_barred & is_locked].tolist()), need_places, expert_places)
    )
    is_strong = units >= round(problem.rules.threshold * UNIT)
    barred = np.bincount(need[is_barred & is_strong], minlength=len(needs))
    kept = np.flatnonzero(~is_barred)
    kept = kept[np.argsort(_order(need[kept], units[kept], expert[kept]))]
    return Encoded(
        needs=tuple(need_places),
        experts=tuple(expert_places),
        wanted=wanted,
        capacity=capacity,
        is_newcomer=np.array([who.is_newcomer for who in experts], np.bool_),
        need=need[kept],
        expert=expert[kept],
        units=units[kept],
        row=row[kept],
        is_strong=is_strong[kept],
        is_locked=is_locked[kept],
        barred=barred,
    )


def _order(need: Numbers, units: Numbers, expert: Numbers) -> Numbers:
    """Return one number a pair that sorts by need, best score first, then expert; 22 + 20 + 20 bits."""
    worse = round(MOST_SCORE * UNIT) - units
    return (need << 40) | (worse << 20) | expert


def _scored(
    problem: Problem, needs: Mapping[str, int], experts: Mapping[str, int]
) -> tuple[Numbers, Numbers, Numbers]:
    """Return need × width + expert, the units (-1 when no number from 0 to 100) and the row of each pair given."""
    given = problem.pairs
    width = max(1, len(experts))
    if isinstance(given, Grid):
        rows = [needs[need.key] for need in problem.needs]
        columns = [experts[expert.key] for expert in problem.experts]
        at = np.add.outer(np.array(rows, np.int64) * width, np.array(columns, np.int64))
        is_there = ~np.isnan(given.scores)
        packed, scores = at[is_there], given.scores[is_there]
        row = np.full(len(packed), NOT_SCORED, np.int64)
    else:
        places = [needs[pair.need] * width + experts[pair.expert] for pair in given]
        packed = np.array(places, np.int64)
        scores = np.array([pair.score for pair in given], np.float64)
        row = np.arange(len(packed), dtype=np.int64)
    is_score = (scores >= 0) & (scores <= MOST_SCORE)
    units = np.where(is_score, np.rint(np.where(is_score, scores, 0) * UNIT), -1)
    return packed, units.astype(np.int64), row


def _packed(
    couples: Iterable[Couple], needs: Mapping[str, int], experts: Mapping[str, int], width: int
) -> Numbers:
    found = {needs[couple.need] * width + experts[couple.expert] for couple in couples}
    return np.array(sorted(found), np.int64)


def _owners(names: Sequence[str]) -> Numbers:
    """Return one number an organisation; who has none is alike to nobody."""
    known = {name: number for number, name in enumerate(sorted({name for name in names if name}))}
    codes = [known[name] if name else -1 - place for place, name in enumerate(names)]
    return np.array(codes, np.int64)


def _bad_sides(problem: Problem) -> list[Reason]:
    if len(problem.needs) > MOST_NEEDS or len(problem.experts) > MOST_EXPERTS:
        return [Reason("input.size", {"needs": MOST_NEEDS, "experts": MOST_EXPERTS})]
    needs = Counter(need.key for need in problem.needs)
    experts = Counter(expert.key for expert in problem.experts)
    found = [Reason("input.need_twice", {"need": key}) for key in needs if needs[key] > 1]
    found += [Reason("input.expert_twice", {"expert": key}) for key in experts if experts[key] > 1]
    found += [
        Reason("input.wanted", {"need": need.key, "most": MOST_PLACES})
        for need in problem.needs
        if not 0 <= need.wanted <= MOST_PLACES
    ]
    found += [
        Reason("input.capacity", {"expert": expert.key, "most": MOST_PLACES})
        for expert in problem.experts
        if not 0 <= expert.capacity <= MOST_PLACES
    ]
    return found + _bad_rules(problem.rules)


def _bad_rules(rules: Rules) -> list[Reason]:
    floor = rules.threshold if rules.floor is None else rules.floor
    is_good = (
        0 <= rules.threshold <= MOST_SCORE
        and 0 <= floor <= MOST_SCORE
        and 0 <= rules.newcomers <= 1
        and 0 <= rules.alternates <= MOST_ALTERNATES
    )
    return [] if is_good else [Reason("input.rules", {"most": MOST_ALTERNATES})]


def _bad_pairs(problem: Problem) -> list[Reason]:
    needs = {need.key for need in problem.needs}
    experts = {expert.key for expert in problem.experts}
    named: list[Couple | Pair] = [*problem.conflicts, *problem.locks]
    found: list[Reason] = []
    if isinstance(problem.pairs, Grid):
        if problem.pairs.scores.shape != (len(problem.needs), len(problem.experts)):
            found.append(Reason("input.grid"))
    else:
        named += problem.pairs
    unknown = {item.need for item in named} - needs
    found += [Reason("input.need_unknown", {"need": key}) for key in unknown]
    unknown = {item.expert for item in named} - experts
    return found + [Reason("input.expert_unknown", {"expert": key}) for key in unknown]


def _bad_scores(problem: Problem, packed: Numbers, units: Numbers, width: int) -> list[Reason]:
    needs = sorted(need.key for need in problem.needs)
    experts = sorted(expert.key for expert in problem.experts)

    def told(code: str, places: Numbers) -> list[Reason]:
        names = ((needs[place // width], experts[place % width]) for place in places.tolist())
        return [Reason(code, {"need": need, "expert": expert}) for need, expert in names]

    found = told("input.score", np.unique(packed[units < 0]))
    if isinstance(problem.pairs, Grid):
        return found
    places, counts = np.unique(packed, return_counts=True)
    return found + told("input.pair_twice", places[counts > 1])


def _bad_locks(
    problem: Problem, barred: set[int], needs: Mapping[str, int], experts: Mapping[str, int]
) -> list[Reason]:
    found: list[Reason] = []
    by_need: defaultdict[str, list[str]] = defaultdict(list)
    by_expert: defaultdict[str, list[str]] = defaultdict(list)
    for lock, count in Counter(problem.locks).items():
        couple = {"need": lock.need, "expert": lock.expert}
        if count > 1:
            found.append(Reason("lock.twice", couple))
        if needs[lock.need] * max(1, len(experts)) + experts[lock.expert] in barred:
            found.append(Reason("lock.conflict", couple))
        by_need[lock.need].append(lock.expert)
        by_expert[lock.expert].append(lock.need)
    for expert in problem.experts:
        locked = sorted(by_expert[expert.key])
        if len(locked) > expert.capacity:
            values: dict[str, str | int | float] = {
                "expert": expert.key,
                "capacity": expert.capacity,
                "count": len(locked),
                "needs": "、".join(locked),
            }
            found.append(Reason("lock.capacity", values))
    for need in problem.needs:
        locked = sorted(by_need[need.key])
        if len(locked) > need.wanted:
            values = {
                "need": need.key,
                "wanted": need.wanted,
                "count": len(locked),
                "experts": "、".join(locked),
            }
            found.append(Reason("lock.wanted", values))
    return found


def _refuse(reasons: Sequence[Reason]) -> None:
    """Raise when there are reasons: the first of them in a fixed order, and how many more there are."""
    if not reasons:
        return
    told = sorted(
        reasons, key=lambda reason: (reason.code, sorted(map(str, reason.values.values())))
    )
    more = len(told) - MOST_TOLD
    rest = [Reason("input.more", {"count": more})] if more > 0 else []
    raise Impossible([*told[:MOST_TOLD], *rest])
