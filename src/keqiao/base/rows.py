"""Rows out of tables that anybody sends: CSV, XLSX, JSON lines. A bad row is told and passed over; reading goes on.

Formula cells are text and are never evaluated. What cannot be read at all is refused in one sentence.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from keqiao.base.errors import Invalid, Refused
from keqiao.base.phrases import N_, Phrase
from keqiao.base.text import clean_text

MIB = 1024 * 1024
LARGEST_FILE = 200 * MIB
LARGEST_UNPACKED = 400 * MIB
LARGEST_RATIO = 200  # unpacked to packed; a sheet of text has about ten
LONGEST_CELL = 20_000  # characters
MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
NO_NAMES = N_("缺少必填内容：%(column)s。")
NOT_AN_OBJECT = N_("这一行不是一个 JSON 对象。")
TOO_MANY_CELLS = N_("这一行的格数（%(count)s）多于表头（%(most)s）。")
TOO_LONG_CELL = N_("“%(column)s”超过 %(most)s 个字。")


class Unreadable(Refused):
    """The file as a whole cannot be read."""

    text = N_("读不了文件“%(name)s”：%(why)s")


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is wanted: its name, the headers that it goes by, whether a row must have it."""

    name: str
    headers: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (from one, header included) and its values by column name."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot be taken, and why."""

    line: int
    reason: Phrase


def read_rows(path: Path, *, columns: Sequence[Column]) -> Iterator[Row | BadRow]:
    """Yield the rows of a file in their order; raise Unreadable at once when it is no table of ours."""
    name = path.name
    if not path.exists():
        raise Unreadable(name=name, why="没有这个文件。")
    if not path.is_file():
        raise Unreadable(name=name, why="这不是文件。")
    size = path.stat().st_size
    if size == 0:
        raise Unreadable(name=name, why="文件是空的。")
    if size > LARGEST_FILE:
        raise Unreadable(name=name, why=f"文件超过 {LARGEST_FILE // MIB} MB。")
    match path.suffix.lower():
        case ".csv" | ".txt":
            return _table(_csv(path), columns, name)
        case ".xlsx":
            return _table(_xlsx(path), columns, name)
        case ".jsonl" | ".ndjson":
            return _objects(path, columns)
    raise Unreadable(name=name, why="只读 .csv、.xlsx、.jsonl 三种文件。")


def decoded(path: Path) -> str:
    """Return a file's text: UTF-8 with or without a mark, else GB 18030; raise Unreadable for anything else."""
    raw = path.read_bytes()
    if b"\x00" in raw[:4096]:
        raise Unreadable(name=path.name, why="这不是文本文件。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(name=path.name, why="文字编码既不是 UTF-8 也不是 GB 18030，请另存为 UTF-8。")


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    stream = io.StringIO(decoded(path).replace("\x00", "\ufffd"), newline="")
    csv.field_size_limit(LARGEST_FILE)
    reader = csv.reader(stream)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = []
        yield line, cells
        line = reader.line_num + 1


def _xlsx(path: Path) -> Iterator[tuple[int, list[str]]]:
    _refuse_bomb(path)
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for line, cells in enumerate(
            sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1
        ):
            yield line, ["" if cell is None else str(cell) for cell in cells]
    except Refused:
        raise
    except Exception as error:  # whatever a broken sheet makes the library raise
        raise Unreadable(name=path.name, why="表格文件已损坏，请重新另存为 .xlsx。") from error


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise Unreadable(name=path.name, why="这不是真正的 .xlsx 文件。") from error
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if unpacked > LARGEST_UNPACKED or (unpacked > MIB and unpacked / packed > LARGEST_RATIO):
        raise Unreadable(name=path.name, why="表格解开后过大，可能有问题，没有打开。")
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise Unreadable(name=path.name, why="这不是真正的 .xlsx 文件。")


def _table(
    lines: Iterator[tuple[int, list[str]]], columns: Sequence[Column], name: str
) -> Iterator[Row | BadRow]:
    header: list[str | None] | None = None
    for line, cells in lines:
        if line > MOST_ROWS:
            raise Unreadable(name=name, why=f"超过 {MOST_ROWS} 行，请分成几个文件。")
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = _header(cells, columns, name)
            continue
        yield _row(line, header, cells, columns)
    if header is None:
        raise Unreadable(name=name, why="没有表头。")


def _header(cells: list[str], columns: Sequence[Column], name: str) -> list[str | None]:
    known = {
        header.casefold(): column.name
        for column in columns
        for header in (column.name, *column.headers)
    }
    found = [known.get(cell.strip().strip("\ufeff").casefold()) for cell in cells[:MOST_COLUMNS]]
    absent = [column for column in columns if column.required and column.name not in found]
    if absent:
        wanted = "、".join((*column.headers, column.name)[0] for column in absent)
        raise Unreadable(name=name, why=f"表头里缺少这几列：{wanted}。")
    return found


def _row(
    line: int, header: list[str | None], cells: list[str], columns: Sequence[Column]
) -> Row | BadRow:
    extra = [cell for cell in cells[len(header) :] if cell.strip()]
    if extra:
        return BadRow(line, Phrase(TOO_MANY_CELLS, {"count": len(cells), "most": len(header)}))
    pairs = {name: cell for name, cell in zip(header, cells, strict=False) if name is not None}
    return checked(line, pairs, columns)


def _objects(path: Path, columns: Sequence[Column]) -> Iterator[Row | BadRow]:
    known = {header: column.name for column in columns for header in (column.name, *column.headers)}
    for line, text in enumerate(decoded(path).splitlines(), start=1):
        if not text.strip():
            continue
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            yield BadRow(line, Phrase(NOT_AN_OBJECT))
            continue
        pairs = {known[key]: _plain(value) for key, value in found.items() if key in known}
        yield checked(line, pairs, columns)


def checked(line: int, pairs: Mapping[str, str], columns: Iterable[Column]) -> Row | BadRow:
    """Return the row with every wanted column, cleaned; or what is wrong with it."""
    values: dict[str, str] = {}
    for column in columns:
        raw = pairs.get(column.name, "")
        if len(raw) > LONGEST_CELL:
            return BadRow(
                line, Phrase(TOO_LONG_CELL, {"column": column.name, "most": LONGEST_CELL})
            )
        try:
            values[column.name] = clean_text(raw, most=LONGEST_CELL)
        except Invalid as refusal:
            return BadRow(line, refusal.problems[0].phrase)
        if column.required and not values[column.name]:
            return BadRow(line, Phrase(NO_NAMES, {"column": column.name}))
    return Row(line, values)


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "；".join(str(piece) for piece in value)
    return str(value)
