"""Tables from anybody: CSV, XLSX and JSON lines as rows of clean text; a bad row is told and reading goes on.

What concerns the whole file (not there, too large, no header) raises `Unreadable`. Formulas are text and are never
evaluated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from keqiao.base import csvfile, jsonlines, workbook
from keqiao.base.errors import Invalid
from keqiao.base.phrases import N_, Phrase
from keqiao.base.table import (
    MIB,
    MOST_BYTES,
    MOST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    BadRow,
    Line,
    Unreadable,
)
from keqiao.base.text import clean_text

__all__ = ["BadRow", "Column", "Row", "Unreadable", "pieces", "read_rows"]

TEXTS, BOOK = frozenset({".csv", ".tsv", ".txt"}), ".xlsx"
OBJECTS = frozenset({".jsonl", ".ndjson"})
SEPARATORS = re.compile(r"[;；,，、|\n]")
DECORATION = str.maketrans("", "", " \t\n_-*※:()\ufeff")  # after NFKC
NOT_FOUND = N_("找不到文件“%(name)s”。")
NOT_A_FILE = N_("“%(name)s”不是普通文件，请指定一个表格文件。")
NOT_OPENED = N_("打不开文件“%(name)s”：没有读取的权限，或文件正被占用。")
EMPTY = N_("“%(name)s”是空的，里面没有表头。")
TOO_LARGE = N_("“%(name)s”太大：最多 %(most)s MB，请拆成几个文件。")
UNKNOWN_KIND = N_("读不了“%(name)s”：只认 CSV、XLSX 和 JSON Lines（.jsonl）文件。")
NO_COLUMN = N_("“%(name)s”的表头里没有“%(column)s”这一列（认得的写法：%(headings)s）。")
TWO_COLUMNS = N_("“%(name)s”的表头里有两列都是“%(column)s”，请去掉一列。")
TOO_MANY_CELLS = N_("这一行有 %(count)s 格，比表头的 %(most)s 格多。")
NOTHING = N_("“%(column)s”没有填。")
BAD_CELL = N_("“%(column)s”一格：%(problem)s")
TOO_MANY_ROWS = N_("已读满 %(most)s 行，从这一行起没有再读，请拆成几个文件。")


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is looked for: its name in code and the headings people give it, the first one shown."""

    name: str
    headings: tuple[str, ...]
    is_required: bool = False

    @property
    def all_headings(self) -> tuple[str, ...]:
        """Return the headings that are known, the name in code among them."""
        return tuple(dict.fromkeys((*self.headings, self.name)))


@dataclass(frozen=True, slots=True)
class Row:
    """One good row: where it begins in the file, from 1 with the header, and its texts by column name."""

    line: int
    values: Mapping[str, str]


def read_rows(
    path: Path, *, columns: Sequence[Column], most_unpacked: int = workbook.MOST_UNPACKED
) -> Iterator[Row | BadRow]:
    """Return the rows of the table at `path` in their order; empty rows are left out.

    A row has a text for every column, empty when there is nothing; other columns of the file are passed over.
    Raises `Unreadable`, at once or while reading, for what concerns the whole file. `most_unpacked` bounds, in bytes,
    what an XLSX file unfolds to.
    """
    ending = _checked(path)
    if ending in OBJECTS:
        return _bounded(_objects(path, columns))
    is_book = ending == BOOK
    lines = workbook.lines(path, most_unpacked=most_unpacked) if is_book else csvfile.lines(path)
    return _bounded(_table(path, lines, columns))


def pieces(cell: str) -> list[str]:
    """Return what a cell holds between its separators."""
    return [piece.strip() for piece in SEPARATORS.split(cell) if piece.strip()]


def _bounded(rows: Iterator[Row | BadRow]) -> Iterator[Row | BadRow]:
    for count, row in enumerate(rows):
        if count == MOST_ROWS:
            yield BadRow(row.line, Phrase(TOO_MANY_ROWS, {"most": MOST_ROWS}))
            return
        yield row


def _checked(path: Path) -> str:
    """Return the ending of a file that may be read, or raise."""
    name, ending = path.name or str(path), path.suffix.lower()
    try:
        if not path.exists():
            raise Unreadable(NOT_FOUND, name=name)
        if not path.is_file():
            raise Unreadable(NOT_A_FILE, name=name)
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except (OSError, ValueError) as trouble:
        raise Unreadable(NOT_OPENED, name=name) from trouble
    if ending not in TEXTS | OBJECTS | {BOOK}:
        raise Unreadable(UNKNOWN_KIND, name=name)
    if size > MOST_BYTES:
        raise Unreadable(TOO_LARGE, name=name, most=MOST_BYTES // MIB)
    if not size:
        raise Unreadable(EMPTY, name=name)
    return ending


def _table(
    path: Path, lines: Iterable[Line | BadRow], columns: Sequence[Column]
) -> Iterator[Row | BadRow]:
    places: dict[str, int] | None = None
    width = 0
    for line in lines:
        if isinstance(line, BadRow):
            yield line
        elif not any(cell.strip() for cell in line.cells):
            continue
        elif places is None:
            places, width = _places(line, columns, path.name), len(line.cells)
        elif any(cell.strip() for cell in line.cells[width:]):
            counts = {"count": len(line.cells), "most": width}
            yield BadRow(line.number, Phrase(TOO_MANY_CELLS, counts))
        else:
            cells = {name: _at(line.cells, number) for name, number in places.items()}
            yield _row(line.number, cells, columns)
    if places is None:
        raise Unreadable(EMPTY, name=path.name)


def _places(header: Line, columns: Sequence[Column], file_name: str) -> dict[str, int]:
    """Return where each known column stands, or raise."""
    known, places = _known(columns), dict[str, int]()
    for number, cell in enumerate(header.cells[:MOST_COLUMNS]):
        column = known.get(_plain(cell))
        if column is None:
            continue
        if column.name in places:
            raise Unreadable(TWO_COLUMNS, name=file_name, column=column.headings[0])
        places[column.name] = number
    for column in columns:
        if column.is_required and column.name not in places:
            headings = "、".join(column.all_headings)
            raise Unreadable(
                NO_COLUMN, name=file_name, column=column.headings[0], headings=headings
            )
    return places


def _objects(path: Path, columns: Sequence[Column]) -> Iterator[Row | BadRow]:
    known = _known(columns)
    for found in jsonlines.objects(path):
        if isinstance(found, BadRow):
            yield found
            continue
        named = {_plain(name): text for name, text in found.values.items()}
        cells = {known[name].name: text for name, text in named.items() if name in known}
        yield _row(found.number, cells, columns)


def _row(number: int, cells: Mapping[str, str], columns: Sequence[Column]) -> Row | BadRow:
    values = {}
    for column in columns:
        shown = column.headings[0]
        try:
            values[column.name] = clean_text(cells.get(column.name, ""), most=MOST_CELL)
        except Invalid as refusal:
            problem = str(refusal.problems[0].phrase)
            return BadRow(number, Phrase(BAD_CELL, {"column": shown, "problem": problem}))
        if column.is_required and not values[column.name]:
            return BadRow(number, Phrase(NOTHING, {"column": shown}))
    return Row(number, values)


def _known(columns: Sequence[Column]) -> dict[str, Column]:
    return {_plain(heading): column for column in columns for heading in column.all_headings}


def _at(cells: Sequence[str], number: int) -> str:
    return cells[number] if number < len(cells) else ""


def _plain(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).casefold().translate(DECORATION)
