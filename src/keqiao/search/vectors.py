"""The only writer of vectors: a projection of entries, made more slowly than that of their words.

A vector belongs to a model. While one model takes over from another, new entries are read by both, and the old one
answers until the new one has read every entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Max, QuerySet
from django.utils import timezone

from keqiao.engine import gathered as folders
from keqiao.engine.dense import Encoder, Matrix
from keqiao.engine.lexical import digest
from keqiao.engine.types import Entry
from keqiao.search import gathered, holding, keeper, readers, sources
from keqiao.search.models import Reading, Vector
from keqiao.search.types import Difference

if TYPE_CHECKING:
    from keqiao.engine.milvus.vectors import MilvusVectors

AT_ONCE = 16  # texts encoded together: about one second of work
GATHER_FROM, GATHER_SHARE = 20_000, 0.05  # rows that are not gathered yet, and their share of all
REMEMBERED = timedelta(days=1)  # for which whoever holds vectors may learn that one is gone
Tell = Callable[[str, int, int], None]


def is_wanted() -> bool:
    """Tell whether entries get vectors here."""
    return readers.wanted() is not None


def is_changing() -> bool:
    """Tell whether the encoder of the settings has entries to read that were there before it."""
    wanted = readers.wanted()
    return wanted is not None and not readers.has_read_all(wanted.name)


def encode(kind: str, codes: Iterable[str]) -> list[str]:
    """Make the vectors of those ``codes`` whose text changed, drop those that are gone; return what was encoded."""
    wanted = list(dict.fromkeys(codes))
    entries = sources.by_kind()[kind].entries(wanted)
    _drop(kind, [code for code in wanted if code not in entries])
    made: dict[str, None] = {}
    for encoder in readers.encoders():
        kept = Vector.objects.filter(model=encoder.name, key__in=list(entries))
        digests = dict(kept.values_list("key", "digest"))
        stale = [entry for key, entry in entries.items() if digests.get(key) != digest(entry)]
        for batch in sources.batches(stale, AT_ONCE):
            _encode(encoder, kind, batch)
        if stale:
            gather_if_due(encoder.name, kind, encoder.dimensions)
        made |= dict.fromkeys(entry.key for entry in stale)
    _forget_missed([entries[key] for key in made])
    return list(made)


def encode_all(tell: Tell) -> int:
    """Make every vector that is missing or stale, drop those that are gone; return how many. Resumable.

    ``tell(kind, done, of)`` is called as it goes on.
    """
    total = 0
    for kind, source in sources.by_kind().items():
        codes = source.open_codes()
        kept = living().filter(kind=kind).values_list("key", flat=True)
        for batch in sources.batches(sorted(set(kept) - set(codes)), sources.BATCH):
            encode(kind, batch)
        for number, batch in enumerate(sources.batches(codes, AT_ONCE * 2), start=1):
            total += len(encode(kind, batch))
            tell(kind, min(number * AT_ONCE * 2, len(codes)), len(codes))
    _finish()
    return total


def read_on(is_over: Callable[[], bool]) -> bool:
    """Have the encoder of the settings read what was there before it, until ``is_over``.

    Tells whether it has just read the last of it: then what was matched before may be matched better.
    """
    encoder, has_read = readers.wanted(), False
    if encoder is None or readers.has_read_all(encoder.name):
        return False
    for kind, source in sources.by_kind().items():
        kept = living().filter(model=encoder.name, kind=kind)
        missing = sorted(set(source.open_codes()) - set(kept.values_list("key", flat=True)))
        for batch in sources.batches(missing, AT_ONCE):
            if is_over():
                return False
            encode(kind, batch)
            has_read = True
    _finish()
    return has_read


def tidy() -> list[str]:
    """Drop the vectors of models that no setting names, and old marks of what is gone; return those models."""
    Vector.objects.filter(digest="", changed_at__lt=timezone.now() - REMEMBERED).delete()
    if not is_wanted():
        return []
    named = {encoder.name for encoder in readers.named_in_settings()}
    others = list(
        living().exclude(model__in=named).order_by().values_list("model", flat=True).distinct()
    )
    for model in others:
        Vector.objects.filter(model=model).delete()
        Reading.objects.filter(model=model).delete()
        gathered.drop(model)
        index = keeper.milvus()
        if index is not None:
            index.drop_vectors(model)
    return others


def gather_if_due(model: str, kind: str, dimensions: int) -> None:
    """Gather the vectors of one kind on disk when many are not yet; nothing to do when they stand in Milvus."""
    if keeper.is_elsewhere():
        return
    kept = gathered.current(model).get(kind)
    rows = living().filter(model=model, kind=kind)
    loose = rows if kept is None else rows.filter(changed_at__gt=kept.until)
    if loose.count() >= max(GATHER_FROM, GATHER_SHARE * (kept.count if kept else 0)):
        gather(model, kind, dimensions)


def gather(model: str, kind: str, dimensions: int) -> int:
    """Write all vectors of one model and kind into a folder of this machine and put it in place; return how many.

    Readers go on with the old folder and what changed since; they turn to the new one with their next question.
    """
    with gathered.gathering(model):
        rows = Vector.objects.filter(model=model, kind=kind)
        until: datetime | None = rows.aggregate(newest=Max("changed_at"))["newest"]
        if until is None:
            return 0
        folder = gathered.begin(model, kind)
        count = folders.write(folder, _blocks(rows), dimensions=dimensions)
        gathered.put_in_place(model, kind, gathered.Kept(folder, until, count))
        return count


def bring_elsewhere() -> int:
    """Bring the vectors of the index in Milvus to those of the rows, encoding nothing; return how many were brought.

    Does nothing when the index is embedded: its readers take the vectors from the rows.
    """
    total = 0
    for encoder in readers.encoders():
        for kind in sources.by_kind():
            elsewhere = _elsewhere(encoder, kind)
            if elsewhere is None:
                return total
            rows = living().filter(model=encoder.name, kind=kind)
            known, there = set(rows.values_list("key", flat=True)), set(elsewhere.keys())
            elsewhere.delete(sorted(there - known))
            for batch in sources.batches(sorted(known - there), sources.BATCH):
                vectors = dict(rows.filter(key__in=batch).values_list("key", "vector"))
                elsewhere.put(list(vectors), holding.matrix(map(bytes, vectors.values())))
                total += len(vectors)
    return total


def differences() -> Iterator[Difference]:
    """Yield every entry in which the vectors of the encoder of the settings and the rows do not agree."""
    encoder = readers.wanted()
    if encoder is None:
        return
    kept = dict(living().filter(model=encoder.name).values_list("key", "digest"))
    for key, entry in sources.open_entries():
        known = kept.pop(key, None)
        if known is None:
            yield Difference(key, "has no vector")
        elif known != digest(entry):
            yield Difference(key, "has an older vector")
    for key in kept:
        yield Difference(key, "has a vector, but is not open in the database")
    for kind in sources.by_kind():
        elsewhere = _elsewhere(encoder, kind)
        if elsewhere is None:
            return
        rows = living().filter(model=encoder.name, kind=kind)
        for key in set(rows.values_list("key", flat=True)) ^ set(elsewhere.keys()):
            yield Difference(key, "has a vector in one of database and Milvus only")


def living() -> QuerySet[Vector]:
    """Return the vectors of entries that are not gone."""
    return Vector.objects.exclude(digest="")


def _encode(encoder: Encoder, kind: str, batch: Sequence[Entry]) -> None:
    matrix = encoder.encode_documents([entry.words() for entry in batch])
    elsewhere = _elsewhere(encoder, kind)
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


def _drop(kind: str, codes: Sequence[str]) -> None:
    """Leave of the vectors of ``codes`` only the mark that they are gone."""
    if not codes:
        return
    for encoder in readers.encoders():
        elsewhere = _elsewhere(encoder, kind)
        if elsewhere is not None:
            elsewhere.delete(codes)
    rows = living().filter(kind=kind, key__in=codes)
    rows.update(digest="", vector=b"", changed_at=timezone.now())


def _forget_missed(changed: Sequence[Entry]) -> None:
    """Take from models that read no longer what changed without them, so that they read it when they are back."""
    if not changed:
        return
    reading = [encoder.name for encoder in readers.encoders()]
    for entry in changed:
        others = Vector.objects.filter(key=entry.key).exclude(model__in=reading)
        others.exclude(digest=digest(entry)).delete()
    Reading.objects.exclude(model__in=reading).delete()


def _finish() -> None:
    wanted = readers.wanted()
    if wanted is not None:
        Reading.objects.get_or_create(model=wanted.name)
        for kind in sources.by_kind():  # those that were there before they were gathered too
            gather_if_due(wanted.name, kind, wanted.dimensions)


def _blocks(rows: QuerySet[Vector]) -> Iterator[tuple[list[str], Matrix]]:
    told = rows.exclude(digest="").values_list("key", "vector").iterator(holding.AT_ONCE)
    for batch in holding.batched(told, holding.AT_ONCE):
        yield (
            [key for key, _vector in batch],
            holding.matrix(bytes(vector) for _key, vector in batch),
        )


def _elsewhere(encoder: Encoder, kind: str) -> MilvusVectors | None:
    """Return the vectors of one model and kind in Milvus, None when the index is embedded."""
    index = keeper.milvus()
    return None if index is None else index.vectors(encoder.name, kind, encoder.dimensions)
