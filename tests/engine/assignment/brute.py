"""All plans of a small problem, one by one: what the engine's answer is held against."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations

from keqiao.engine.assignment.types import Couple, Grid, Problem

UNIT = 10_000
Chosen = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Small:
    """A problem as plain tables: units by pair that may be chosen, and what is locked."""

    units: dict[tuple[str, str], int]
    locks: Chosen
    wanted: dict[str, int]
    capacity: dict[str, int]
    newcomers: frozenset[str]


def small(problem: Problem) -> Small:
    """Return the tables of a problem: conflicts and weak pairs left out, locks in."""
    assert not isinstance(problem.pairs, Grid)
    owner = {expert.key: expert.owner for expert in problem.experts}
    asks = {need.key: need.owner for need in problem.needs}
    locks = frozenset((lock.need, lock.expert) for lock in problem.locks)
    units = dict.fromkeys(locks, 0)
    for pair in problem.pairs:
        couple = (pair.need, pair.expert)
        is_strong = round(pair.score * UNIT) >= round(problem.rules.threshold * UNIT)
        is_own = asks[pair.need] != "" and asks[pair.need] == owner[pair.expert]
        is_barred = is_own or Couple(*couple) in problem.conflicts
        if couple in locks or (is_strong and not is_barred):
            units[couple] = round(pair.score * UNIT)
    return Small(
        units=units,
        locks=locks,
        wanted={need.key: need.wanted for need in problem.needs},
        capacity={expert.key: expert.capacity for expert in problem.experts},
        newcomers=frozenset(expert.key for expert in problem.experts if expert.is_newcomer),
    )


def plans(table: Small, *, with_locks: bool) -> Iterator[Chosen]:
    """Yield every plan within wants and capacities, with all locks or as if there were none."""
    pairs = sorted(table.units)
    every = chain.from_iterable(combinations(pairs, size) for size in range(len(pairs) + 1))
    for chosen in every:
        needs = Counter(need for need, _ in chosen)
        experts = Counter(expert for _, expert in chosen)
        is_within = all(needs[key] <= table.wanted[key] for key in needs)
        is_within &= all(experts[key] <= table.capacity[key] for key in experts)
        if is_within and (not with_locks or table.locks <= set(chosen)):
            yield frozenset(chosen)


def total(table: Small, plan: Chosen) -> int:
    """Return the units of a plan."""
    return sum(table.units[couple] for couple in plan)


def bests(table: Small, plan: Chosen) -> list[int]:
    """Return the best units of each served need without a lock."""
    locked = {need for need, _ in table.locks}
    found: dict[str, int] = {}
    for need, expert in plan:
        if need not in locked:
            found[need] = max(found.get(need, -1), table.units[need, expert])
    return sorted(found.values())


def new(table: Small, plan: Chosen) -> int:
    """Return how many places of a plan newcomers have."""
    return sum(expert in table.newcomers for _, expert in plan)


def floored(table: Small, found: list[Chosen], asked: int) -> list[Chosen]:
    """Return the plans that serve as many needs as can be, the worst-off as near to `asked` as can be."""
    most = max(len(bests(table, plan)) for plan in found)
    served = [plan for plan in found if len(bests(table, plan)) == most]
    lowest = max(min([*bests(table, plan), asked]) for plan in served)
    return [plan for plan in served if min([*bests(table, plan), asked]) == lowest]


def best_total(table: Small, found: list[Chosen]) -> int:
    """Return the most units that a plan among these has."""
    return max(total(table, plan) for plan in found)


def asked(share: float, places: int) -> int:
    """Return how many of `places` the newcomers' share asks for."""
    return math.ceil(Fraction(str(share)) * places)
