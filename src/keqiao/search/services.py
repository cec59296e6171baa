"""The only writer of the index and of the vectors; both are projections of rows that other rooms own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from django.utils import timezone

from keqiao.engine.index import Words
from keqiao.engine.lexical import digest
from keqiao.engine.types import Entry
from keqiao.journal import selectors as journal
from keqiao.journal.models import Entry as JournalEntry
from keqiao.search import generation, keeper, readers
from keqiao.search.keeper import Generation
from keqiao.search.models import Vector
from keqiao.search.types import Difference, Source

if TYPE_CHECKING:
    from keqiao.engine.milvus.vectors import MilvusVectors

Item = TypeVar("Item")
BATCH = 500  # journal entries or codes taken at once
ENCODED_AT_ONCE = 16  # about one second of work
OUTAGE = 10  # entries that fail together without one that succeeds: not the entries are at fault

_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Have the entries of one kind indexed; called once a kind when the rooms are wired."""
    _sources[source.kind] = source


def sources() -> dict[str, Source]:
    """Return the registered sources by kind."""
    return dict(_sources)


def catch_up(failed: Callable[[int, Exception], None] | None = None) -> int:
    """Bring the words up to the journal's end; return the position reached.

    A crash in the middle only means that the same entries are taken again: the position is kept after the words.
    ``failed(position, error)`` is told of each entry that cannot be indexed, and the others go on; without it the
    error is raised.
    """
    with generation.writing():
        kept = keeper.current_for_writer()
        if not _is_of_this_journal(kept):
            _build(lambda _kind, _done, _of: None)
            kept = keeper.current_for_writer()
        position, _mark = kept.position()
        while entries := journal.after(position, most=BATCH):
            _take(kept, entries, failed)
            position = entries[-1].position
            kept.reached(position, entries[-1].hash)
        return position


def take_again(entries: Sequence[JournalEntry]) -> None:
    """Index what ``entries`` speak of once more; raise what hinders it."""
    with generation.writing():
        _take(keeper.current_for_writer(), entries, None)


def rebuild(tell: Callable[[str, int, int], None]) -> int:
    """Build a new generation from the rows and put it in place; return how many entries it has.

    ``tell(kind, done, of)`` is called as it goes on. Readers see the old generation until the new one is whole.
    """
    with generation.writing():
        return _build(tell)


def encodes() -> bool:
    """Tell whether entries get vectors here."""
    return readers.encoder() is not None


def encode(kind: str, codes: Iterable[str]) -> list[str]:
    """Make the vectors of those ``codes`` whose text changed, drop those that are gone; return what was encoded."""
    encoder = readers.encoder()
    if encoder is None:
        return []
    wanted = list(dict.fromkeys(codes))
    entries = _sources[kind].entries(wanted)
    gone = [code for code in wanted if code not in entries]
    elsewhere = _elsewhere(kind)
    if gone and elsewhere is not None:
        elsewhere.delete(gone)
    Vector.objects.filter(kind=kind, key__in=gone).delete()
    kept = Vector.objects.filter(model=encoder.name, key__in=list(entries))
    digests = dict(kept.values_list("key", "digest"))
    stale = [entry for key, entry in entries.items() if digests.get(key) != digest(entry)]
    for batch in batches(stale, ENCODED_AT_ONCE):
        matrix = encoder.encode_documents([entry.words() for entry in batch])
        if elsewhere is not None:  # before the rows: what breaks off in between is made again
            elsewhere.put([entry.key for entry in batch], matrix)
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
    """Make every vector that is missing or stale, drop those that are gone; resumable.

    ``tell(kind, done, of)`` is called as it goes on.
    """
    total = 0
    for source in _sources.values():
        codes = source.open_codes()
        kept = Vector.objects.filter(kind=source.kind).values_list("key", flat=True)
        gone = sorted(set(kept) - set(codes))
        for batch in batches(gone, BATCH):
            encode(source.kind, batch)
        for number, batch in enumerate(batches(codes, ENCODED_AT_ONCE * 2), start=1):
            total += len(encode(source.kind, batch))
            tell(source.kind, min(number * ENCODED_AT_ONCE * 2, len(codes)), len(codes))
    return total


def bring_vectors_elsewhere() -> int:
    """Bring the vectors of the index in Milvus to those of the rows, encoding nothing; return how many were brought.

    Does nothing when the index is embedded: its readers take the vectors from the rows.
    """
    encoder, total = readers.encoder(), 0
    for kind in _sources:
        elsewhere = _elsewhere(kind)
        if encoder is None or elsewhere is None:
            return total
        rows = Vector.objects.filter(model=encoder.name, kind=kind)
        known, there = set(rows.values_list("key", flat=True)), set(elsewhere.keys())
        elsewhere.delete(sorted(there - known))
        for batch in batches(sorted(known - there), BATCH):
            vectors = dict(rows.filter(key__in=batch).values_list("key", "vector"))
            elsewhere.put(list(vectors), readers.matrix(map(bytes, vectors.values())))
            total += len(vectors)
    return total


def differences() -> Iterator[Difference]:
    """Yield every entry in which the words on disk and the rows do not agree."""
    indexed = keeper.current().words.digests()
    for key, entry in _open_entries():
        kept = indexed.pop(key, None)
        if kept is None:
            yield Difference(key, "not in the index")
        elif kept != digest(entry):
            yield Difference(key, "older in the index")
    for key in indexed:
        yield Difference(key, "in the index, but not open in the database")


def vector_differences() -> Iterator[Difference]:
    """Yield every entry in which the vectors of today's encoder and the rows do not agree."""
    encoder = readers.encoder()
    if encoder is None:
        return
    kept = dict(Vector.objects.filter(model=encoder.name).values_list("key", "digest"))
    for key, entry in _open_entries():
        known = kept.pop(key, None)
        if known is None:
            yield Difference(key, "has no vector")
        elif known != digest(entry):
            yield Difference(key, "has an older vector")
    for key in kept:
        yield Difference(key, "has a vector, but is not open in the database")
    for kind in _sources:
        elsewhere = _elsewhere(kind)
        if elsewhere is None:
            return
        rows = Vector.objects.filter(model=encoder.name, kind=kind)
        for key in set(rows.values_list("key", flat=True)) ^ set(elsewhere.keys()):
            yield Difference(key, "has a vector in one of database and Milvus only")


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


def _elsewhere(kind: str) -> MilvusVectors | None:
    """Return the vectors of today's encoder in Milvus, None when the index is embedded or there is no encoder."""
    encoder, index = readers.encoder(), keeper.milvus()
    if encoder is None or index is None:
        return None
    return index.vectors(encoder.name, kind, encoder.dimensions)


def _open_entries() -> Iterator[tuple[str, Entry]]:
    for source in _sources.values():
        for batch in batches(source.open_codes(), BATCH):
            yield from source.entries(batch).items()


def _build(tell: Callable[[str, int, int], None]) -> int:
    newest = journal.after(journal.last_position() - 1, most=1)
    fresh = keeper.begin()
    index, total = fresh.words, 0
    for source in _sources.values():
        codes = source.open_codes()
        for number, batch in enumerate(batches(codes, BATCH), start=1):
            total += index.put(source.entries(batch).values())
            tell(source.kind, min(number * BATCH, len(codes)), len(codes))
    index.commit()
    if newest:
        fresh.reached(newest[0].position, newest[0].hash)
    fresh.put_in_place()
    bring_vectors_elsewhere()
    return total


def _is_of_this_journal(kept: Generation) -> bool:
    """Tell whether the journal still says what this generation has read: a restored back-up does not."""
    position, mark = kept.position()
    if position == 0:
        return True
    there = journal.after(position - 1, most=1)
    return bool(there) and there[0].position == position and mark in {"", there[0].hash}


def _take(
    kept: Generation,
    entries: Sequence[JournalEntry],
    failed: Callable[[int, Exception], None] | None,
) -> None:
    touched = touched_codes(entries)
    if not touched:
        return
    index = kept.words
    try:
        for kind, codes in touched.items():
            _put(index, kind, codes)
    except Exception:
        if failed is None:
            raise
        _put_singly(index, entries, failed)
    index.commit()


def _put(index: Words, kind: str, codes: Sequence[str]) -> None:
    entries = _sources[kind].entries(codes)
    index.put(entries.values())
    index.delete(code for code in codes if code not in entries)


def _put_singly(
    index: Words,
    entries: Sequence[JournalEntry],
    failed: Callable[[int, Exception], None],
) -> None:
    """Put one by one what cannot be put together; when nothing can be put, raise."""
    errors: list[tuple[int, Exception]] = []
    last = {(entry.subject_kind, entry.subject_key): entry.position for entry in entries}
    for kind, codes in touched_codes(entries).items():
        for code in codes:
            try:
                _put(index, kind, [code])
            except Exception as error:  # noqa: BLE001 - whatever it is, it is kept and shown
                errors.append((last[kind, code], error))
    if len(errors) >= OUTAGE and len(errors) == len(last):
        raise errors[0][1]
    for position, hindrance in errors:
        failed(position, hindrance)
