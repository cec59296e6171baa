"""The page reader on the page it was made for, on an invented page it was tuned on, and on one held out."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from keqiao.engine.newspaper import bylines, lines, measuring, people, phrases
from keqiao.engine.newspaper.reading import Reader
from keqiao.engine.newspaper.types import Page
from keqiao.places import reference

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PAGE = Path(os.environ.get("KEQIAO_DATA", ROOT.parent / "shared/data")) / "newspaper/page.txt"
needs_page = pytest.mark.skipif(
    not PAGE.is_file(), reason="KEQIAO_DATA is not here; the invented pages stand for the real one"
)
EXACT = 1.0
# What each page must reach: fields that differ from (1, 1), as measured.
FLOORS = {
    "page": {"activity": (0.92, 1.0)},
    "invented_tuned": {},
    "invented_varied": {},
    "invented_held_out": {"need": (1.0, 0.8)},
}


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(reference.load_gazetteer(), (row.name for row in reference.universities()))


def read(reader: Reader, name: str) -> Page:
    return reader.read((HERE / f"{name}.txt").read_text(encoding="utf-8"))


def check(page: Page, expected: str, floors: dict[str, tuple[float, float]]) -> None:
    wanted = json.loads((HERE / f"{expected}.json").read_text(encoding="utf-8"))["dispatches"]
    scores = measuring.compare([measuring.facts(one) for one in page.dispatches], wanted)
    for score in scores:
        precision, recall = floors.get(score.field, (EXACT, EXACT))
        if score.precision is not None:
            assert score.precision >= precision, score
        if score.recall is not None:
            assert score.recall >= recall, score


@needs_page
def test_the_page_is_read_as_it_was_written_down_by_hand(reader: Reader) -> None:
    page = reader.read(PAGE.read_text(encoding="utf-8"))
    assert len(page.dispatches) == 11
    assert len({one.piece.heading for one in page.dispatches[:4]}) == 1
    check(page, "expected_page", FLOORS["page"])


@pytest.mark.parametrize("name", ["invented_tuned", "invented_varied", "invented_held_out"])
def test_invented_pages_are_read_as_well_as_measured(reader: Reader, name: str) -> None:
    check(read(reader, name), name, FLOORS[name])


def test_a_sentence_broken_by_a_column_is_whole_again(reader: Reader) -> None:
    paragraphs = read(reader, "invented_tuned").dispatches[0].piece.paragraphs
    assert paragraphs[1].endswith("把科技工作者的难处一件一件记清楚,办一件销一件。")


def test_items_stand_under_their_common_heading_and_share_its_authors(reader: Reader) -> None:
    first, second, third = read(reader, "invented_tuned").dispatches[:3]
    assert (
        first.piece.heading == second.piece.heading == "浔江各地科协组织 扎实开展科技工作者日活动"
    )
    assert first.authors == second.authors == ("韦小棠", "覃一舟")
    assert third.piece.heading == ""


def test_a_masthead_belongs_to_no_dispatch(reader: Reader) -> None:
    page = read(reader, "invented_tuned")
    assert "浔江科技导报 2025年4月11日 第3版" in page.leftovers


def test_a_misspelt_place_is_told_as_a_guess(reader: Reader) -> None:
    text = "雅安市科协 走访企业\n本报讯 近日,雅安市科协、荣经县科协走访企业。(张三)"
    (dispatch,) = reader.read(text).dispatches
    (suspicion,) = dispatch.suspicions
    assert (suspicion.text, suspicion.guess, suspicion.place) == ("荣经县", "荥经县", "511822")
    assert dispatch.place == "511800"
    assert dispatch.associations == ("雅安市科协", "荣经县科协")


def test_full_width_marks_and_rare_characters_are_read(reader: Reader) -> None:
    text = (
        "泸县科协　送科技下乡\n\n本报讯（记者 𠮷田㐂 通讯员 张 力）　９日，泸县科协邀请四川农业大学㐂研究所"
        "古力·阿依教授到泸县示例㐂田农业有限公司，就酿酒高粱倒伏问题进行座谈。"
    )
    (dispatch,) = reader.read(text).dispatches
    assert dispatch.piece.headline == "泸县科协 送科技下乡"
    assert dispatch.authors == ("𠮷田㐂", "张力")
    assert dispatch.place == "510521"
    assert dispatch.companies == ("泸县示例㐂田农业有限公司",)
    assert dispatch.universities == ("四川农业大学",)
    assert [person.name for person in dispatch.people] == ["古力·阿依"]
    assert dispatch.need == ("酿酒高粱倒伏",)


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("8月16日", "2024-08-16"),
        ("12月30日", "2023-12-30"),
        ("2022年8月16日", "2022-08-16"),
        ("昨日", "2024-01-04"),
        ("近日", ""),
        ("2月30日", ""),
    ],
)
def test_a_day_is_only_worked_out_when_it_is_certain(
    reader: Reader, printed: str, day: str
) -> None:
    published = date(2024, 8, 30) if printed == "8月16日" else date(2024, 1, 5)
    text = f"雅安市科协 开会\n本报讯 {printed},雅安市科协开会。"
    (dispatch,) = reader.read(text, published=published).dispatches
    assert (dispatch.date, dispatch.date_on) == (printed, day)


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("本报记者 苏小文", ("苏小文",)),
        ("记者苏小文 通讯员李四 文/图", ("苏小文", "李四")),
        ("某某县科协供稿", ("某某县科协",)),
        ("某某县科协 陈 力", ("陈力",)),
        ("本栏目撰稿:唐文、陈莉", ("唐文", "陈莉")),
        ("", ()),
    ],
)
def test_authors_are_told_from_those_who_sent_them(byline: str, authors: tuple[str, ...]) -> None:
    assert bylines.authors(byline) == authors


def test_latin_words_keep_their_space_and_chinese_ones_get_none() -> None:
    assert lines.joined(["研发", "MES", "system,", "已", "用"]) == "研发MES system,已用"


def test_a_text_without_dispatches_gives_none(reader: Reader) -> None:
    assert reader.read("") == Page((), ())
    assert reader.read("锂渣").dispatches == ()
    assert reader.read("今天天气很好。").dispatches == ()


def test_measures_count_what_is_wrong_and_what_is_missed() -> None:
    found = [{"headline": "甲", "companies": ["A公司", "B公司"]}]
    wanted: list[dict[str, Any]] = [
        {"headline": "甲", "companies": ["A公司", "C公司"]},
        {"headline": "乙"},
    ]
    scores = {score.field: score for score in measuring.compare(found, wanted)}
    assert (scores["companies"].precision, scores["companies"].recall) == (0.5, 0.5)
    assert (scores["headline"].precision, scores["headline"].recall) == (1.0, 0.5)
    assert scores["need"].recall is None


def test_a_number_or_latin_word_alone_in_a_line_of_a_column_is_kept(reader: Reader) -> None:
    text = "雅安市科协 开会\n本报讯 近日,雅安市科协讨论研发\nMES\n系统的事,投资\n2024\n万元。"
    (dispatch,) = reader.read(text).dispatches
    assert dispatch.piece.body == "近日,雅安市科协讨论研发MES系统的事,投资2024万元。"


@pytest.mark.parametrize(
    ("printed", "guess"),
    [
        ("65日", "6月5日"),
        ("48日", "4月8日"),
        ("116日", ""),
        ("1231日", "12月31日"),
        ("16日", None),
        ("8月16日", None),
        ("365日", None),
    ],
)
def test_a_day_that_lost_its_month_sign_is_told_and_never_used(
    reader: Reader, printed: str, guess: str | None
) -> None:
    text = f"雅安市科协 开会\n本报讯 {printed},雅安市科协召开座谈会。(张三)"
    (dispatch,) = reader.read(text, published=date(2024, 12, 31)).dispatches
    if guess is None:
        assert dispatch.suspicions == ()
        return
    told = [(one.kind, one.text, one.guess) for one in dispatch.suspicions]
    assert told == [("broken_date", printed, guess)]
    assert dispatch.date_on == ""


@pytest.mark.parametrize(
    ("sentence", "name", "role"),
    [
        ("示例大学新能源学院院长韩文教授出席会议", "韩文", "示例大学新能源学院院长"),
        ("雅安市科协二级调研员汪小宏陪同调研", "汪小宏", "雅安市科协二级调研员"),
        ("雅安市委组织部部长李一帆出席会议", "李一帆", "雅安市委组织部部长"),
        ("专家组与吴小森教授进行了交流", "吴小森", "教授"),
        ("科技辅导员史小来老师讲了一课", "史小来", "科技辅导员"),
        ("雅安市科协党组成员、副主席王小蓉会同专家走访", "王小蓉", "雅安市科协党组成员、副主席"),
        (
            "四川大学机械工程及自动化学院罗小林教授授课",
            "罗小林",
            "四川大学机械工程及自动化学院教授",
        ),
        ("九三学社雅安市委主委李小航说", "李小航", "九三学社雅安市委主委"),
    ],
)
def test_names_and_roles_do_not_run_into_each_other(sentence: str, name: str, role: str) -> None:
    assert [(one.name, one.role) for one in people.people(f"{sentence}。")] == [(name, role)]


def test_a_number_of_persons_and_a_county_are_nobody() -> None:
    assert people.people("学院安排一名博士常驻县(区)走访企业。") == []


def test_an_address_or_a_verb_is_no_part_of_a_name(reader: Reader) -> None:
    text = (
        "雅安市科协 走访企业\n本报讯 近日,雅安市科协在名山区示例镇四川示例茶叶有限公司鼓励合作社创新,"
        "授于雅安市示例学会奖牌,并与中科院重庆示例研究院座谈。(李朝)"
    )
    (dispatch,) = reader.read(text).dispatches
    assert dispatch.companies == ("四川示例茶叶有限公司",)
    assert dispatch.institutes == ("雅安市示例学会", "中科院重庆示例研究院")


@pytest.mark.parametrize(
    ("lead", "activity"),
    [
        ("市科协到企业调研丝网产业发展工作", "调研丝网产业发展工作"),
        ("“小手牵大手——专家与民企对接会”在总商会成功举行", "“小手牵大手——专家与民企对接会”"),
        ("开展“李树修剪培训 助力春耕生产”活动", "“李树修剪培训 助力春耕生产”活动"),
    ],
)
def test_an_activity_is_told_whole(lead: str, activity: str) -> None:
    assert phrases.activities("", f"近日,{lead}。") == [activity]


def test_faults_found_on_later_pages_stay_mended(reader: Reader) -> None:
    text = (
        "榆林市科协 请专家破题\n本报讯 4月中旬,榆林市科协与西安科技大学开展调研,该校地质与环境学院教授单知远到"
        "榆林示例塞北环保科技股份公司调研,80余名合作社负责人参加。(李朝)"
    )
    (dispatch,) = reader.read(text).dispatches
    assert dispatch.date == "4月中旬"
    assert dispatch.companies == ("榆林示例塞北环保科技股份公司",)
    assert [person.role for person in dispatch.people] == ["该校地质与环境学院教授"]
