"""What the readers of tables share: limits, a raw line, a bad row, the refusal of a whole file."""

from __future__ import annotations

from dataclasses import dataclass

from keqiao.base.errors import Refused
from keqiao.base.phrases import N_, Phrase

MIB = 1024 * 1024
MOST_BYTES = 64 * MIB  # of a file as it lies on disk
MOST_ROWS = 200_000
MOST_COLUMNS = 100
MOST_CELL = 20_000  # characters


class Unreadable(Refused):
    """A file of which no row can be read; the sentence names the file and says what to do."""

    text = N_("这个文件读不了，请检查后重新导出。")


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one row as found, not yet clean; `number` counts from 1."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is passed over: where it begins and why."""

    line: int
    reason: Phrase
