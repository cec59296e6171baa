"""The flow proves its plan over all pairs, whichever pairs it begins with."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.engine.assignment.encode import Numbers
from keqiao.engine.assignment.network import KEPT, Aim, Demand, Market, best, best_pairs

NOTHING = np.array([], np.int64)


def market(seed: int, needs: int, experts: int) -> Market:
    """Return a market with all pairs, a crowd around the first experts, some places closed."""
    random = np.random.default_rng(seed)
    units = random.integers(0, 40, (needs, experts)) * 10_000 + np.arange(experts)[::-1] * 15_000
    need = np.repeat(np.arange(needs), experts)
    order = np.lexsort((-units.ravel(), need))
    return Market(
        need=need,
        expert=np.tile(np.arange(experts), needs)[order],
        units=units.ravel()[order],
        wanted=random.integers(0, 4, needs),
        capacity=random.integers(0, 3, experts),
        is_newcomer=random.random(experts) < 0.4,
        is_first=random.random(needs) < 0.8,
    )


def worth(place: Market, chosen: Numbers, aim: Aim) -> int:
    if aim is Aim.TOTAL:
        return int(place.units[chosen].sum())
    if aim is Aim.NEWCOMERS:
        return int(place.is_newcomer[place.expert[chosen]].sum())
    return len(chosen)


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 12), st.sampled_from(Aim))
def test_beginning_with_no_pairs_gives_as_much_as_beginning_with_all(
    seed: int, needs: int, experts: int, aim: Aim
) -> None:
    place = market(seed, needs, experts)
    demand = Demand(least=300_000) if aim is Aim.SERVED else Demand()
    every = best(place, demand, aim, np.arange(len(place.need)))
    grown = best(place, demand, aim, NOTHING)
    assert every is not None
    assert grown is not None
    assert worth(place, grown.chosen, aim) == worth(place, every.chosen, aim)


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 12))
def test_a_floor_from_the_pairs_that_it_needs_gives_as_much_as_from_all(
    seed: int, needs: int, experts: int
) -> None:
    place = market(seed, needs, experts)
    served = best(place, Demand(least=300_000), Aim.SERVED, NOTHING)
    assert served is not None
    demand = Demand(served=len(served.chosen), least=300_000)
    for aim in (Aim.TOTAL, Aim.NEWCOMERS):
        grown = best(place, demand, aim, served.kept)
        every = best(place, demand, aim, np.arange(len(place.need)))
        assert grown is not None
        assert every is not None
        assert worth(place, grown.chosen, aim) == worth(place, every.chosen, aim)


def test_a_demand_that_nobody_can_meet_has_no_plan() -> None:
    place = market(1, 3, 3)
    assert best(place, Demand(newcomers=99), Aim.TOTAL, best_pairs(place)) is None


@pytest.mark.parametrize("seed", range(3))
def test_each_need_begins_with_its_best_newcomers_and_its_best_others(seed: int) -> None:
    place = market(seed, 4, 90)
    kept = best_pairs(place)
    for need in range(4):
        for group in (True, False):
            mine = (place.need == need) & (place.is_newcomer[place.expert] == group)
            begun = kept[mine[kept]]
            least = np.sort(place.units[mine])[::-1][:KEPT]
            assert sorted(place.units[begun], reverse=True) == list(least)
