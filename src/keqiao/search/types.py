"""The words of the room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from keqiao.engine.lexical import Hit
from keqiao.engine.twins import Stock, Twin
from keqiao.engine.types import Entry

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the entries of one kind come from: a room above, which hands these functions down.

    ``entries`` returns those of the given codes that everybody may find; ``open_codes`` all that belong in the index.
    """

    kind: str
    entries: Callable[[Iterable[str]], Mapping[str, Entry]]
    open_codes: Callable[[], list[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """How far the index is. Positions are those of the journal; a size is in bytes."""

    journal_position: int
    index_position: int
    entry_count: int
    vector_counts: dict[str, int]  # by model
    answering: str  # the model whose vectors answer; empty for words only
    is_changing: bool  # whether another model still reads what was there before it
    size: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry in which the index and the database do not agree."""

    key: str
    what: str


@dataclass(frozen=True, slots=True)
class Beside(Generic[Row]):
    """A row whose entry is a twin; without ``twin`` nothing but its public title may be shown."""

    row: Row
    twin: Twin | None


@dataclass(frozen=True, slots=True)
class Compared(Generic[Row]):
    """What an entry was compared with, as far as whoever asks may see it.

    ``hidden`` twins exist but may not be shown at all; ``more`` were found and are not listed.
    """

    twins: tuple[Beside[Row], ...]
    hidden: int
    more: int
    stock: tuple[Stock, ...]
