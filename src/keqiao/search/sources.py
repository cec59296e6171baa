"""Where entries come from: the rooms above hand down one source a kind when they are wired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from keqiao.engine.types import Entry
from keqiao.journal.models import Entry as JournalEntry
from keqiao.search.types import Source

BATCH = 500  # codes taken at once
Item = TypeVar("Item")
_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Have the entries of one kind indexed."""
    _sources[source.kind] = source


def by_kind() -> dict[str, Source]:
    """Return the registered sources."""
    return dict(_sources)


def open_entries() -> Iterator[tuple[str, Entry]]:
    """Yield every entry that belongs in the index, by key."""
    for source in _sources.values():
        for batch in batches(source.open_codes(), BATCH):
            yield from source.entries(batch).items()


def touched_codes(entries: Iterable[JournalEntry]) -> dict[str, list[str]]:
    """Return the codes of the registered kinds that ``entries`` speak of, each once, by kind."""
    touched: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for entry in entries:
        if entry.subject_kind in _sources:
            touched[entry.subject_kind][entry.subject_key] = None
    return {kind: list(codes) for kind, codes in touched.items()}


def batches(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items in lists of ``size``, the last one shorter."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
