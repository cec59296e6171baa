"""The demonstration's data files, row by row."""

from __future__ import annotations

import csv
import io
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "keqiao-yanshi-2026"  # noqa: S105 - printed for every visitor of the demonstration


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of ``data/<name>.csv`` as texts by column."""
    source = files("keqiao.ops.demo").joinpath("data", f"{name}.csv")
    yield from csv.DictReader(io.StringIO(source.read_text(encoding="utf-8-sig"), newline=""))


def listed(text: str, separator: str = ";") -> tuple[str, ...]:
    """Return the pieces of a cell that holds several."""
    return tuple(piece.strip() for piece in text.split(separator) if piece.strip())
