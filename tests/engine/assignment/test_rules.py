"""Every rule of an assignment, held against all plans of small problems."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment, linprog
from tests.engine.assignment import brute
from tests.engine.assignment.brute import UNIT, Chosen, small
from tests.engine.assignment.cases import problems

from keqiao.engine.assignment import assign
from keqiao.engine.assignment.types import Expert, Grid, Need, Pair, Plan, Problem, Rules

EVERY = problems(locks=True, floors=True, newcomers=True)


def chosen(plan: Plan) -> Chosen:
    return frozenset((item.need, item.expert) for item in plan.assignments)


def units(points: float) -> int:
    return round(points * UNIT)


@given(EVERY)
def test_nobody_has_more_than_the_capacity_and_no_need_more_than_it_wants(problem: Problem) -> None:
    plan = assign(problem)
    needs = Counter(item.need for item in plan.assignments)
    experts = Counter(item.expert for item in plan.assignments)
    assert all(needs[need.key] <= need.wanted for need in problem.needs)
    assert all(experts[expert.key] <= expert.capacity for expert in problem.experts)
    assert len(chosen(plan)) == len(plan.assignments)


@given(EVERY)
def test_conflicts_and_weak_pairs_are_never_chosen_but_by_a_lock(problem: Problem) -> None:
    table = small(problem)
    plan = assign(problem)
    assert chosen(plan) <= set(table.units)
    offered = {(need, other.expert) for need in plan.alternates for other in plan.alternates[need]}
    assert offered <= set(table.units)
    assert not offered & chosen(plan)


@given(EVERY)
def test_every_lock_is_kept_and_marked(problem: Problem) -> None:
    plan = assign(problem)
    locks = {(lock.need, lock.expert) for lock in problem.locks}
    assert {(item.need, item.expert) for item in plan.assignments if item.is_locked} == locks


@given(EVERY)
def test_scores_and_parts_come_out_as_they_went_in(problem: Problem) -> None:
    plan = assign(problem)
    assert not isinstance(problem.pairs, Grid)
    pairs = {(pair.need, pair.expert): pair for pair in problem.pairs}
    for item in plan.assignments:
        pair = pairs.get((item.need, item.expert), Pair(item.need, item.expert, 0.0))
        assert item.score == pair.score
        assert item.parts is pair.parts or not pair.parts
    for need, others in plan.alternates.items():
        for other in others:
            assert other.parts is pairs[need, other.expert].parts


@given(problems())
def test_the_total_is_the_best_of_all_plans(problem: Problem) -> None:
    table = small(problem)
    plan = assign(problem)
    assert units(plan.total) == brute.total(table, chosen(plan))
    assert units(plan.total) == brute.best_total(table, list(brute.plans(table, with_locks=False)))


@given(EVERY)
@settings(max_examples=200)
def test_each_rule_is_kept_as_well_as_any_plan_could_and_costs_what_it_must(
    problem: Problem,
) -> None:
    table, rules, plan = small(problem), problem.rules, assign(problem)
    free = brute.best_total(table, list(brute.plans(table, with_locks=False)))
    found = list(brute.plans(table, with_locks=True))
    locked = brute.best_total(table, found)
    if rules.floor is not None:
        found = brute.floored(table, found, units(rules.floor))
    assert chosen(plan) in found
    floored = brute.best_total(table, found)
    assert [units(plan.price.best), units(plan.price.locks)] == [free, free - locked]
    assert units(plan.price.floor) == locked - floored
    have = brute.new(table, chosen(plan))
    most = max(brute.new(table, other) for other in found)
    assert have >= min(most, brute.asked(rules.newcomers, len(plan.assignments)))
    rivals = [other for other in found if brute.new(table, other) >= have]
    if units(plan.price.newcomers):
        assert units(plan.total) == brute.best_total(table, rivals)
    assert units(plan.price.newcomers) == floored - units(plan.total)
    assert units(plan.price.total) == free - units(plan.total)


@given(problems(floors=True))
def test_the_floor_is_the_highest_that_any_plan_reaches(problem: Problem) -> None:
    table = small(problem)
    plan = assign(replace(problem, rules=replace(problem.rules, floor=100.0)))
    best = brute.floored(table, list(brute.plans(table, with_locks=True)), 100 * UNIT)
    lowest = brute.bests(table, best[0])[:1]
    assert [units(points) for points in [plan.lowest] if points is not None] == lowest


@given(EVERY, st.randoms(use_true_random=False))
def test_the_order_of_input_changes_nothing_and_no_argument_is_changed(
    problem: Problem, random: Random
) -> None:
    assert not isinstance(problem.pairs, Grid)
    before = copy.deepcopy(problem)

    def mixed(items: list[Any]) -> list[Any]:
        return random.sample(items, len(items))

    other = Problem(
        mixed(list(problem.needs)),
        mixed(list(problem.experts)),
        mixed(list(problem.pairs)),
        mixed(list(problem.conflicts)),
        mixed(list(problem.locks)),
        problem.rules,
    )
    assert assign(problem) == assign(other)
    assert problem == before


@given(EVERY)
def test_empty_places_are_told_with_a_reason_and_full_needs_are_not(problem: Problem) -> None:
    plan = assign(problem)
    have = Counter(item.need for item in plan.assignments)
    missing = {need.key: need.wanted - have[need.key] for need in problem.needs}
    told = {gap.need: gap.missing for gap in plan.gaps}
    assert told == {key: count for key, count in missing.items() if count}
    assert all(gap.reasons for gap in plan.gaps)


@given(EVERY)
def test_nobody_who_fits_and_has_a_place_is_left_beside_an_empty_one(problem: Problem) -> None:
    plan = assign(problem)
    for gap in plan.gaps:
        assert all(other.free == 0 for other in plan.alternates[gap.need])


@pytest.mark.parametrize("seed", range(6))
def test_larger_squares_have_the_total_of_the_hungarian_method(seed: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.integers(0, 10_001, (90, 120)) / 100
    needs = [Need(f"n{place:03}") for place in range(90)]
    experts = [Expert(f"e{place:03}") for place in range(120)]
    rows, columns = linear_sum_assignment(scores, maximize=True)
    plan = assign(Problem(needs, experts, Grid(scores)))
    assert plan.total == pytest.approx(scores[rows, columns].sum(), abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_crowd_that_wants_the_same_few_is_still_solved_to_the_best(seed: int) -> None:
    random = np.random.default_rng(seed)
    fame = np.linspace(0, 60, 80)
    scores = np.round(fame[None, :] + random.random((120, 80)) * 5, 2)
    needs = [Need(f"n{place:03}") for place in range(120)]
    experts = [Expert(f"e{place:03}", is_newcomer=place < 40) for place in range(80)]
    rows, columns = linear_sum_assignment(scores, maximize=True)
    plan = assign(Problem(needs, experts, Grid(scores)))
    assert plan.total == pytest.approx(scores[rows, columns].sum(), abs=1e-6)
    shared = assign(Problem(needs[:40], experts, Grid(scores[:40]), rules=Rules(newcomers=0.5)))
    assert sum(item.is_newcomer for item in shared.assignments) == 20
    assert shared.total == pytest.approx(best_with_newcomers(scores[:40], 40, 20), abs=1e-6)


def best_with_newcomers(scores: np.ndarray, new: int, least: int) -> float:
    """Return the best total of one place a need with at least `least` newcomers, by a linear programme."""
    n, m = scores.shape
    each_need = np.kron(np.eye(n), np.ones(m))
    each_expert = np.kron(np.ones(n), np.eye(m))
    share = -np.kron(np.ones(n), np.r_[np.ones(new), np.zeros(m - new)])
    found = linprog(
        -scores.ravel(),
        A_ub=np.vstack([each_need, each_expert, share]),
        b_ub=np.r_[np.ones(n + m), -least],
        bounds=(0, 1),
    )
    return float(-found.fun)
