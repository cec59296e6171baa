"""Questions asked together: where an index is a journey away, a matcher's many small questions are asked at once.

A matcher asks for the frequencies and the vector of one candidate after the other. Before it does, it looks its
candidates up: the moment to fetch both for all of them. What was fetched is kept for one matcher, so for one request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from keqiao.engine.dense import Matrix
from keqiao.engine.index import VectorsAsked, WordsAsked
from keqiao.engine.lexical import Hit
from keqiao.engine.text import terms
from keqiao.engine.types import Entry

KIND = "offer"  # by whose frequencies a matcher weighs
Lookup = Callable[[Sequence[str]], Mapping[str, Entry]]


class Several(VectorsAsked, Protocol):
    """Vectors that can give many rows in one journey."""

    def several(self, keys: Sequence[str]) -> dict[str, Matrix]:
        """Return the rows of those ``keys`` that have one."""


def together(
    words: WordsAsked, vectors: Several, lookup: Lookup
) -> tuple[WordsAsked, VectorsAsked, Lookup]:
    """Return the same three, with what a matcher will ask of the entries that it looks up asked at once."""
    known, near = KnownWords(words), KnownVectors(vectors)

    def look_up(keys: Sequence[str]) -> Mapping[str, Entry]:
        entries = lookup(keys)
        said = {term for entry in entries.values() for term in terms(entry.words())}
        known.frequencies(said, kind=KIND)
        near.fetch(list(entries))
        return entries

    return known, near, look_up


class KnownWords:
    """Words whose counts are kept once they were asked for."""

    def __init__(self, words: WordsAsked) -> None:
        self._words = words
        self._counts: dict[str, int] = {}
        self._frequencies: dict[tuple[str, str], int] = {}

    def count(self, kind: str = "") -> int:
        """Return how many entries there were when it was first asked."""
        if kind not in self._counts:
            self._counts[kind] = self._words.count(kind)
        return self._counts[kind]

    def frequencies(self, wanted: Iterable[str], *, kind: str) -> dict[str, int]:
        """Return in how many entries of one kind each token stood when it was first asked."""
        asked = list(dict.fromkeys(wanted))
        fresh = [token for token in asked if (kind, token) not in self._frequencies]
        if fresh:
            found = self._words.frequencies(fresh, kind=kind)
            self._frequencies.update({(kind, token): count for token, count in found.items()})
        return {token: self._frequencies[kind, token] for token in asked}

    def search(self, text: str, *, top: int, kinds: Sequence[str] = ()) -> list[Hit]:
        """Return hits, best first."""
        return self._words.search(text, top=top, kinds=kinds)


class KnownVectors:
    """Vectors of which rows are kept once they were fetched."""

    def __init__(self, vectors: Several) -> None:
        self._vectors = vectors
        self._rows: dict[str, Matrix | None] = {}
        self._count: int | None = None

    def __len__(self) -> int:
        if self._count is None:
            self._count = len(self._vectors)
        return self._count

    def fetch(self, keys: Sequence[str]) -> None:
        """Fetch the rows of ``keys`` in one journey."""
        found = self._vectors.several(keys) if keys else {}
        self._rows.update({key: found.get(key) for key in keys})

    def get(self, key: str) -> Matrix | None:
        """Return one row, or None."""
        if key not in self._rows:
            self._rows[key] = self._vectors.get(key)
        return self._rows[key]

    def search(self, vector: Matrix, *, top: int) -> list[tuple[str, float]]:
        """Return the nearest, with their cosines."""
        return self._vectors.search(vector, top=top)
