"""BM25 by the words of a dictionary segmenter (rjieba): the baseline that most Chinese search has."""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from keqiao.base.errors import Refused
from keqiao.base.phrases import N_
from keqiao.engine.text import normalise
from keqiao.engine.types import Entry

K1, B = 1.2, 0.75  # Robertson and Zaragoza 2009, as Lucene and tantivy have them
NO_RJIEBA = N_("bm25-words 要用 rjieba 分词，这里没有：pip install rjieba（make setup 会装好）。")
Scores = npt.NDArray[np.float64]


class Words:
    """Postings in memory: for each word the numbers of its documents and how often it stands in them."""

    name = "bm25-words"

    def __init__(self) -> None:
        self._cut = segmenter()
        self.prepare([])

    def prepare(self, documents: Sequence[Entry]) -> None:
        """Segment and index the documents."""
        self._numbers: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._counts: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        lengths = []
        for number, document in enumerate(documents):
            counts = Counter(self._words(document))
            lengths.append(counts.total())
            for word, count in counts.items():
                self._numbers[word].append(number)
                self._counts[word].append(count)
        self._keys = [document.key for document in documents]
        mean = sum(lengths) / len(lengths) if any(lengths) else 1.0
        self._lengths: Scores = K1 * (1 - B + B * np.array(lengths, dtype=np.float64) / mean)

    def order(self, query: Entry, among: Sequence[str] | None, top: int) -> list[tuple[str, float]]:
        """Return what shares a word with the query, best first."""
        scores = self._scores(query)
        if among is None:
            return best(self._keys, scores, top)
        wanted = set(among)
        pairs = ((key, float(score)) for key, score in zip(self._keys, scores, strict=True))
        return ordered(pair for pair in pairs if pair[0] in wanted and pair[1] > 0)

    def _words(self, entry: Entry) -> list[str]:
        words = (word.strip() for word in self._cut(normalise(entry.words())))
        return [word for word in words if any(mark.isalnum() for mark in word)]

    def _scores(self, query: Entry) -> Scores:
        scores = np.zeros(len(self._keys))
        for word, asked in Counter(self._words(query)).items():
            if word not in self._numbers:
                continue
            numbers = np.frombuffer(self._numbers[word], dtype=np.uint32)
            counts = np.frombuffer(self._counts[word], dtype=np.uint32).astype(np.float64)
            rarity = math.log(1 + (len(self._keys) - len(numbers) + 0.5) / (len(numbers) + 0.5))
            scores[numbers] += (
                asked * rarity * counts * (K1 + 1) / (counts + self._lengths[numbers])
            )
        return scores


def segmenter() -> Callable[[str], list[str]]:
    """Return what cuts a text into words; raise `Refused`, which says how to get it, when it is not installed."""
    try:
        import rjieba
    except ImportError as missing:
        raise Refused(NO_RJIEBA) from missing
    cut: Callable[[str], list[str]] = rjieba.cut
    return cut


def best(keys: Sequence[str], scores: Scores, top: int) -> list[tuple[str, float]]:
    """Return the `top` pairs with a score above 0, best first, ties by key."""
    count = min(top, int((scores > 0).sum()))
    if not count:
        return []
    least = np.partition(scores, -count)[-count]
    numbers = np.flatnonzero(scores >= least).tolist()
    return ordered((keys[number], float(scores[number])) for number in numbers)[:top]


def ordered(pairs: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return (key, score) pairs, best first, ties by key."""
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
