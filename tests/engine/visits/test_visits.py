"""Every rule of a plan of visits, held against all plans of small problems; contradictions and gaps in words."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.engine.visits import made
from tests.engine.visits.made import MINGSHAN, SHIMIAN, YAAN, YINGJING

from keqiao.engine.types import Part, Reason
from keqiao.engine.visits import plan
from keqiao.engine.visits.types import Couple, Expert, Firm, Impossible, Pair, Point, Problem, Rules
from keqiao.engine.visits.wording import SENTENCES, sentence

TUESDAY = frozenset({1})
SLAG = Firm("雅安示例锂业", YAAN, TUESDAY)
FAR = Firm("石棉示例矿业", SHIMIAN, TUESDAY)
CHEN = Expert("陈砚", MINGSHAN, TUESDAY)


def problem(*firms: Firm, experts: tuple[Expert, ...] = (CHEN,), **more: object) -> Problem:
    """Return a problem in which every expert fits every firm with 80 points."""
    pairs = [Pair(firm.key, one.key, 80.0) for firm in firms for one in experts]
    return replace(Problem(firms, experts, pairs), **more)  # type: ignore[arg-type]


@settings(deadline=None, max_examples=120)
@given(made.problems())
def test_a_plan_keeps_every_rule_and_none_is_better(asked: Problem) -> None:
    best = made.best(asked)
    assert best is not None
    answer = plan(asked)
    assert made.faults(asked, answer) == []
    assert answer.points == pytest.approx(best[1], abs=1e-3 + 0.001 * abs(best[1]))
    assert answer.bound >= best[1] - 1e-3
    if asked.rules.is_fair:
        assert answer.served == best[0]


@settings(deadline=None, max_examples=80)
@given(made.problems(locks=True))
def test_locks_are_kept_or_the_plan_says_why_not(asked: Problem) -> None:
    best = made.best(asked)
    if best is None:
        with pytest.raises(Impossible) as refused:
            plan(asked)
        assert {reason.code.split(".")[0] for reason in refused.value.reasons} == {"lock"}
        return
    answer = plan(asked)
    assert made.faults(asked, answer) == []
    locked = {(s.firm, d.expert) for d in answer.days for s in d.stops if s.is_locked}
    assert locked == {(one.firm, one.expert) for one in asked.locks}


@settings(deadline=None, max_examples=40)
@given(made.problems())
def test_every_empty_place_says_what_to_relax_and_the_order_of_input_changes_nothing(
    asked: Problem,
) -> None:
    before = copy.deepcopy(asked)
    answer = plan(asked)
    turned = replace(
        asked, firms=asked.firms[::-1], experts=asked.experts[::-1], pairs=asked.pairs[::-1]
    )
    again = plan(turned)
    assert (again.points, again.served) == (answer.points, answer.served)
    assert asked == before
    met = [stop.firm for day in answer.days for stop in day.stops]
    missing = {gap.firm: gap.missing for gap in answer.gaps}
    for firm in asked.firms:
        assert met.count(firm.key) + missing.get(firm.key, 0) == firm.wanted
    assert all(gap.reasons for gap in answer.gaps)
    assert {reason.code for gap in answer.gaps for reason in gap.reasons} <= set(SENTENCES)


def test_one_expert_visits_three_firms_of_a_day_and_rests_at_noon() -> None:
    firms = (SLAG, Firm("名山示例茶业", MINGSHAN, TUESDAY), Firm("荥经示例建材", YINGJING, TUESDAY))
    answer = plan(problem(*firms))
    (day,) = answer.days
    assert (day.day, len(day.stops), answer.served, answer.gaps) == (1, 3, 3, ())
    assert all(stop.departs <= 12 * 60 or stop.arrives >= 14 * 60 for stop in day.stops)
    assert day.returns <= 19 * 60
    assert answer.gap == 0


def test_a_lock_may_name_its_day_and_a_contradicted_one_is_said() -> None:
    free = frozenset({0, 1, 2})
    asked = problem(replace(SLAG, days=free), experts=(replace(CHEN, days=free),))
    locked = replace(asked, locks=[Couple(SLAG.key, CHEN.key, 2)])
    assert [day.day for day in plan(locked).days] == [2]
    for locks, code in (
        ([Couple(SLAG.key, CHEN.key, 7)], "lock.day"),
        ([Couple(SLAG.key, CHEN.key, 1), Couple(SLAG.key, CHEN.key, 2)], "lock.twice"),
    ):
        with pytest.raises(Impossible) as refused:
            plan(replace(asked, locks=locks))
        assert [reason.code for reason in refused.value.reasons] == [code]


def test_a_fair_plan_serves_the_second_firm_first_and_says_what_that_costs() -> None:
    both = Firm("雅安示例锂业", YAAN, TUESDAY, wanted=2)
    one_stop = tuple(Expert(name, YAAN, TUESDAY, stops=1) for name in ("陈砚", "古力·阿依"))
    pairs = [Pair(both.key, one.key, 90.0) for one in one_stop]
    pairs += [Pair("名山示例茶业", one.key, 50.0) for one in one_stop]
    asked = Problem((both, Firm("名山示例茶业", YAAN, TUESDAY)), one_stop, pairs)
    fair = plan(asked)
    free = plan(replace(asked, rules=Rules(is_fair=False)))
    assert (fair.served, fair.points, fair.without_fairness) == (2, 140.0, 180.0)
    assert (free.served, free.points) == (1, 180.0)


def test_the_parts_of_a_score_come_out_as_they_went_in() -> None:
    parts = (Part("subject", 80.0, Reason("subject.same")),)
    asked = replace(problem(SLAG), pairs=[Pair(SLAG.key, CHEN.key, 80.0, parts)])
    assert plan(asked).days[0].stops[0].parts is parts


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (replace(problem(SLAG), pairs=[]), "没有专家与它配过分"),
        (problem(SLAG, rules=Rules(threshold=90)), "只有 80.0 分，低于门槛 90 分"),
        (problem(replace(SLAG, days=frozenset({3}))), "有空的日子它都不接待"),
        (problem(FAR, experts=(replace(CHEN, returns=12 * 60),)), "一天之内去不了再回来"),
        (problem(SLAG, experts=(replace(CHEN, stops=0),)), "的 0 次已经排满"),
        (problem(SLAG, conflicts=[Couple(SLAG.key, CHEN.key)]), "合适的专家都须回避"),
        (problem(FAR, rules=Rules(hour=100, is_fair=False)), "路上折去的分比得的多"),
        (problem(SLAG, replace(SLAG, key="另一家"), experts=(replace(CHEN, stops_a_day=1),)), "都已排满"),
    ],
)  # fmt: skip
def test_a_firm_that_nobody_visits_reads_which_constraint_to_relax(
    asked: Problem, said: str
) -> None:
    answer = plan(asked)
    told = [sentence(reason) for gap in answer.gaps for reason in gap.reasons]
    assert any(said in one for one in told), told


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (problem(SLAG, SLAG), "input.firm_twice"),
        (problem(SLAG, experts=(CHEN, CHEN)), "input.expert_twice"),
        (replace(problem(SLAG), pairs=[Pair("无", CHEN.key, 1.0)]), "input.firm_unknown"),
        (replace(problem(SLAG), pairs=[Pair(SLAG.key, "无", 1.0)]), "input.expert_unknown"),
        (replace(problem(SLAG), pairs=[Pair(SLAG.key, CHEN.key, float("nan"))]), "input.score"),
        (replace(problem(SLAG), pairs=[Pair(SLAG.key, CHEN.key, 1.0)] * 2), "input.pair_twice"),
        (problem(replace(SLAG, hours=((700, 600),))), "input.firm"),
        (problem(replace(SLAG, place=Point(float("nan"), 0))), "input.firm"),
        (problem(SLAG, experts=(replace(CHEN, stops_a_day=9),)), "input.expert"),
        (problem(SLAG, rules=Rules(speed=0)), "input.rules"),
        (problem(SLAG, locks=[Couple(SLAG.key, CHEN.key)], conflicts=[Couple(SLAG.key, CHEN.key)]), "lock.conflict"),
        (problem(replace(SLAG, days=frozenset()), locks=[Couple(SLAG.key, CHEN.key)]), "lock.days"),
        (problem(FAR, experts=(replace(CHEN, returns=12 * 60),), locks=[Couple(FAR.key, CHEN.key)]), "lock.far"),
        (problem(SLAG, experts=(replace(CHEN, stops=0),), locks=[Couple(SLAG.key, CHEN.key)]), "lock.stops"),
        (problem(replace(SLAG, wanted=0), locks=[Couple(SLAG.key, CHEN.key)]), "lock.wanted"),
        (problem(SLAG, replace(SLAG, key="另一家"), experts=(replace(CHEN, stops_a_day=1),),
                 locks=[Couple(SLAG.key, CHEN.key), Couple("另一家", CHEN.key)]), "lock.together"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_named(asked: Problem, code: str) -> None:
    with pytest.raises(Impossible) as refused:
        plan(asked)
    assert code in {reason.code for reason in refused.value.reasons}
    assert refused.value.say() == " ".join(
        SENTENCES[one.code] % one.values for one in refused.value.reasons
    )


def test_nothing_asked_is_a_plan_of_nothing() -> None:
    answer = plan(Problem([], [], []))
    assert (answer.days, answer.gaps, answer.points, answer.gap) == ((), (), 0.0, 0.0)
