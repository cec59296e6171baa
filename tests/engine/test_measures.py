"""Our measures against ir-measures on random orders, and what must hold of them whatever comes in."""

from __future__ import annotations

import copy
import random
from itertools import pairwise

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, P, R, nDCG

from keqiao.engine import measures

KEYS = st.sampled_from([f"d{number}" for number in range(12)])
ORDERS = st.lists(KEYS, max_size=12, unique=True)
GRADES = st.dictionaries(KEYS, st.integers(0, 3), max_size=12)
CUTS = st.integers(1, 15)
VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)
PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("cut", [1, 5, 10, 100])
def test_every_measure_agrees_with_ir_measures(seed: int, cut: int) -> None:
    drawn = random.Random(seed)  # noqa: S311 - a draw that can be repeated
    keys = [f"d{number}" for number in range(40)]
    grades = {key: drawn.randint(0, 3) for key in drawn.sample(keys, drawn.randint(1, 30))}
    order = drawn.sample(keys, drawn.randint(1, 40))
    run = [ir_measures.ScoredDoc("q", key, float(-rank)) for rank, key in enumerate(order)]

    def theirs(measure: ir_measures.Measure, judged: dict[str, int]) -> float:
        qrels = [ir_measures.Qrel("q", key, grade) for key, grade in judged.items()]
        return float(ir_measures.calc_aggregate([measure], qrels, run)[measure])

    right = [key for key, grade in grades.items() if grade >= 1]
    gains = {key: 2**grade - 1 for key, grade in grades.items()}  # their gain is the grade itself
    assert measures.ndcg(order, grades, cut) == pytest.approx(theirs(nDCG @ cut, gains))
    assert measures.precision(order, grades, cut, 2) == pytest.approx(
        theirs(P(rel=2) @ cut, grades)
    )
    if right:
        assert measures.recall(order, right, cut) == pytest.approx(theirs(R @ cut, grades))
        assert measures.reciprocal_rank(order, right, cut) == pytest.approx(
            theirs(RR @ cut, grades)
        )


@given(ORDERS, GRADES, CUTS)
def test_no_measure_leaves_0_to_1_or_changes_what_it_is_given(
    order: list[str], grades: dict[str, int], cut: int
) -> None:
    given_order, given_grades = copy.copy(order), copy.copy(grades)
    right = set(grades)
    for value in (
        measures.ndcg(order, grades, cut),
        measures.reciprocal_rank(order, right, cut),
        measures.recall(order, right, cut),
        measures.precision(order, grades, cut, 2),
    ):
        assert 0 <= value <= 1 + 1e-9
    assert (order, grades, right) == (given_order, given_grades, set(given_grades))


@given(ORDERS, GRADES, CUTS)
def test_a_better_neighbour_moved_up_never_lowers_ndcg(
    order: list[str], grades: dict[str, int], cut: int
) -> None:
    for place, (upper, lower) in enumerate(pairwise(order)):
        if grades.get(lower, 0) > grades.get(upper, 0):
            moved = [*order[:place], lower, upper, *order[place + 2 :]]
            before, after = (measures.ndcg(one, grades, cut) for one in (order, moved))
            assert after >= before - 1e-12


@given(GRADES, CUTS)
def test_the_best_order_has_an_ndcg_of_one(grades: dict[str, int], cut: int) -> None:
    best = sorted(grades, key=lambda key: -grades[key])
    expected = 1.0 if any(grades.values()) else 0.0
    assert measures.ndcg(best, grades, cut) == pytest.approx(expected)


@given(ORDERS, GRADES, CUTS)
def test_a_key_said_twice_counts_once(order: list[str], grades: dict[str, int], cut: int) -> None:
    twice = [key for key in order for _time in range(2)]
    assert measures.ndcg(twice, grades, cut) == measures.ndcg(order, grades, cut)
    assert measures.precision(twice, grades, cut, 1) == measures.precision(order, grades, cut, 1)


def test_nothing_found_and_nothing_right_are_worth_nothing() -> None:
    assert measures.ndcg([], {"a": 3}, 10) == 0
    assert measures.ndcg(["a"], {}, 10) == 0
    assert measures.ndcg(["a"], {"a": -2}, 10) == 0
    assert measures.reciprocal_rank([], {"a"}, 10) == 0
    assert measures.reciprocal_rank(["b", "a"], {"a"}, 1) == 0
    assert measures.recall(["a"], (), 10) == 0
    assert measures.precision([], {}, 5, 2) == 0
    assert measures.reliability([], [], 10) == ()
    assert measures.expected_calibration_error([], []) == 0


def test_a_value_by_hand() -> None:
    grades = {"a": 3, "b": 1, "c": 0}
    assert measures.ndcg(["c", "a", "b"], grades, 10) == pytest.approx(
        (7 / 1.5849625 + 1 / 2) / (7 + 1 / 1.5849625)
    )
    assert measures.precision(["c", "a", "b"], grades, 5, 1) == 2 / 5


@pytest.mark.parametrize("cut", [0, -1])
def test_no_place_looked_at_is_refused(cut: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        measures.ndcg(["a"], {"a": 1}, cut)
    with pytest.raises(ValueError, match="at least one"):
        measures.recall(["a"], {"a"}, cut)
    with pytest.raises(ValueError, match="no values"):
        measures.bootstrap_interval([], seed=1)
    with pytest.raises(ValueError, match="not the same queries"):
        measures.paired_p([1.0], [1.0, 0.0], seed=1)
    with pytest.raises(ValueError, match="from 0 to 1"):
        measures.reliability([1.2], [True], 10)


@given(VALUES)
def test_an_interval_lies_within_the_values_and_is_the_same_again(values: list[float]) -> None:
    low, high = measures.bootstrap_interval(values, seed=7, rounds=200)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert (low, high) == measures.bootstrap_interval(values, seed=7, rounds=200)


def test_an_interval_of_many_values_is_that_of_the_normal_law() -> None:
    drawn = random.Random(3)  # noqa: S311 - a draw that can be repeated
    values = [drawn.gauss(0.5, 0.1) for _query in range(4000)]
    low, high = measures.bootstrap_interval(values, seed=5)
    assert high - low == pytest.approx(2 * 1.96 * 0.1 / 4000**0.5, rel=0.1)


@given(VALUES)
def test_a_system_does_not_differ_from_itself(values: list[float]) -> None:
    assert measures.paired_p(values, values, seed=1, rounds=100) == 1


def test_a_difference_on_every_query_is_no_chance_and_one_to_and_fro_is() -> None:
    one = [0.6] * 20
    assert measures.paired_p(one, [0.5] * 20, seed=1) < 0.001
    assert measures.paired_p(one, [0.5, 0.7] * 10, seed=1) == 1
    both = measures.paired_p(one, [0.5] * 6 + [0.7] * 14, seed=1)
    assert both == measures.paired_p([0.5] * 6 + [0.7] * 14, one, seed=1)
    assert both == pytest.approx(0.115, abs=0.02)  # two-sided binomial, 6 or fewer of 20


def test_probabilities_that_hold_have_no_error_and_boasting_shows() -> None:
    outcomes = [True] * 8 + [False] * 2
    assert measures.expected_calibration_error([0.8] * 10, outcomes) == pytest.approx(0)
    assert measures.expected_calibration_error([1.0] * 10, outcomes) == pytest.approx(0.2)
    only = measures.reliability([0.8] * 10, outcomes, 5)
    assert [(one.low, one.count, one.observed) for one in only] == [(0.8, 10, 0.8)]


@given(PAIRS, st.integers(1, 20))
def test_every_probability_stands_in_one_bin(pairs: list[tuple[float, bool]], bins: int) -> None:
    probabilities, outcomes = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    curve = measures.reliability(probabilities, outcomes, bins)
    assert sum(one.count for one in curve) == len(pairs)
    assert all(one.low - 1e-9 <= one.predicted <= one.high + 1e-9 for one in curve)
    assert 0 <= measures.expected_calibration_error(probabilities, outcomes, bins) <= 1
