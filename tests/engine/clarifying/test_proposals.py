"""What one free text already says of a need, each thing with how sure it is and the words that carry it."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hostile import corpus

from keqiao.engine import clarifying
from keqiao.engine.clarifying import cues, trees
from keqiao.engine.clarifying.types import Proposal, Proposals
from keqiao.engine.dense import EncoderUnavailable, Matrix
from keqiao.engine.gazetteer import Gazetteer
from keqiao.places import reference

TEA = (
    "我们是雅安市名山区的一家茶企，坡地茶园春季采工紧张。去年试过一台背负式采茶机，碎叶太多，效果不好。"
    "希望引入适合10°～20°坡地的轻便机采设备，碎叶率降到5%以下，单台成本不超过3万元。"
)
LITHIUM = (
    "沉锂母液中锂的回收\n碳酸锂沉淀后的母液含锂约1.8 g/L，目前采用冷冻析硝后部分回用，锂损失大。"
    "希望与高校联合研发提高锂总收率的流程，小试已完成，需要中试放大。目标：锂收率≥92%，元明粉达到一等品。场地有限，不能停产改造。"
)
OFFER = "我课题组拥有一项花椒低温干制专利，已授权发明专利，可为合作社提供技术服务，也可对外转让。"


class Pointing:
    """An encoder for which every text that says `word` is one thing, and every other text another."""

    name = "pointing"
    dimensions = 2
    span = (0.0, 1.0)

    def __init__(self, word: str) -> None:
        self._word = word

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        rows = [[1.0, 0.0] if self._word in text else [0.0, 1.0] for text in texts]
        return np.asarray(rows, dtype=np.float32).reshape(-1, self.dimensions)

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        return np.asarray([[1.0, 0.0] for _text in texts], dtype=np.float32)


class Silent(Pointing):
    """An encoder that cannot be reached."""

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        raise EncoderUnavailable(f"{len(texts)} texts")


def proposed(text: str) -> Proposals:
    return clarifying.propose(text, reference.load_trees())


def all_of(found: Proposals) -> list[Proposal[object]]:
    kept: list[Proposal[object]] = []
    for field in dataclasses.fields(found):
        value = getattr(found, field.name)
        kept += value if isinstance(value, tuple) else [value] if value else []
    return kept


def value(one: Proposal[str] | None) -> str:
    return one.value if one else ""


def test_a_sentence_of_a_tea_grower_is_cut_into_what_it_says() -> None:
    found = proposed(TEA)
    assert value(found.title) == "引入适合10°～20°坡地的轻便机采设备"
    assert value(found.region) == "511803"
    assert value(found.direction) == "need"
    assert value(found.wanted) == "希望引入适合10°～20°坡地的轻便机采设备"
    assert value(found.tried) == "去年试过一台背负式采茶机，碎叶太多，效果不好。"
    assert value(found.targets) == "碎叶率降到5%以下"
    assert value(found.limits) == "单台成本不超过3万元。"
    assert {"C357", "A016"} <= {one.value[:4] for one in found.industries}


def test_a_first_line_is_the_title_and_words_show_stage_cooperation_and_codes() -> None:
    found = proposed(LITHIUM)
    assert value(found.title) == "沉锂母液中锂的回收"
    assert found.industries[0].value == "C2613"
    assert found.industries[0].words == ("碳酸锂", "沉锂", "元明粉")
    assert found.subjects[0].value[:3] == "B06"
    assert found.stage is not None
    assert (found.stage.value, found.stage.words) == (4, ("小试",))
    assert found.cooperation[0].value == "development"
    assert {"碳酸锂", "元明粉"} <= {one.value for one in found.keywords}
    assert value(found.limits) == "场地有限，不能停产改造。"


def test_who_gives_and_is_paid_makes_an_offer() -> None:
    found = proposed(OFFER)
    assert value(found.direction) == "offer"
    assert {one.value for one in found.cooperation} == {"service", "transfer"}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("希望购买一项成熟的干燥专利技术，专利购买后自己实施", "transfer"),
        ("希望取得该专利的实施许可", "licence"),
        ("想请专家来诊断把脉", "consulting"),
        ("需要委托第三方检测，并对工人进行培训", "service"),
        ("拟联合攻关，共同研发新配方", "development"),
    ],
)
def test_the_kind_of_contract_is_read_from_what_shall_be_done(said: str, kind: str) -> None:
    assert proposed(said).cooperation[0].value == kind


@pytest.mark.parametrize(
    ("said", "stage"),
    [
        ("目前只有初步构想", 2),
        ("实验室阶段的可行性验证", 3),
        ("样机已在现场工业试验", 6),
        ("产品小批量试生产，试运行三个月", 7),
        ("已量产，大批量稳定运行", 9),
        ("希望将来规模化生产", None),
        ("机器坏了", None),
    ],
)
def test_the_stage_is_what_is_reached_and_not_what_is_hoped_for(
    said: str, stage: int | None
) -> None:
    found = proposed(said).stage
    assert (found.value if found else None) == stage


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("我公司位于雅安市，曾请成都市的四川大学帮忙", "511800"),
        ("南部的茶园", ""),
        ("四川省的企业", ""),
        ("岳池县科协：岳池的科普", "511621"),
        ("雅安市名山区", "511803"),
    ],
)
def test_the_region_is_where_the_author_is(said: str, code: str) -> None:
    assert value(proposed(said).region) == code


def test_a_text_under_headings_goes_where_the_headings_say() -> None:
    found = proposed(
        "需求内容：\n红茶萎凋、发酵干预\n预期目标：\n综合利用率与加工能力都更好\n现有工作基础：\n员工40人，其中本科11人"
    )
    assert value(found.wanted) == "红茶萎凋、发酵干预"
    assert value(found.targets) == "综合利用率与加工能力都更好"
    assert value(found.tried) == "员工40人，其中本科11人"


def test_a_text_that_says_nothing_proposes_next_to_nothing() -> None:
    assert proposed("") == Proposals()
    assert proposed("。。。！！\n\u3000") == Proposals()
    only = proposed("帮帮我们")
    assert (only.industries, only.subjects, only.region, only.stage) == ((), (), None, None)
    assert value(only.wanted) == "帮帮我们"


def test_words_in_full_width_with_spaces_are_the_same_words() -> None:
    plain, wide = proposed("焊接车间ＭＥＳ系统"), proposed("焊 接车间MES系统")
    assert [one.value for one in plain.industries] == [one.value for one in wide.industries]
    assert plain.industries[0].words == ("ＭＥＳ",)


def test_a_latin_word_inside_another_points_nowhere() -> None:
    assert not proposed("called message").industries


def test_meaning_decides_where_words_are_silent() -> None:
    shelf = reference.load_trees()
    own = trees.build(shelf.industries.names, shelf.subjects.names, shelf.gazetteer)
    found = clarifying.propose("帮帮我们吧", own, encoder=Pointing("锂离子电池"))
    assert found.industries[0].value == "C384"
    assert found.industries[0].words == ()


def test_an_encoder_that_cannot_be_reached_leaves_it_to_the_words() -> None:
    shelf = reference.load_trees()
    assert clarifying.propose(LITHIUM, shelf, encoder=Silent("锂")) == proposed(LITHIUM)


def test_trees_without_a_code_of_the_table_never_propose_it() -> None:
    small = trees.build({"C38": "电气机械", "C384": "电池制造"}, {"E07": "电气科学"}, Gazetteer([]))
    found = clarifying.propose("锂电池与焊接", small)
    assert {one.value for one in (*found.industries, *found.subjects)} <= {"C384", "E07"}
    bare = trees.build({"C": "制造业"}, {}, Gazetteer([]))
    assert clarifying.propose("锂电池", bare, encoder=Pointing("锂")).industries == ()


def test_every_code_of_the_table_is_in_the_trees_and_no_word_stands_twice() -> None:
    shelf = reference.load_trees()
    words: list[str] = []
    for row in cues.trades():
        assert set(row["industries"].split()) <= set(shelf.industries.names), row
        assert set(row["subjects"].split()) <= set(shelf.subjects.names), row
        words += row["words"].split()
    assert sorted(words) == sorted(set(words))
    assert min(map(len, words)) > 1


@pytest.mark.parametrize("field", ["direction", "cooperation", "stage", "part"])
def test_every_cue_can_be_found(field: str) -> None:
    assert len(cues.cues(field)) > 2
    assert all(cue.weight > 0 for cue in cues.cues(field))


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        alphabet="锂电池焊接茶园希望试过降到5%不得雅安市名山区。，；\n 　㐂𠮷·ＭＥＳ"
        + string.ascii_letters,
        max_size=120,
    )
)
def test_scores_are_between_none_and_sure_and_passages_lie_in_the_text(text: str) -> None:
    for one in all_of(proposed(text)):
        assert 0 < one.score <= 1
        assert all(0 <= place.start < place.end <= len(text) for place in one.passages)
    found = proposed(text)
    assert len(found.keywords) <= 8
    assert len(found.title.value if found.title else "") <= 80
    assert len({one.value[:4] for one in found.industries}) == len(found.industries) <= 3


@pytest.mark.parametrize(("name", "text"), corpus.KINDS, ids=corpus.NAMES)
def test_hostile_text_is_read_without_harm(name: str, text: str) -> None:
    for one in all_of(proposed(text)):
        assert 0 < one.score <= 1, name
