"""A paper before it has a format: title and blocks. One module knows clauses and writes it, others draw it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from keqiao.paperwork.qr import qr_svg

BLANK = "＿＿＿＿＿＿"
LONG_BLANK = BLANK * 5  # a line to write on
SHORT_BLANK = "＿＿＿"
BLANK_DAY = "＿＿＿年＿＿月＿＿日"


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a clause; never alone at the foot of a page."""

    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Lines:
    """Paragraphs; ``style`` is body (first line two characters in) or note (small, grey)."""

    lines: tuple[str, ...]
    style: Literal["body", "note"] = "body"
    kind: Literal["lines"] = "lines"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under a head that is repeated on every page; ``widths`` are shares of the line.

    Without a head every odd cell is a label.
    """

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    head: tuple[str, ...] = ()
    title: str = ""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Signatures:
    """Where the parties sign, two beside each other: each a heading and its lines; kept on one page each."""

    places: tuple[tuple[str, ...], ...]
    kind: Literal["signatures"] = "signatures"


@dataclass(frozen=True, slots=True)
class Square:
    """A QR code of an address, and what to do with it; ``svg`` is the drawing of ``address`` (`square` makes one)."""

    address: str
    lines: tuple[str, ...]
    svg: str
    kind: Literal["square"] = "square"


Block = Heading | Lines | Table | Signatures | Square


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper; ``note`` stands in the foot of every page beside the page number.

    A form (``is_form``) is set tightly, to stand on one page where it can.
    """

    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    note: str = ""
    is_form: bool = False


def square(address: str, *lines: str) -> Square:
    """Return the QR code of an address (ISO/IEC 18004, level M) with the lines beside it."""
    return Square(address, lines, qr_svg(address))


def body(text: str) -> Lines:
    """Return a text of several lines as paragraphs, empty ones left out."""
    return Lines(tuple(one for one in (part.strip() for part in text.split("\n")) if one))


def facts(pairs: Iterable[tuple[str, str]], *, columns: int = 2, title: str = "") -> Table:
    """Return labels and values in a grid, ``columns`` pairs in a row."""
    cells = [cell for label, value in pairs for cell in (label, value)]
    step = columns * 2
    cells += [""] * (-len(cells) % step)
    rows = tuple(tuple(cells[start : start + step]) for start in range(0, len(cells), step))
    return Table(rows=rows, widths=(4, 7) * columns, title=title)


def day(value: datetime.date | None) -> str:
    """Return a day in Chinese, or the blanks to write it in."""
    return f"{value.year}年{value.month}月{value.day}日" if value else BLANK_DAY


def chinese_number(number: int) -> str:
    """Return 1 to 99 as 一, 十一, 二十三: the number of a clause."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
