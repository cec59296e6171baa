"""Tables of anybody: what is read, what is told, what is refused."""

from __future__ import annotations

import contextlib
import io
import json
import os
import struct
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keqiao.base import table as tables
from keqiao.base.rows import BadRow, Column, Row, Unreadable, read_rows

COLUMNS = (
    Column("id", ("编号",)),
    Column("title", ("标题", "需求名称"), is_required=True),
    Column("text", ("描述",)),
)
RARE = "𠮷田㐂的“锂渣”（尾渣）、廢渣綜合利用……"
SHEET = "xl/worksheets/sheet1.xml"


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def book(folder: Path, *lines: list[object], name: str = "needs.xlsx") -> Path:
    whole = openpyxl.Workbook()
    sheet = whole.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    whole.save(folder / name)
    return folder / name


def rebuilt(path: Path, part: str, content: bytes) -> Path:
    """Return the workbook with one of its parts replaced."""
    source = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return path


def read(path: Path) -> list[Row | BadRow]:
    return list(read_rows(path, columns=COLUMNS))


def titles(path: Path) -> list[str]:
    return [row.values["title"] for row in read(path) if isinstance(row, Row)]


def told(path: Path) -> list[tuple[int, str]]:
    return [(row.line, str(row.reason)) for row in read(path) if isinstance(row, BadRow)]


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        read(path)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(encoding: str, tmp_path: Path) -> None:
    text = f"编号,标题,描述\r\nn1,{RARE},说明\r\n"
    (row,) = read(written(tmp_path, "needs.csv", text.encode(encoding)))
    assert row == Row(2, {"id": "n1", "title": RARE, "text": "说明"})


@pytest.mark.parametrize(
    "heading",
    [
        "title",
        "TITLE",
        " 标题 ",
        "标题*",
        "需求名称：",
        "ｔｉｔｌｅ",
        "需求 名称",
    ],
)
def test_headings_are_known_however_they_are_written(heading: str, tmp_path: Path) -> None:
    assert titles(written(tmp_path, "a.csv", f"{heading},别的\n锂渣,x\n")) == ["锂渣"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，"])
def test_the_delimiter_is_found(delimiter: str, tmp_path: Path) -> None:
    text = f"编号{delimiter}标题\n1{delimiter}锂渣\n"
    assert titles(written(tmp_path, "a.csv", text)) == ["锂渣"]


def test_cells_of_several_lines_and_quotes_stay_whole(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", '标题,描述\n锂渣,"一行\n二行，""引号"""\n焊缝,x\n')
    first, second = read(path)
    assert isinstance(first, Row)
    assert first.values["text"] == '一行\n二行，"引号"'
    assert second.line == 4


def test_a_stray_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    others = "".join(f"第{number}条,好\n" for number in range(1000))
    path = written(tmp_path, "a.csv", f'标题,描述\n"坏了,x\n{others}')
    assert told(path) == [(2, "引号不成对，或一格过长。")]
    assert len(titles(path)) == 1000


def test_empty_rows_are_left_out_and_lines_stay_right(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "\n标题,描述\n\n,\n锂渣,x\n  ,\u3000\n焊缝,y\n")
    assert [(row.line, type(row)) for row in read(path)] == [(5, Row), (7, Row)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",没有标题", "“标题”没有填。"),
        ("a,b,c", "这一行有 3 格，比表头的 2 格多。"),
        ("a\x00b,x", "“标题”一格：内容里有无法保存的控制字符，请重新输入或改用纯文本粘贴。"),
        ("a\u202eb,x", "“标题”一格：内容里有改变文字方向的隐藏符号，请删除后再提交。"),
        (f"锂渣,{'长' * 20_001}", "“描述”一格：内容过长：最多 20000 个字，现在是 20001 个字。"),
    ],
)
def test_a_bad_row_is_told_by_line_and_reason_and_reading_goes_on(
    line: str, reason: str, tmp_path: Path
) -> None:
    path = written(tmp_path, "a.csv", f"标题,描述\n{line}\n{RARE},好\n{RARE},也好\n")
    assert told(path) == [(2, reason)]
    assert titles(path) == [RARE, RARE]


def test_one_damaged_character_costs_its_own_row_only(tmp_path: Path) -> None:
    good = "锂渣综合利用与尾矿处置,好\n" * 50
    raw = f"标题\n{good}".encode() + b"\xff\xfe\xed\xa0\x80,x\n" + good.encode()
    path = written(tmp_path, "a.csv", raw.replace("标题".encode(), "标题,描述".encode()))
    assert told(path) == [(52, "“标题”一格：内容里有损坏的字符，请检查后重新输入。")]
    assert len(titles(path)) == 100


def test_a_workbook_is_read_by_its_first_sheet(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        ["编号", "标题", "描述"],
        [7.0, RARE, date(2026, 11, 23)],
        [],
        ["x", "焊缝", datetime(2026, 11, 23, 8, 30)],  # noqa: DTZ001 - a sheet knows no zone
        ["y", "机器视觉", None, "表外的备注"],
    )
    assert [(row.line, row.values) for row in read(path) if isinstance(row, Row)] == [
        (2, {"id": "7", "title": RARE, "text": "2026-11-23"}),
        (4, {"id": "x", "title": "焊缝", "text": "2026-11-23 08:30:00"}),
        (5, {"id": "y", "title": "机器视觉", "text": ""}),
    ]


def test_a_formula_is_text(tmp_path: Path) -> None:
    path = book(tmp_path, ["标题"], ["=1+1"], ["=cmd|' /C calc'!A0"])
    assert titles(path) == ["=1+1", "=cmd|' /C calc'!A0"]


def test_json_lines_are_read_by_their_own_names(tmp_path: Path) -> None:
    things: list[object] = [
        {"编号": 1, "Title": RARE, "描述": ["甲", "乙"]},
        {"title": "焊缝", "text": None, "别的": "x"},
        [1],
        {"title": {"a": 1}},
        {"title": "坏\ud800"},
        {"text": "没有标题"},
    ]
    text = "\n".join(json.dumps(thing) for thing in things) + '\n{"title": NaN}\n{"a":\n\n'
    path = written(tmp_path, "a.jsonl", text)
    good = [row for row in read(path) if isinstance(row, Row)]
    assert [row.values for row in good] == [
        {"id": "1", "title": RARE, "text": "甲；乙"},
        {"id": "", "title": "焊缝", "text": ""},
    ]
    assert told(path) == [
        (3, "这一行不是一个 JSON 对象（{…}）。"),
        (4, "“title”不是文字、数字或它们的列表。"),
        (5, "“标题”一格：内容里有损坏的字符，请检查后重新输入。"),
        (6, "“标题”没有填。"),
        (7, "这一行不是 JSON。"),
        (8, "这一行不是 JSON。"),
    ]


def test_json_nested_too_deep_is_a_bad_row(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", "[" * 200_000 + '\n{"title": "锂渣"}\n')
    assert titles(path) == ["锂渣"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", "", "“a.csv”是空的，里面没有表头。"),
        ("a.csv", "\n \n", "“a.csv”是空的，里面没有表头。"),
        (
            "a.csv",
            "名,称\n1,2\n",
            "“a.csv”的表头里没有“标题”这一列（认得的写法：标题、需求名称、title）。",
        ),
        ("a.csv", "标题,title\n1,2\n", "“a.csv”的表头里有两列都是“标题”，请去掉一列。"),
        (
            "a.csv",
            bytes(range(256)) * 40 + b"\x00" * 500,
            "“a.csv”不是文本：既不是 UTF-8 也不是 GB 18030 编码，请另存为 CSV（UTF-8）。",
        ),
        ("a.doc", "标题\n", "读不了“a.doc”：只认 CSV、XLSX 和 JSON Lines（.jsonl）文件。"),
        ("a", "标题\n", "读不了“a”：只认 CSV、XLSX 和 JSON Lines（.jsonl）文件。"),
        ("a.xlsx", "标题\n", "“a.xlsx”不是真正的 .xlsx 文件，或已损坏，请重新另存为 .xlsx。"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0" + b"x" * 600,
            "“a.xlsx”是旧版 .xls 或加了密码，请另存为没有密码的 .xlsx。",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    name: str, content: str | bytes, sentence: str, tmp_path: Path
) -> None:
    assert refusal(written(tmp_path, name, content)) == sentence


def test_what_is_not_there_and_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "无.csv") == "找不到文件“无.csv”。"
    (tmp_path / "夹.csv").mkdir()
    assert refusal(tmp_path / "夹.csv") == "“夹.csv”不是普通文件，请指定一个表格文件。"
    os.mkfifo(tmp_path / "管.csv")
    assert refusal(tmp_path / "管.csv") == "“管.csv”不是普通文件，请指定一个表格文件。"


def test_too_large_a_file_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.truncate(tables.MOST_BYTES + 1)
    assert refusal(path) == "“a.csv”太大：最多 64 MB，请拆成几个文件。"


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = rebuilt(book(tmp_path, ["标题"], ["锂渣"]), SHEET, b" " * 64 * tables.MIB)
    assert refusal(path) == "“needs.xlsx”解开后过大，没有打开；请只留需要的表，另存后再试。"


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = rebuilt(book(tmp_path, ["标题"], ["锂渣"]), SHEET, b" " * 64 * tables.MIB)
    size = struct.pack("<I", 64 * tables.MIB)
    path.write_bytes(path.read_bytes().replace(size, struct.pack("<I", 100)))
    assert "不是真正的 .xlsx 文件" in refusal(path)


@pytest.mark.parametrize(
    "sheet",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>',
        b"<worksheet><sheetData><row",
        b"",
    ],
)
def test_a_broken_or_treacherous_sheet_is_refused(sheet: bytes, tmp_path: Path) -> None:
    path = rebuilt(book(tmp_path, ["标题"], ["锂渣"]), SHEET, sheet)
    assert "“needs.xlsx”" in refusal(path)


def test_a_sheet_with_rows_far_away_ends(tmp_path: Path) -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>title</t></is></c></row>'
        b'<row r="99999999999"><c r="A99999999999" t="inlineStr"><is><t>x</t></is></c></row>'
        b"</sheetData></worksheet>"
    )
    assert read(rebuilt(book(tmp_path, ["标题"]), SHEET, sheet)) == []


def test_more_rows_than_are_read_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "标题\n" + "锂渣\n" * (tables.MOST_ROWS + 5))
    found = read(path)
    assert len(found) == tables.MOST_ROWS + 1
    assert isinstance(found[-1], BadRow)
    assert str(found[-1].reason) == "已读满 200000 行，从这一行起没有再读，请拆成几个文件。"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.jsonl", "a.txt"]))
def test_any_bytes_give_rows_or_one_refusal(tmp_path: Path, raw: bytes, name: str) -> None:
    path = written(tmp_path, name, raw)
    with contextlib.suppress(Unreadable):
        assert all(isinstance(row, Row | BadRow) for row in read(path))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=5))
def test_any_csv_body_is_read_to_its_end(tmp_path: Path, bodies: list[str]) -> None:
    path = written(tmp_path, "a.csv", "标题,描述\n" + "\n".join(bodies) + "\n\n锂渣,末行\n")
    assert titles(path)[-1:] == ["锂渣"]
