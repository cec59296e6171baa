"""One best plan as a flow of least cost, with only the pairs that matter, and the proof that no other pair would.

    F ──────▶ high i ─▶ expert j ─▶ newcomers ─▶ out        F: first places, each over a pair of at least the floor
    G ─▶ low i ─▶ high i, expert j ─▶ others ──▶ out        G: all other places; G ─▶ out: places that stay empty

"So many needs get a first place" is what F sends, "so many newcomers" is what the newcomers' node takes: both are
flows, so the answer is whole without any search over fractions. A flow starts with the best pairs of each need.
Shortest ways through what is left of the network give every node a price; a pair left out could better the plan only
if it beats these prices: it is taken in, and the flow is solved again. When none does, the plan is the best of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from keqiao.engine.assignment.encode import MOST_SCORE, UNIT, Flags, Numbers

KEPT = 16  # pairs that each need starts with, among newcomers and among others
ADDED = 16  # pairs a need, on average, that the first look at the prices may add
NO_FLOOR = round(MOST_SCORE * UNIT) + 1
F, G, OUT, NEW, OLD, SINGLE = range(6)  # the first nodes; then high i, low i, expert j
LARGEST = 1 << 60  # costs times nodes stay below


class Aim(Enum):
    """What is made as large as it can be."""

    TOTAL = "total"
    SERVED = "needs with a first place"
    NEWCOMERS = "places of newcomers"


@dataclass(frozen=True, slots=True)
class Market:
    """Free places and the pairs that may fill them: `need`, `expert`, `units` by pair (p), sorted by need, best first.

    `wanted` (n) and `capacity` (m) are what locks left; `is_first` (n): the need has no expert yet.
    """

    need: Numbers
    expert: Numbers
    units: Numbers
    wanted: Numbers
    capacity: Numbers
    is_newcomer: Flags
    is_first: Flags


@dataclass(frozen=True, slots=True)
class Demand:
    """What a plan must do: `served` needs get a pair of at least `least` units, `newcomers` places go to newcomers."""

    served: int = 0
    least: int = NO_FLOOR
    newcomers: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """The pairs of the best plan, as places among all pairs, and the pairs that it took to prove it."""

    chosen: Numbers
    kept: Numbers


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs of a network: where from, where to, how much at most, what one unit costs."""

    tail: Numbers
    head: Numbers
    most: Numbers
    cost: Numbers


def best_pairs(market: Market) -> Numbers:
    """Return the pairs to start with: each need's KEPT best of newcomers and of others, and some down its list.

    The latter are for crowds that all want the same few: else many rounds would be needed to leave them.
    """
    groups = market.need * 2 + market.is_newcomer[market.expert]
    order = np.argsort(groups, kind="stable")
    grouped = groups[order]
    is_start = np.r_[True, grouped[1:] != grouped[:-1]][: len(grouped)]
    starts = np.flatnonzero(is_start)
    rank = np.arange(len(grouped)) - starts[np.cumsum(is_start) - 1]
    reach = int(
        min(market.wanted.sum(), market.capacity.sum())
    )  # no need must look further down its list
    stride = 1 + reach // KEPT
    is_spread = (rank < reach) & ((rank + market.need[order]) % stride == 0)
    return np.sort(order[(rank < KEPT) | is_spread])


def best(market: Market, demand: Demand, aim: Aim, kept: Numbers) -> Found | None:
    """Return the best plan over all pairs, beginning with the `kept`; None when these cannot meet the demand."""
    fixed, supply = _frame(market, demand, aim)
    cost = _costs(market, aim)
    tail = _tails(market, demand)
    head = SINGLE + 2 * len(market.wanted) + market.expert
    is_open = _usable(market, demand, aim)
    kept = kept[is_open[kept]]
    most = max(1, ADDED * len(market.wanted))
    while True:
        pairs = Arcs(tail[kept], head[kept], np.ones_like(kept), cost[kept])
        arcs = Arcs(*(np.concatenate(both) for both in zip(_of(fixed), _of(pairs), strict=True)))
        flows = _solved(arcs, supply)
        if flows is None:
            return None
        price = _prices(arcs, flows, len(supply))
        gain = price[tail] - price[head] - cost
        gain[~is_open] = 0
        gain[kept] = 0
        better = np.flatnonzero(gain > 0)
        if not len(better):
            return Found(kept[flows[len(fixed.tail) :] > 0], kept)
        if len(better) > most:
            better = better[np.argsort(-gain[better], kind="stable")[:most]]
        kept = np.union1d(kept, better)
        most *= 2  # a crowd that wants the same few needs many pairs; few rounds must do


def _of(arcs: Arcs) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    return arcs.tail, arcs.head, arcs.most, arcs.cost


def _tails(market: Market, demand: Demand) -> Numbers:
    """Return the node that each pair leaves from: `high` from the floor on, `low` below."""
    is_low = market.units < demand.least
    return SINGLE + market.need + len(market.wanted) * is_low


def _usable(market: Market, demand: Demand, aim: Aim) -> Flags:
    """Return which pairs can carry anything under this demand."""
    if aim is Aim.SERVED:
        return market.units >= demand.least
    further = market.wanted - _firsts(market, demand)
    return (market.units >= demand.least) | (further[market.need] > 0)


def _firsts(market: Market, demand: Demand) -> Numbers:
    """Return 1 for each need whose first place comes from F, else 0."""
    has_floor = demand.least < NO_FLOOR
    return (market.is_first & (market.wanted > 0) & has_floor).astype(np.int64)


def _frame(market: Market, demand: Demand, aim: Aim) -> tuple[Arcs, Numbers]:
    """Return all arcs but the pairs, and what each node gives (takes, when negative)."""
    n, m = len(market.wanted), len(market.capacity)
    high, low, who = SINGLE + np.arange(n), SINGLE + n + np.arange(n), SINGLE + 2 * n + np.arange(m)
    first = _firsts(market, demand)
    further = np.zeros_like(first) if aim is Aim.SERVED else market.wanted - first
    given = int(first.sum()) if aim is Aim.SERVED else demand.served
    others, room = int(further.sum()), int(market.capacity.sum())
    rows = [
        (np.full(n, F), high, first, -int(aim is Aim.SERVED)),
        (np.full(n, G), low, further, 0),
        (low, high, further, 0),
        (who, np.where(market.is_newcomer, NEW, OLD), market.capacity, 0),
        (np.array([F]), np.array([OUT]), np.array([given if aim is Aim.SERVED else 0]), 0),
        (np.array([G]), np.array([OUT]), np.array([others]), 0),
        (np.array([NEW]), np.array([OUT]), np.array([room]), -int(aim is Aim.NEWCOMERS)),
        (np.array([OLD]), np.array([OUT]), np.array([room]), 0),
    ]
    supply = np.zeros(SINGLE + 2 * n + m, np.int64)
    supply[[F, G, NEW]] = given, others, -demand.newcomers
    supply[OUT] = demand.newcomers - given - others
    arcs = Arcs(
        tail=np.concatenate([row[0] for row in rows]),
        head=np.concatenate([row[1] for row in rows]),
        most=np.concatenate([row[2] for row in rows]),
        cost=np.concatenate([np.full(len(row[0]), row[3], np.int64) for row in rows]),
    )
    return arcs, supply


def _costs(market: Market, aim: Aim) -> Numbers:
    """Return what each pair costs: its units, negative, with ties broken for the smaller keys beyond all units."""
    if aim is not Aim.TOTAL:
        return np.zeros(len(market.need), np.int64)
    n, m = len(market.wanted), len(market.capacity)
    flow = int(min(market.wanted.sum(), market.capacity.sum()))
    largest = LARGEST // ((SINGLE + 2 * n + m) * NO_FLOOR)  # what one unit of score may count
    coarse = -(-(n + m) * max(1, flow) // largest)  # keys that must be told apart only so far
    tie = 1 + ((n - 1 - market.need) + (m - 1 - market.expert)) // max(1, coarse)
    return -(market.units * (int(tie.max(initial=0)) * flow + 1) + tie)


def _solved(arcs: Arcs, supply: Numbers) -> Numbers | None:
    solver = SimpleMinCostFlow()
    names = solver.add_arcs_with_capacity_and_unit_cost(*_of(arcs))
    solver.set_nodes_supplies(np.arange(len(supply)), supply)
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return None
    if status != solver.OPTIMAL:
        raise RuntimeError(f"the flow was not solved: {status}")
    return np.asarray(solver.flows(names), np.int64)


def _prices(arcs: Arcs, flows: Numbers, nodes: int) -> Numbers:
    """Return a price for each node with which no arc left in the network gains: price[tail] ≤ cost + price[head].

    Bellman and Ford over all arcs at once; ends because the flow is optimal.
    """
    ahead, back = flows < arcs.most, flows > 0
    tail = np.concatenate([arcs.tail[ahead], arcs.head[back]])
    head = np.concatenate([arcs.head[ahead], arcs.tail[back]])
    cost = np.concatenate([arcs.cost[ahead], -arcs.cost[back]])
    order = np.argsort(tail, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    price = np.zeros(nodes, np.int64)
    starts = np.flatnonzero(np.r_[True, tail[1:] != tail[:-1]][: len(tail)])
    while len(tail):
        least = np.minimum.reduceat(cost + price[head], starts)
        if not (least < price[tail[starts]]).any():
            break
        price[tail[starts]] = np.minimum(price[tail[starts]], least)
    return price
