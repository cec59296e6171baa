"""Who keeps the index: folders of this machine (``generation``), or a Milvus that the settings name.

Both keep generations: one is current, a new one is built beside it and put in place at once.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from django.conf import settings

from keqiao.engine.index import Words
from keqiao.engine.lexical import MANY_THREADS, LexicalIndex
from keqiao.search import gathered, generation

if TYPE_CHECKING:
    from keqiao.engine.milvus.index import MilvusIndex
    from keqiao.engine.milvus.store import Store

_lock = threading.Lock()
_store: tuple[dict[str, str], Store] | None = None


class Generation(Protocol):
    """One generation of the words, and how far in the journal it has come."""

    @property
    def words(self) -> Words:
        """The words."""

    def position(self) -> tuple[int, str]:
        """Return the journal position that was reached and the hash of the entry there; (0, "") when none was."""

    def reached(self, position: int, mark: str = "") -> None:
        """Keep the position, after the words that it speaks of are durable."""

    def put_in_place(self) -> None:
        """Make this generation the current one, and remove the others."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A generation on this machine; ``threads`` write its words."""

    path: Path
    threads: int = 1

    @property
    def words(self) -> Words:
        """Return the words, opened anew: one that writes gives up its lock with the commit."""
        return LexicalIndex.open(self.path / generation.WORDS, threads=self.threads)

    def position(self) -> tuple[int, str]:
        """Return the position and its mark."""
        return generation.position(self.path), generation.mark(self.path)

    def reached(self, position: int, mark: str = "") -> None:
        """Keep the position and its mark."""
        generation.reached(self.path, position, mark)

    def put_in_place(self) -> None:
        """Make this generation the current one."""
        generation.put_in_place(self.path)


def milvus() -> MilvusIndex | None:
    """Return the current generation in Milvus, None when the index is embedded; raise IndexUnavailable."""
    if settings.INDEX is None:
        return None
    from keqiao.engine.milvus.index import MilvusIndex

    return MilvusIndex.current(store())


def store() -> Store:
    """Return the Milvus of the settings, connected once a process; raise IndexUnavailable."""
    global _store  # noqa: PLW0603 - one connection a process
    where: dict[str, str] = settings.INDEX or {}
    with _lock:
        if _store is None or _store[0] != where:
            from keqiao.engine.milvus import store as stores

            client = stores.connect(
                where["address"], token=where["token"], database=where["database"]
            )
            _store = (where, stores.Store(client))
        return _store[1]


def current_for_writer() -> Generation:
    """Return the current generation to whoever holds ``generation.writing``; the first one is made here."""
    return milvus() or Folder(generation.current_for_writer())


def current() -> Generation:
    """Return the current generation; the first one is made here."""
    return milvus() or Folder(generation.current())


def begin() -> Generation:
    """Return a new, empty generation."""
    if settings.INDEX is None:
        return Folder(generation.begin(), MANY_THREADS)
    from keqiao.engine.milvus.index import MilvusIndex

    return MilvusIndex.begin(store())


def is_elsewhere() -> bool:
    """Tell whether the index is not on this machine."""
    return settings.INDEX is not None


def size() -> int:
    """Return the bytes on this machine; 0 when the index stands elsewhere."""
    return 0 if is_elsewhere() else generation.size(generation.current()) + gathered.size()
