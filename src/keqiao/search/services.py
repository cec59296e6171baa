"""The only writer of the words of the index: a projection of rows that other rooms own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from keqiao.engine.index import Words
from keqiao.engine.lexical import digest
from keqiao.journal import selectors as journal
from keqiao.journal.models import Entry as JournalEntry
from keqiao.search import generation, keeper, sources, vectors
from keqiao.search.keeper import Generation
from keqiao.search.types import Difference

BATCH = 500  # journal entries taken at once
OUTAGE = 10  # entries that fail together without one that succeeds: not the entries are at fault


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


def differences() -> Iterator[Difference]:
    """Yield every entry in which the words on disk and the rows do not agree."""
    indexed = keeper.current().words.digests()
    for key, entry in sources.open_entries():
        kept = indexed.pop(key, None)
        if kept is None:
            yield Difference(key, "not in the index")
        elif kept != digest(entry):
            yield Difference(key, "older in the index")
    for key in indexed:
        yield Difference(key, "in the index, but not open in the database")


def _build(tell: Callable[[str, int, int], None]) -> int:
    newest = journal.after(journal.last_position() - 1, most=1)
    fresh = keeper.begin()
    index, total = fresh.words, 0
    for source in sources.by_kind().values():
        codes = source.open_codes()
        for number, batch in enumerate(sources.batches(codes, sources.BATCH), start=1):
            total += index.put(source.entries(batch).values())
            tell(source.kind, min(number * sources.BATCH, len(codes)), len(codes))
    index.commit()
    if newest:
        fresh.reached(newest[0].position, newest[0].hash)
    fresh.put_in_place()
    vectors.bring_elsewhere()
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
    touched = sources.touched_codes(entries)
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
    entries = sources.by_kind()[kind].entries(codes)
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
    for kind, codes in sources.touched_codes(entries).items():
        for code in codes:
            try:
                _put(index, kind, [code])
            except Exception as error:  # noqa: BLE001 - whatever it is, it is kept and shown
                errors.append((last[kind, code], error))
    if len(errors) >= OUTAGE and len(errors) == len(last):
        raise errors[0][1]
    for position, hindrance in errors:
        failed(position, hindrance)
