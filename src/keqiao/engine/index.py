"""What search and matching need of an index, whoever keeps it: two protocols, the embedded one, and the fused search.

Words and vectors are apart because they come apart: the words of an entry at once, its vectors when a model has read
it. Vectors belong to a model, so that those of an old one serve while those of a new one are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from keqiao.engine.dense import DIMENSIONS, Matrix
from keqiao.engine.fusion import reciprocal_rank
from keqiao.engine.lexical import Hit, LexicalIndex
from keqiao.engine.types import Entry
from keqiao.engine.vectors import VectorIndex

_beside = ThreadPoolExecutor(
    4, thread_name_prefix="words"
)  # its threads begin with the first question


class IndexUnavailable(Exception):  # noqa: N818 - it says what is the case
    """The index cannot be asked: what keeps it is not installed, not there, or does not answer."""


class WordsAsked(Protocol):
    """What a matcher asks of the words.

    Counts by kind and by token serve to weigh: entries that were replaced or deleted may be counted a while longer.
    """

    def count(self, kind: str = "") -> int:
        """Return how many entries there are, of one kind if it is given."""

    def frequencies(self, wanted: Iterable[str], *, kind: str) -> dict[str, int]:
        """Return in how many entries of one kind each token stands."""

    def search(self, text: str, *, top: int, kinds: Sequence[str] = ()) -> list[Hit]:
        """Return up to ``top`` hits of ``kinds`` (all when empty), best first, ties by key."""


class Words(WordsAsked, Protocol):
    """The words of every entry. What is put and deleted is durable, counted and found after ``commit``."""

    def put(self, entries: Iterable[Entry]) -> int:
        """Add or replace entries; return how many."""

    def delete(self, keys: Iterable[str]) -> None:
        """Remove entries; unknown keys change nothing."""

    def commit(self) -> None:
        """Make everything put and deleted durable and visible."""

    def having(self, keys: Sequence[str]) -> set[str]:
        """Return those of ``keys`` that are there."""

    def digests(self) -> dict[str, str]:
        """Return the digest of every entry by key."""


class VectorsAsked(Protocol):
    """What a matcher asks of the vectors of one kind."""

    def __len__(self) -> int:
        """Return how many rows there are."""

    def get(self, key: str) -> Matrix | None:
        """Return one row, shape (dimensions,), or None."""

    def search(self, vector: Matrix, *, top: int) -> list[tuple[str, float]]:
        """Return up to ``top`` (key, cosine) pairs, nearest first, ties by key."""


class Vectors(VectorsAsked, Protocol):
    """The unit vectors of one model for the entries of one kind."""

    def put(self, keys: Sequence[str], matrix: Matrix) -> None:
        """Add or replace the rows of ``keys``; ``matrix`` has shape (len(keys), dimensions)."""

    def delete(self, keys: Iterable[str]) -> None:
        """Remove rows; unknown keys change nothing."""


class Index(Protocol):
    """Words, and vectors by model and kind.

    ``keeps_vectors`` tells whether vectors outlive the process; else whoever keeps them puts them again.
    """

    words: Words
    keeps_vectors: bool

    def vectors(self, model: str, kind: str, dimensions: int = DIMENSIONS) -> Vectors:
        """Return the vectors of one model and kind; none are there before the first ``put``."""

    def models(self) -> dict[str, int]:
        """Return how many vectors each model has, by the model's name."""

    def drop_vectors(self, model: str) -> None:
        """Remove all vectors of one model; unknown models change nothing."""


class EmbeddedIndex:
    """Words by tantivy in a folder (None: in memory), vectors in this process's memory."""

    keeps_vectors = False

    def __init__(self, folder: Path | None) -> None:
        self.words: Words = LexicalIndex.open(folder)
        self._vectors: dict[tuple[str, str], VectorIndex] = {}

    def vectors(self, model: str, kind: str, dimensions: int = DIMENSIONS) -> VectorIndex:
        """Return the vectors of one model and kind."""
        return self._vectors.setdefault((model, kind), VectorIndex(dimensions))

    def models(self) -> dict[str, int]:
        """Return how many vectors each model has."""
        names = dict.fromkeys(model for model, _kind in self._vectors)
        counts = {name: self._count(name) for name in names}
        return {name: count for name, count in counts.items() if count}

    def drop_vectors(self, model: str) -> None:
        """Remove all vectors of one model."""
        kept = {place: rows for place, rows in self._vectors.items() if place[0] != model}
        self._vectors = kept

    def _count(self, model: str) -> int:
        return sum(len(rows) for (name, _kind), rows in self._vectors.items() if name == model)


def near(
    vectors: Mapping[str, VectorsAsked], vector: Matrix, *, top: int, least: float = -1.0
) -> list[Hit]:
    """Return up to ``top`` hits of all kinds in ``vectors`` with a cosine of ``least`` or more, nearest first."""
    hits = [
        Hit(key, kind, cosine)
        for kind, rows in vectors.items()
        for key, cosine in rows.search(vector, top=top)
        if cosine >= least
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.key))[:top]


def found(
    words: Words, text: str, meant: Callable[[], list[Hit]], *, top: int, kinds: Sequence[str] = ()
) -> list[Hit]:
    """Return up to ``top`` hits of ``kinds`` by words and by meaning, fused, best first.

    ``meant`` asks by meaning, while another thread asks by words. What the words do not hold is not found by its
    meaning either: they are the state that all processes see.
    """
    asked = _beside.submit(words.search, text, top=top, kinds=kinds)
    by_meaning = meant()
    by_words = asked.result()
    said = {hit.key for hit in by_words}
    said |= words.having([hit.key for hit in by_meaning if hit.key not in said])
    return fused([by_words, [hit for hit in by_meaning if hit.key in said]], top=top)


def fused(rankings: Iterable[Sequence[Hit]], *, top: int) -> list[Hit]:
    """Return up to ``top`` hits of several rankings as one, by reciprocal rank, ties by key."""
    lists = [list(ranking) for ranking in rankings]
    kinds = {hit.key: hit.kind for hits in lists for hit in hits}
    ranked = reciprocal_rank([[hit.key for hit in hits] for hits in lists])
    return [Hit(key, kinds[key], score) for key, score in ranked[:top]]
