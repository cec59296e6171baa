"""The command line around the page reader: what it prints, what it keeps, and what it refuses."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from tests.hostile import corpus

from keqiao.articles.models import Dispatch
from keqiao.articles.states import State
from keqiao.engine.newspaper import lines
from keqiao.journal.models import Entry
from keqiao.ops import cli, tables

PAGES = Path(__file__).parents[1] / "engine/newspaper"
PAGE = str(PAGES / "invented_tuned.txt")
Printed = pytest.CaptureFixture[str]
GOOD = "雅安市科协 开会\n本报讯 近日,雅安市科协召开科普座谈会。(张三)\n"


def refused(capsys: Printed, *words: str) -> str:
    assert cli.main(["import-page", *words]) == 2
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    assert printed.out == ""
    return printed.err


def test_the_table_names_every_dispatch_and_its_facts(capsys: Printed) -> None:
    assert cli.main(["import-page", PAGE]) == 0
    printed = capsys.readouterr().out
    assert "3. 柳州市科协 牵线破解桑枝秆综合利用 难题" in printed
    assert "450200 柳州市" in printed
    assert "广西大学农学院教授 蒙启川" in printed
    assert "共 5 篇稿件" in printed


def test_json_holds_the_same_and_nothing_else_is_printed(capsys: Printed) -> None:
    assert cli.main(["import-page", PAGE, "--json", "--published", "2025-04-11"]) == 0
    dispatches = json.loads(capsys.readouterr().out)["dispatches"]
    assert [one["place"] for one in dispatches][:3] == ["450400", "450721", "450200"]
    assert dispatches[2]["date_on"] == "2025-03-28"


def test_precision_and_recall_of_every_field_are_printed(capsys: Printed) -> None:
    assert cli.main(["import-page", PAGE, "--expected", str(PAGES / "invented_tuned.json")]) == 0
    printed = capsys.readouterr().out
    assert "companies     1.000   1.000   4" in printed


@pytest.mark.django_db
def test_loading_keeps_drafts_and_publishes_nothing(capsys: Printed) -> None:
    assert cli.main(["import-page", PAGE, "--load"]) == 0
    drafts = list(Dispatch.objects.order_by("ordinal"))
    assert len(drafts) == 5
    assert {draft.state for draft in drafts} == {State.DRAFT}
    assert drafts[0].headline == "浔江各地科协组织 扎实开展科技工作者日活动：梧州市"
    assert drafts[3].facts["associations"] == ["港北区科协", "广西农业机械学会"]
    assert drafts[3].facts["people"][0] == "广西大学农学院教授 蒙启川"
    assert Entry.objects.filter(action="dispatch.brought_in").count() == 5
    assert "存为草稿 5 篇" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_page_loaded_twice_comes_in_once(capsys: Printed) -> None:
    cli.main(["import-page", PAGE, "--load"])
    assert cli.main(["import-page", PAGE, "--load"]) == 0
    assert Dispatch.objects.count() == 5
    assert "以前已有 5 篇" in capsys.readouterr().err


def test_what_is_no_text_file_is_refused_in_a_sentence(tmp_path: Path, capsys: Printed) -> None:
    page = tmp_path / "版面.txt"
    assert "找不到文件" in refused(capsys, str(page))
    assert "找不到文件" in refused(capsys, "a\0b")
    assert "不是普通文件" in refused(capsys, str(tmp_path))
    assert "不是普通文件" in refused(capsys, "/dev/null")
    with zipfile.ZipFile(page, "w") as archive:
        archive.writestr("页.txt", GOOD)
    assert "ZIP" in refused(capsys, str(page))
    for content, told in (
        (b"", "没有文字"),
        (b" \n\xef\xbb\xbf\n", "没有文字"),
        (GOOD.encode("gb18030"), "不是 UTF-8"),
        (GOOD.encode("utf-16"), "不是 UTF-8"),
        (bytes(range(256)) * 40, "不是 UTF-8"),
        (GOOD.encode() + b"\xed\xa0\x80", "不是 UTF-8"),
        (GOOD.encode() + b"\0", "不能保存"),
        (GOOD.encode() + "\u202e".encode(), "不能保存"),
        (GOOD.encode() + b"\x1b[2J", "不能保存"),
        (("锂" * 1_000_000).encode(), "太大"),
        (b"a" * (lines.LONGEST_PAGE + 1), "过长"),
        ("锂渣".encode(), "没有找到稿件"),
    ):
        page.write_bytes(content)
        assert told in refused(capsys, str(page))


def test_wrong_arguments_are_refused_in_a_sentence(tmp_path: Path, capsys: Printed) -> None:
    assert "出版日期" in refused(capsys, PAGE, "--published", "昨天")
    for code in ("川", "5", "99", "51１8", "5118000"):
        assert "地区代码" in refused(capsys, PAGE, "--within", code)
    expected = tmp_path / "expected.json"
    for text in ("{}", "[]", "不是", '{"dispatches": 3}', '{"dispatches": [3]}', "[" * 100_000):
        expected.write_text(text, encoding="utf-8")
        assert "预期结果" in refused(capsys, PAGE, "--expected", str(expected))
    people = '{"dispatches": [{"headline": "梧州市", "people": ["张三"]}]}'
    expected.write_text(people, encoding="utf-8")
    assert "预期结果" in refused(capsys, PAGE, "--expected", str(expected))


@pytest.mark.parametrize(("name", "text"), corpus.KINDS, ids=corpus.NAMES)
def test_hostile_text_ends_in_a_result_or_a_sentence(
    name: str, text: str, tmp_path: Path, capsys: Printed
) -> None:
    del name
    page = tmp_path / "page.txt"
    for content in (text, f"{GOOD}{text}\n本报讯 {text}\n{text}。({text})"):
        page.write_bytes(content.encode("utf-8", "surrogatepass"))
        status = cli.main(["import-page", str(page)])
        printed = capsys.readouterr()
        assert (status, printed.err == "") in {(0, True), (2, False)}
        assert "Traceback" not in printed.err


def test_columns_line_up_where_characters_are_wide() -> None:
    rows = [["字段", "a"], ["e\u0301", "𠮷"], ["abcdef", "x"]]
    assert [
        tables.width(line[: line.index(row[1])])
        for line, row in zip(tables.aligned(rows), rows, strict=True)
    ] == [8, 8, 8]
    wrapped = tables.labelled("署名", "长" * 200, column=6)
    assert len(wrapped) > 1
    assert all(line.startswith("      ") for line in wrapped[1:])
