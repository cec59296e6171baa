"""A list of pupils in a sheet: only names are read, hostile files are refused with a sentence."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook

from keqiao.base.errors import Refused
from keqiao.classes import intake
from keqiao.classes.types import MOST_PUPILS, Line


def read(content: bytes, name: str = "名单.csv") -> list[Line]:
    return intake.read(BytesIO(content), name=name, size=len(content))


def book(rows: list[list[object]], *, merged: str = "") -> bytes:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def test_names_are_read_and_everything_else_stays_unread() -> None:
    rows: list[list[object]] = [
        ["学号", "姓 名", "身份证号", "家长电话"],
        [1, "小满", "511800", "139-0000-7788"],
        [2, " 𠮷子　", "511800", ""],
        [None, None, None, None],
        [3, "小秋㐂", None, None],
    ]
    lines = read(book(rows), "名单.xlsx")
    assert [one.called for one in lines] == ["小满", "𠮷子", "小秋㐂"]
    assert not any(one.problem for one in lines)
    assert "小满" not in repr(lines)


def test_a_csv_as_excel_saves_it_is_read() -> None:
    assert [one.called for one in read("姓名\r\n小满\r\n小秋\r\n".encode("gb18030"))] == [
        "小满",
        "小秋",
    ]
    assert [one.called for one in read("\ufeff姓名,班\n小满,1\n".encode())] == ["小满"]


def test_rows_with_a_problem_say_which() -> None:
    rows: list[list[object]] = [
        ["姓名", "班"],
        ["小满", 1],
        ["小满", 1],
        ['=HYPERLINK("http://x.example")', 1],
        ["", 1],
        ["满" * 61, 1],
        ["小\u202e满", 1],
    ]
    lines = read(book(rows), "名单.xlsx")
    assert [bool(one.problem) for one in lines] == [False, True, True, True, True, True]


def test_merged_cells_are_told_row_by_row() -> None:
    rows: list[list[object]] = [["姓名", "班"], ["小满", 1], [None, 2]]
    lines = read(book(rows, merged="A2:A3"), "名单.xlsx")
    assert [one.called for one in lines] == ["小满", ""]
    assert "合并" in str(lines[1].problem)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("姓名\n".encode() + b"a\n" * 10_000, "名单.csv"),
        (
            "姓名\n".encode() + "\n".join(str(one) for one in range(MOST_PUPILS + 1)).encode(),
            "名单.csv",
        ),
        ("班级\n四年级\n".encode(), "名单.csv"),
        ("姓名,姓名\n小满,小满\n".encode(), "名单.csv"),
        ("姓名\n".encode(), "名单.csv"),
        (b"", "名单.csv"),
        (b"PK\x03\x04 not a book", "名单.xlsx"),
        (b"%PDF-1.7", "名单.pdf"),
        (b"%PDF-1.7", "名单.xlsx"),
        (b"\xd0\xcf\x11\xe0", "名单.xls"),
        (b"a" * (3 * 1024 * 1024), "名单.csv"),
    ],
)
def test_hostile_files_are_refused_as_a_whole(content: bytes, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(content, name)
    assert str(refusal.value)


def test_a_bomb_is_not_unpacked() -> None:
    import zipfile

    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (40 * 1024 * 1024))
    with pytest.raises(Refused, match="过大"):
        read(stream.getvalue(), "名单.xlsx")
