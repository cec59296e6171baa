"""What contradicts itself is told in words; what is empty stays empty; nothing falls over."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from keqiao.engine.assignment import assign
from keqiao.engine.assignment.types import (
    Couple,
    Expert,
    Grid,
    Impossible,
    Need,
    Pair,
    Problem,
    Rules,
)
from keqiao.engine.assignment.wording import sentence

TWO = [Need("n1"), Need("n2")]
PEOPLE = [Expert("e1"), Expert("e2")]
PAIRS = [Pair("n1", "e1", 80), Pair("n1", "e2", 70), Pair("n2", "e1", 75)]
GOOD = Problem(TWO, PEOPLE, PAIRS)


def refused(problem: Problem) -> str:
    with pytest.raises(Impossible) as told:
        assign(problem)
    return str(told.value)


def why(problem: Problem, need: str) -> list[str]:
    (gap,) = (gap for gap in assign(problem).gaps if gap.need == need)
    return [sentence(reason) for reason in gap.reasons]


@pytest.mark.parametrize(
    "problem",
    [
        Problem([], [], []),
        Problem([], PEOPLE, []),
        Problem(TWO, [], []),
        Problem(TWO, PEOPLE, []),
        Problem([], [], Grid(np.empty((0, 0)))),
        Problem(TWO, [], Grid(np.empty((2, 0)))),
        Problem(TWO, PEOPLE, Grid(np.full((2, 2), math.nan))),
        Problem([Need("n1", 0)], [Expert("e1", 0)], [Pair("n1", "e1", 50)]),
    ],
)
@pytest.mark.parametrize("floor", [None, 0.0, 100.0])
@pytest.mark.parametrize("newcomers", [0.0, 1.0])
def test_nothing_to_assign_is_a_plan_of_nothing(
    problem: Problem, floor: float | None, newcomers: float
) -> None:
    plan = assign(replace(problem, rules=Rules(floor=floor, newcomers=newcomers)))
    assert plan.assignments == ()
    assert plan.total == plan.price.best == plan.price.total == 0
    assert plan.lowest is None
    wanting = {need.key for need in problem.needs if need.wanted}
    assert {gap.need for gap in plan.gaps} == wanting


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (replace(GOOD, needs=[*TWO, Need("n1")]), "需求“n1”出现了两次。"),
        (replace(GOOD, experts=[*PEOPLE, Expert("e2")]), "专家“e2”出现了两次。"),
        (replace(GOOD, pairs=[*PAIRS, Pair("𠮷", "e1", 5)]), "没有需求“𠮷”"),
        (replace(GOOD, pairs=[*PAIRS, Pair("n1", "㐂", 5)]), "没有专家“㐂”"),
        (replace(GOOD, conflicts=[Couple("n1", "e9")]), "没有专家“e9”"),
        (replace(GOOD, locks=[Couple("n9", "e1")]), "没有需求“n9”"),
        (replace(GOOD, pairs=[*PAIRS, PAIRS[0]]), "需求“n1”与专家“e1”的分数给了两次。"),
        (replace(GOOD, needs=[*TWO, Need("n3", -1)]), "需求“n3”要的人数"),
        (replace(GOOD, experts=[*PEOPLE, Expert("e3", -1)]), "专家“e3”的名额"),
        (replace(GOOD, pairs=Grid(np.zeros((3, 2)))), "分数表的大小"),
        (replace(GOOD, rules=Rules(threshold=math.nan)), "门槛和底线应为 0 到 100"),
        (replace(GOOD, rules=Rules(floor=101)), "门槛和底线应为 0 到 100"),
        (replace(GOOD, rules=Rules(newcomers=1.5)), "新人比例应为 0 到 1"),
        (replace(GOOD, rules=Rules(alternates=-1)), "备选应为 0 到 3 人"),
    ],
)
def test_what_cannot_be_taken_is_named(problem: Problem, told: str) -> None:
    assert told in refused(problem)


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf, -0.1, 100.1])
def test_a_score_that_is_none_is_named(score: float) -> None:
    told = refused(replace(GOOD, pairs=[*PAIRS, Pair("n2", "e2", score)]))
    assert told == "需求“n2”与专家“e2”的分数不是 0 到 100 的数。"


def test_a_grid_takes_no_number_for_no_pair_and_names_a_wrong_one() -> None:
    scores = np.array([[80, math.nan], [75, -3]])
    assert "需求“n2”与专家“e2”" in refused(replace(GOOD, pairs=Grid(scores)))


def test_all_contradictions_are_named_at_once_and_only_so_many() -> None:
    twice = [Need(f"n{place:02}") for place in range(30)] * 2
    told = refused(replace(GOOD, needs=twice))
    assert told.count("出现了两次") == 20
    assert told.endswith("另有 10 处。")


@pytest.mark.parametrize(
    ("locks", "conflicts", "told"),
    [
        ([Couple("n1", "e2")], [Couple("n1", "e2")], "锁定“n1”给“e2”与回避冲突。"),
        ([Couple("n1", "e1"), Couple("n2", "e1")], [], "却被锁定给 2 条需求：n1、n2。"),
        ([Couple("n1", "e1"), Couple("n1", "e2")], [], "却锁定了 2 人：e1、e2。"),
        ([Couple("n1", "e1")] * 2, [], "“n1”给“e1”锁定了两次。"),
    ],
)
def test_a_lock_that_cannot_be_kept_is_named(
    locks: list[Couple], conflicts: list[Couple], told: str
) -> None:
    assert told in refused(replace(GOOD, locks=locks, conflicts=conflicts))


def test_a_lock_within_one_organisation_is_named() -> None:
    problem = Problem([Need("n1", owner="甲厂")], [Expert("e1", owner="甲厂")], [])
    told = refused(replace(problem, locks=[Couple("n1", "e1")]))
    assert told == "锁定“n1”给“e1”与回避冲突。"


def test_a_broker_may_lock_whom_nobody_scored_and_the_loss_is_told() -> None:
    plan = assign(replace(GOOD, locks=[Couple("n2", "e2")]))
    assert [(item.need, item.expert, item.score) for item in plan.assignments] == [
        ("n1", "e1", 80),
        ("n2", "e2", 0.0),
    ]
    assert (plan.price.best, plan.price.locks, plan.total) == (145.0, 65.0, 80.0)


def test_every_gap_says_why() -> None:
    assert why(replace(GOOD, pairs=PAIRS[:2]), "n2") == ["没有人与它配过分"]
    weak = replace(GOOD, rules=Rules(threshold=77.5))
    assert why(weak, "n2") == ["最合适的“e1”只有 75 分，低于门槛 77.5 分"]
    barred = replace(GOOD, conflicts=[Couple("n2", "e1")])
    assert why(barred, "n2") == ["过了门槛的人里有 1 位须回避"]
    taken = replace(GOOD, pairs=[PAIRS[0], PAIRS[2]])
    assert why(taken, "n2") == ["“e1”的 1 个名额已给：n1"]
    closed = replace(GOOD, experts=[Expert("e1", 0), Expert("e2")])
    assert why(closed, "n2") == ["“e1”没有名额"]
    few = replace(GOOD, needs=[Need("n1"), Need("n2", 2)])
    assert why(few, "n2") == ["合适的人一共只有 1 位，都已给它"]


def test_equal_scores_go_to_the_smaller_key() -> None:
    experts = [Expert(key) for key in ("丙", "乙", "𠀀")]
    pairs = [Pair("n1", expert.key, 50) for expert in experts]
    plan = assign(Problem([Need("n1")], experts, pairs))
    assert [item.expert for item in plan.assignments] == ["丙"]
    assert [other.expert for other in plan.alternates["n1"]] == ["乙", "𠀀"]
    needs = [Need("n2"), Need("n1")]
    one = [Pair(need.key, "e1", 50) for need in needs]
    assert assign(Problem(needs, [Expert("e1")], one)).assignments[0].need == "n1"


def test_alternates_with_a_free_place_come_first_and_say_how_many() -> None:
    experts = [Expert("e1"), Expert("e2"), Expert("e3", 4)]
    pairs = [*PAIRS, Pair("n2", "e3", 10), Pair("n2", "e2", 20)]
    plan = assign(Problem(TWO, experts, pairs))
    assert [(item.need, item.expert) for item in plan.assignments] == [("n1", "e2"), ("n2", "e1")]
    others = [(other.expert, other.score, other.free) for other in plan.alternates["n2"]]
    assert others == [("e3", 10, 4), ("e2", 20, 0)]
    assert assign(replace(GOOD, rules=Rules(alternates=0))).alternates == {"n1": (), "n2": ()}


def test_the_floor_lifts_the_worst_off_and_tells_what_that_costs() -> None:
    scores = np.array([[90, 40], [50, 5]])
    plan = assign(replace(GOOD, pairs=Grid(scores)))
    assert (plan.total, plan.lowest) == (95.0, 5.0)
    lifted = assign(replace(GOOD, pairs=Grid(scores), rules=Rules(floor=100.0)))
    assert (lifted.total, lifted.lowest, lifted.price.floor) == (90.0, 40.0, 5.0)
    assert lifted.notes == ()
    asked = assign(replace(GOOD, pairs=Grid(scores), rules=Rules(floor=45.0)))
    assert [sentence(note) for note in asked.notes] == ["底线 45 分达不到，最高只能到 40 分。"]


def test_a_share_that_too_few_newcomers_can_fill_is_told() -> None:
    experts = [Expert("e1"), Expert("e2", is_newcomer=True)]
    plan = assign(Problem(TWO, experts, PAIRS, rules=Rules(newcomers=1.0)))
    assert [item.is_newcomer for item in plan.assignments] == [True, False]
    assert [sentence(note) for note in plan.notes] == ["新人应有 2 个名额，合适的只够 1 个。"]


def test_a_need_with_a_lock_is_served_and_does_not_take_the_floor_of_another() -> None:
    needs = [Need("n1", 2), Need("n2")]
    pairs = [Pair("n1", "e1", 10), Pair("n1", "e2", 90), Pair("n2", "e2", 30)]
    plan = assign(Problem(needs, PEOPLE, pairs, [], [Couple("n1", "e1")], Rules(floor=0.0)))
    assert [(item.need, item.expert) for item in plan.assignments] == [("n1", "e1"), ("n2", "e2")]
    assert (plan.lowest, plan.price.floor) == (30.0, 60.0)
