"""Tables on a terminal, where a Chinese character takes two columns."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Sequence

_NARROWEST = 40  # columns


def width(text: str) -> int:
    """Return the columns a text takes: wide characters two, combining marks none."""
    return sum(_columns(mark) for mark in text)


def _columns(mark: str) -> int:
    if unicodedata.combining(mark) or unicodedata.category(mark) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(mark) in "WF" else 1


def padded(text: str, columns: int) -> str:
    """Return the text with spaces behind it up to `columns`."""
    return text + " " * max(0, columns - width(text))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines, two spaces between columns, each column as wide as its widest cell."""
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(padded(cell, columns) for cell, columns in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def labelled(label: str, value: str, *, column: int) -> list[str]:
    """Return a value behind its label, wrapped to the terminal with its left edge at `column`."""
    room = max(_NARROWEST, shutil.get_terminal_size((100, 24)).columns) - column
    lines: list[str] = []
    start = used = 0
    for place, mark in enumerate(value):
        columns = _columns(mark)
        if used + columns > room:
            lines.append(value[start:place])
            start, used = place, 0
        used += columns
    lines.append(value[start:])
    edges = [padded(label, column), *[" " * column] * (len(lines) - 1)]
    return [edge + line for edge, line in zip(edges, lines, strict=True)]
