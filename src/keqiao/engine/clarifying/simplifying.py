"""Traditional characters read as simplified ones, one for one: for finding, never for what is shown.

The table holds the common pairs; where a traditional character stands for several words, the commonest is meant.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


def simplified(text: str) -> str:
    """Return `text` with as many characters, the traditional ones simplified."""
    return text.translate(table())


@cache
def table() -> dict[int, str]:
    """Return simplified by traditional character, as `str.translate` wants it."""
    path = resources.files("keqiao.engine.clarifying") / "data" / "simplified.csv"
    with path.open(encoding="utf-8") as file:
        rows = [row["pairs"] for row in csv.DictReader(file)]
    pairs = ((row[place], row[place + 1]) for row in rows for place in range(0, len(row), 2))
    return {ord(old): new for old, new in pairs if old != new}
