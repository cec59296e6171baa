"""The rules in their order: locks, then the floor, then the newcomers' share, then the total; each at its price."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from keqiao.engine.assignment.encode import MOST_SCORE, UNIT, Encoded, Numbers
from keqiao.engine.assignment.network import Aim, Demand, Market, best, best_pairs
from keqiao.engine.assignment.types import Rules

ROUNDING = 1e-9  # of a place: 0.3 × 10 is 3 places


@dataclass(frozen=True, slots=True)
class Solution:
    """The places of the chosen pairs among the encoded ones, locks included, and the units after each rule.

    `reached` is the floor that could be kept, in units; `newcomers` the places asked for them and the places they have.
    """

    chosen: Numbers
    best: int
    locked: int
    floored: int
    total: int
    reached: int | None
    newcomers: tuple[int, int]


class _Search:
    """The market of some pairs, and those found to matter in it so far: what one question needed helps the next."""

    def __init__(self, encoded: Encoded, pairs: Numbers, locks: Numbers) -> None:
        self.pairs = pairs
        self.market = _market(encoded, pairs, locks)
        self.kept = best_pairs(self.market)

    def best(self, demand: Demand, aim: Aim) -> Numbers:
        """Return the pairs of the best plan. The demand must be one that was found to be possible in this search."""
        found = best(self.market, demand, aim, self.kept)
        if found is None:
            raise RuntimeError(f"no flow for {demand}, which was possible before")
        self.kept = np.union1d(self.kept, found.kept)
        return found.chosen

    def served(self, least: int) -> int:
        """Return how many needs can have a first place over a pair of at least `least` units."""
        return len(self.best(Demand(least=least), Aim.SERVED))

    def units(self, chosen: Numbers) -> int:
        """Return the units of these pairs together."""
        return int(self.market.units[chosen].sum())

    def count_new(self, chosen: Numbers) -> int:
        """Return how many of these pairs have a newcomer."""
        return int(self.market.is_newcomer[self.market.expert[chosen]].sum())


def solve(encoded: Encoded, rules: Rules) -> Solution:
    """Return the best plan under all rules. Needs what `encode` checked."""
    locks = np.flatnonzero(encoded.is_locked)
    search = _Search(encoded, np.flatnonzero(encoded.is_strong | encoded.is_locked), locks[:0])
    chosen = search.best(Demand(), Aim.TOTAL)
    best = search.units(chosen)
    if len(locks):
        search = _Search(encoded, np.flatnonzero(encoded.is_strong & ~encoded.is_locked), locks)
        chosen = search.best(Demand(), Aim.TOTAL)
    by_lock = int(encoded.units[locks].sum())
    locked = search.units(chosen) + by_lock
    demand, reached = Demand(), None
    if rules.floor is not None:
        demand = _floor(search, round(rules.floor * UNIT))
        reached = demand.least if demand.served else None
        chosen = search.best(demand, Aim.TOTAL)
    floored = search.units(chosen) + by_lock
    new_locked = int(encoded.is_newcomer[encoded.expert[locks]].sum())
    chosen, asked = _with_newcomers(
        search, demand, chosen, rules.newcomers, (len(locks), new_locked)
    )
    return Solution(
        chosen=np.sort(np.concatenate([locks, search.pairs[chosen]])),
        best=best,
        locked=locked,
        floored=floored,
        total=search.units(chosen) + by_lock,
        reached=reached,
        newcomers=(asked, search.count_new(chosen) + new_locked),
    )


def _market(encoded: Encoded, pairs: Numbers, locks: Numbers) -> Market:
    """Return the market of some pairs with the places that the locks leave."""
    held = np.bincount(encoded.need[locks], minlength=len(encoded.needs))
    given = np.bincount(encoded.expert[locks], minlength=len(encoded.experts))
    return Market(
        need=encoded.need[pairs],
        expert=encoded.expert[pairs],
        units=encoded.units[pairs],
        wanted=encoded.wanted - held,
        capacity=encoded.capacity - given,
        is_newcomer=encoded.is_newcomer,
        is_first=held == 0,
    )


def _floor(search: _Search, asked: int) -> Demand:
    """Return the demand that as many needs as can be served are, over pairs as near to `asked` units as can be."""
    market = search.market
    served = search.served(0)
    if not served:
        return Demand()
    firsts = np.zeros(len(market.wanted), np.int64)
    is_first = market.is_first & (market.wanted > 0)
    np.maximum.at(firsts, market.need, market.units)
    bests = np.sort(firsts[is_first])[::-1]
    highest = min(asked, int(bests[served - 1]))  # so many needs have no better pair than this
    if search.served(highest) == served:
        return Demand(served=served, least=highest)
    is_there = np.zeros(round(MOST_SCORE * UNIT) + 1, np.bool_)
    is_there[market.units] = True
    steps = np.flatnonzero(is_there[:highest])
    low, high = 0, len(steps)  # steps[low] can be kept, steps[high] cannot
    while high - low > 1:
        middle = (low + high) // 2
        if search.served(int(steps[middle])) == served:
            low = middle
        else:
            high = middle
    return Demand(served=served, least=int(steps[low]))


def _with_newcomers(
    search: _Search, demand: Demand, chosen: Numbers, share: float, locked: tuple[int, int]
) -> tuple[Numbers, int]:
    """Return the best pairs with the newcomers' share, and how many places the share asks for.

    The share counts all places filled, so that leaving needs without anybody is no way to reach it; when the new plan
    fills more places the share is asked anew. `locked`: places that locks fill, and those of newcomers among them.
    """
    places, new = locked
    most: int | None = None
    while True:
        asked = math.ceil(share * (len(chosen) + places) - ROUNDING)
        have = search.count_new(chosen) + new
        if have >= asked or have - new == most:
            return chosen, max(0, asked)
        if most is None:
            most = search.count_new(search.best(demand, Aim.NEWCOMERS))
        goal = min(asked - new, most)
        chosen = search.best(replace(demand, newcomers=goal), Aim.TOTAL)
