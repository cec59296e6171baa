"""The only writer of the index and of the vectors; both are projections of rows that other rooms own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from django.utils import timezone

from keqiao.engine.lexical import LexicalIndex, digest
from keqiao.engine.types import Entry
from keqiao.journal import selectors as journal
from keqiao.journal.models import Entry as JournalEntry
from keqiao.search import generation, readers
from keqiao.search.models import Vector
from keqiao.search.types import Difference, Source

Item = TypeVar("Item")
BATCH = 500  # journal entries or codes taken at once
ENCODED_AT_ONCE = 16  # about one second of work

_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Have the entries of one kind indexed; called once a kind when the rooms are wired."""
    _sources[source.kind] = source


def sources() -> dict[str, Source]:
    """Return the registered sources by kind."""
    return dict(_sources)


def catch_up() -> int:
    """Bring the words up to the journal's end; return the position reached.

    A crash in the middle only means that the same entries are taken again: the position is kept after the words.
    """
    with generation.writing():
        folder = generation.current()
        position = generation.position(folder)
        index: LexicalIndex | None = None
        while entries := journal.after(position, most=BATCH):
            touched = touched_codes(entries)
            if touched:
                index = index or LexicalIndex.open(folder / generation.WORDS)
                _apply(index, touched)
            position = entries[-1].position
            generation.reached(folder, position)
        return position


def rebuild(tell: Callable[[str, int, int], None]) -> int:
    """Build a new generation from the rows and put it in place; return how many entries it has.

    ``tell(kind, done, of)`` is called as it goes on. Readers see the old generation until the new one is whole.
    """
    with generation.writing():
        position = journal.last_position()
        folder = generation.begin()
        index, total = LexicalIndex.open(folder / generation.WORDS), 0
        for source in _sources.values():
            codes = source.open_codes()
            for number, batch in enumerate(batches(codes, BATCH), start=1):
                total += index.put(source.entries(batch).values())
                tell(source.kind, min(number * BATCH, len(codes)), len(codes))
        index.commit()
        generation.reached(folder, position)
        generation.put_in_place(folder)
    return total


def encode(kind: str, codes: Iterable[str]) -> list[str]:
    """Make the vectors of those ``codes`` whose text changed, drop those that are gone; return what was encoded."""
    encoder = readers.encoder()
    if encoder is None:
        return []
    wanted = list(dict.fromkeys(codes))
    entries = _sources[kind].entries(wanted)
    gone = [code for code in wanted if code not in entries]
    Vector.objects.filter(kind=kind, key__in=gone).delete()
    kept = Vector.objects.filter(model=encoder.name, key__in=list(entries))
    digests = dict(kept.values_list("key", "digest"))
    stale = [entry for key, entry in entries.items() if digests.get(key) != digest(entry)]
    for batch in batches(stale, ENCODED_AT_ONCE):
        matrix = encoder.encode_documents([entry.words() for entry in batch])
        rows = [
            Vector(
                key=entry.key,
                kind=kind,
                model=encoder.name,
                digest=digest(entry),
                vector=row.astype("<f4").tobytes(),
                changed_at=timezone.now(),
            )
            for entry, row in zip(batch, matrix, strict=True)
        ]
        Vector.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["key", "model"],
            update_fields=["kind", "digest", "vector", "changed_at"],
        )
    return [entry.key for entry in stale]


def encode_all(tell: Callable[[str, int, int], None]) -> int:
    """Make every vector that is missing or stale; resumable, ``tell(kind, done, of)`` as it goes on."""
    total = 0
    for source in _sources.values():
        codes = source.open_codes()
        for number, batch in enumerate(batches(codes, ENCODED_AT_ONCE * 2), start=1):
            total += len(encode(source.kind, batch))
            tell(source.kind, min(number * ENCODED_AT_ONCE * 2, len(codes)), len(codes))
    return total


def differences() -> Iterator[Difference]:
    """Yield every entry in which the words on disk and the rows do not agree."""
    indexed = LexicalIndex.open(generation.current() / generation.WORDS).digests()
    for source in _sources.values():
        for batch in batches(source.open_codes(), BATCH):
            for key, entry in source.entries(batch).items():
                kept = indexed.pop(key, None)
                if kept is None:
                    yield Difference(key, "not in the index")
                elif kept != digest(entry):
                    yield Difference(key, "older in the index")
    for key in indexed:
        yield Difference(key, "in the index, but not open in the database")


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


def _apply(index: LexicalIndex, touched: dict[str, list[str]]) -> None:
    for kind, codes in touched.items():
        entries: dict[str, Entry] = dict(_sources[kind].entries(codes))
        index.put(entries.values())
        index.delete(code for code in codes if code not in entries)
    index.commit()
