"""What is still to ask: the most useful first, nothing that is answered, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from keqiao.engine import clarifying
from keqiao.engine.clarifying.types import Proposals
from keqiao.places import reference


@dataclass(frozen=True)
class Entered:
    wanted: str = ""
    tried: str = ""
    targets: str = ""
    limits: str = ""
    region_id: str = ""
    stage: int | None = None
    cooperation: tuple[str, ...] = ()
    budget_low: int | None = None


NOTHING = Entered()
COMPLETE = Entered(
    wanted="酸化回转窑尾气余热回收，换热器从2024年开始半年就腐蚀穿孔，希望找有经验的设计院或高校",
    tried="换过两种钢材，仍然在半年内穿孔，因为酸雾里有氟化物",
    targets="寿命由6个月提高到24个月，温度降到120℃以下",
    limits="场地只有30平方米，不能停产；总成本不超过50万元；废水不能增加；须符合国标；配方保密",
    region_id="511800",
    stage=6,
    cooperation=("development",),
    budget_low=30,
)


def codes(content: Entered, proposals: Proposals | None = None) -> list[str]:
    return [one.code for one in clarifying.questions(content, proposals or Proposals())]


def test_of_nothing_everything_is_asked_and_what_hurts_comes_first() -> None:
    asked = codes(NOTHING)
    assert asked[:3] == ["hurts", "targets", "tried"]
    assert len(asked) == len(set(asked))
    assert {"since", "pays", "site", "waste", "cost", "rules", "secrecy", "partner"} <= set(asked)


def test_of_a_complete_need_nothing_is_asked() -> None:
    assert codes(COMPLETE) == []


def test_why_it_failed_is_asked_only_once_something_was_tried() -> None:
    assert "why_failed" not in codes(NOTHING)
    assert "why_failed" in codes(Entered(tried="用过两台进口设备"))
    assert "why_failed" not in codes(Entered(tried="用过两台进口设备，效果不理想"))


def test_a_target_without_a_figure_is_asked_again() -> None:
    assert "targets" in codes(Entered(targets="越快越好"))
    assert "targets" not in codes(Entered(targets="碎叶率降到5%以下"))


def test_what_the_free_text_says_is_not_asked() -> None:
    text = "我们在雅安市名山区，2025年起茶叶碎叶多，试过背负式采茶机，碎叶太多。希望碎叶率降到5%以下，预算3万元。"
    said = clarifying.propose(text, reference.load_trees())
    asked = codes(NOTHING, said)
    assert not {"tried", "why_failed", "targets", "region", "pays"} & set(asked)


def test_what_a_person_entered_counts_more_than_a_proposal() -> None:
    said = clarifying.propose("试过，碎叶太多，效果不好。希望机采。", reference.load_trees())
    assert "why_failed" in codes(Entered(tried="试过一台"), said)


def test_every_question_says_why_it_is_asked_and_what_it_fills() -> None:
    for one in clarifying.questions(NOTHING, Proposals()):
        assert str(one.text).endswith(("？", "。"))
        assert len(str(one.why)) > 8
        assert one.field in {
            "wanted", "tried", "targets", "limits", "region", "stage", "cooperation", "budget_low",
        }  # fmt: skip


@dataclass(frozen=True)
class Placed(Entered):
    industry_id: str = ""


def test_waste_and_site_are_asked_where_an_industry_has_them() -> None:
    welding, tea, lithium = (
        codes(Placed(industry_id=code)) for code in ("F5127", "C1530", "C2613")
    )
    assert not {"site", "waste"} & set(welding)
    assert "waste" not in tea
    assert {"site", "waste"} <= set(lithium)
    assert codes(NOTHING)[-2:] == ["site", "waste"]


def test_a_budget_that_the_text_names_is_not_asked_again() -> None:
    said = clarifying.propose("碎葉多，預算30萬元。", reference.load_trees())
    assert "pays" not in codes(NOTHING, said)
