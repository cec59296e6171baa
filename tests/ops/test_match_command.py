"""``keqiao match`` on tables of anybody: good rows are matched, bad ones told, and nothing falls over."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from tests.hostile.corpus import KINDS

from keqiao.ops import cli

NEEDS = "编号,名称,内容,成熟度\nn1,锂渣的规模化消纳,提锂后的酸法锂渣希望用于水泥混合材,6\n"
OFFERS = """id,title,text,owner
f1,锂渣微粉作水泥混合材,酸法锂渣磨细后作水泥混合材,甲
f2,焊缝视觉检测,结构光扫描焊缝,乙
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "needs.csv").write_text(NEEDS, encoding="utf-8")
    (tmp_path / "offers.csv").write_text(OFFERS, encoding="utf-8")
    return tmp_path


def match(folder: Path, needs: str = "needs.csv", offers: str = "offers.csv", *more: str) -> int:
    words = ["match", str(folder / needs), "--offers", str(folder / offers), "--words-only", *more]
    return cli.main(words)


def test_a_need_is_matched_with_its_reasons(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert match(folder) == 0
    said = capsys.readouterr().out
    assert "锂渣微粉作水泥混合材" in said
    assert "都提到" in said
    assert match(folder, "needs.csv", "offers.csv", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert len(lines) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_chinese_offices_are_read(folder: Path, encoding: str) -> None:
    (folder / "needs.csv").write_text(NEEDS, encoding=encoding)
    assert match(folder) == 0


def test_a_sheet_and_json_lines_are_read_and_formulas_are_harmless(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["编号", "名称", "内容"])
    sheet.append(["n1", "锂渣的消纳", '=HYPERLINK("http://127.0.0.1/","锂渣")'])
    sheet.append(["n2", "=1+1", "锂渣作水泥混合材"])
    book.save(folder / "needs.xlsx")
    (folder / "offers.jsonl").write_text(
        '{"id": "f1", "title": "锂渣微粉", "text": "锂渣作混合材"}\n', encoding="utf-8"
    )
    assert match(folder, "needs.xlsx", "offers.jsonl") in {0, 1}
    assert "锂渣微粉" in capsys.readouterr().out


def test_bad_rows_are_told_by_line_and_the_others_go_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        NEEDS.strip(),
        "n2,,没有名称,",
        "n3,锂\x01渣,控制字符,",
        "n1,重复的编号,又是它,",
        "n5,茶园机采,坡地茶园,",
    ]
    (folder / "needs.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert match(folder) == 1
    captured = capsys.readouterr()
    assert "茶园机采" in captured.out
    for line in ("4", "5"):
        assert f"第 {line} 行" in captured.err
    assert "Traceback" not in captured.err


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.csv", None),
        ("empty.csv", b""),
        ("fake.xlsx", b"PK\x03\x04 not a zip"),
        ("old.xls", b"\xd0\xcf\x11\xe0"),
        ("picture.png", b"\x89PNG"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(
    name: str, content: bytes | None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (folder / name).write_bytes(content)
    assert match(folder, name) == 2
    captured = capsys.readouterr()
    assert "keqiao" in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(
    "content",
    [bytes(range(256)) * 50, "没有,我们,要的列\n1,2,3\n".encode()],
    ids=["binary", "strange header"],
)
def test_a_table_without_one_good_row_says_so_and_matches_nothing(
    content: bytes, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "strange.csv").write_bytes(content)
    assert match(folder, "strange.csv") in {1, 2}
    captured = capsys.readouterr()
    assert captured.err.strip()
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_a_zip_bomb_is_not_opened(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bomb(folder / "needs.xlsx")
    assert match(folder, "needs.xlsx") == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_folder_is_no_table(folder: Path) -> None:
    (folder / "folder.csv").mkdir()
    assert match(folder, "folder.csv") == 2


@pytest.mark.parametrize("top", ["0", "-1", "x", "1e9", "9999"])
def test_a_senseless_number_is_refused(top: str, folder: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        match(folder, "needs.csv", "offers.csv", "--top", top)
    assert stop.value.code == 2


def test_every_kind_of_bad_text_is_matched_or_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import csv

    with (folder / "needs.csv").open(
        "w", encoding="utf-8", errors="surrogatepass", newline=""
    ) as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "title", "text"])
        for number, (_name, text) in enumerate(KINDS):
            if not any("\ud800" <= character <= "\udfff" for character in text):
                writer.writerow([f"n{number}", f"需求{number}", text])
    assert match(folder) == 1
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    assert captured.out.count("需求") > 100
