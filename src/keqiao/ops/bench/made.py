"""Collections of any size made of real texts and real vectors, the same for the same seed.

A made text has as many sentences as some real text, each drawn from the real texts of the same source (offers that are
words with spaces: as many words); so vocabulary, frequencies and lengths stay true, and what a text is about does not.
A made vector is a real one moved by Gaussian noise of length NOISE, made unit again. A text and a vector of one key
have nothing to do with each other: times and agreement with exact search are measured on them, never quality.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keqiao.engine.dense import Encoder, Matrix
from keqiao.engine.text import sentences
from keqiao.engine.types import Entry
from keqiao.ops.bench import datasets, files

SEED, QUESTIONS_SEED = 7, 8
NOISE = 0.35
AT_ONCE = 10_000
TITLE = 20  # characters


@dataclass(frozen=True, slots=True)
class Material:
    """Real texts, by source cut into pieces, and real questions: what is made is made of them."""

    pieces: tuple[tuple[str, ...], ...]  # of each source
    shapes: tuple[tuple[int, int], ...]  # of each text: its source, how many pieces
    texts: tuple[str, ...]
    questions: tuple[str, ...]
    about: str


def material(data: Path, *, questions: int) -> Material:
    """Return what the data sets in a folder, or the one that it is, hold; our own sample where there are none.

    As many questions are taken of each.
    """
    folders = [data / name for name in datasets.REAL if (data / name).is_dir()]
    if not folders:
        folders = [data if files.is_set(data) else datasets.SAMPLE]
    pieces: list[tuple[str, ...]] = []
    shapes: list[tuple[int, int]] = []
    texts: list[str] = []
    asked: list[str] = []
    draw = random.Random(QUESTIONS_SEED)  # noqa: S311 - a sample of texts
    for number, folder in enumerate(folders):
        collection = files.read(folder)
        cut = [_pieces(entry) for entry in collection.documents.values()]
        shapes += [(number, len(part)) for part in cut if part]
        pieces.append(tuple(piece for part in cut for piece in part))
        texts += [entry.words() for entry in collection.documents.values()]
        queries = [entry.words() for entry in collection.queries.values()]
        asked += draw.sample(queries, min(questions // len(folders), len(queries)))
    draw.shuffle(asked)
    about = f"{len(texts)} texts of {', '.join(folder.name for folder in folders)}"
    return Material(tuple(pieces), tuple(shapes), tuple(texts), tuple(asked), about)


def entries(real: Material, count: int) -> Iterator[Entry]:
    """Yield ``count`` offers."""
    draw = random.Random(SEED)  # noqa: S311 - made texts
    for number in range(count):
        source, size = draw.choice(real.shapes)
        text = " ".join(draw.choices(real.pieces[source], k=size))
        yield Entry(key_of(number), "offer", text[:TITLE], text)


def key_of(number: int) -> str:
    """Return the key of a made offer."""
    return f"O-{number:07d}"


def rows(real: Matrix, count: int) -> Iterator[tuple[list[str], Matrix]]:
    """Yield (keys, unit rows) in blocks around real rows, ``count`` in all."""
    draw = np.random.default_rng(SEED)
    for start in range(0, count, AT_ONCE):
        size = min(AT_ONCE, count - start)
        noise = draw.standard_normal((size, real.shape[1]), dtype=np.float32)
        block = real[draw.integers(0, len(real), size)] + noise * (NOISE / real.shape[1] ** 0.5)
        unit = (block / np.linalg.norm(block, axis=1, keepdims=True)).astype(np.float32)
        yield [key_of(start + place) for place in range(size)], unit


def vectors(real: Material, encoder: Encoder, most: int) -> tuple[Matrix, Matrix]:
    """Return the vectors of up to ``most`` of the real texts, spread evenly, and of the questions."""
    spread = np.unique(np.linspace(0, len(real.texts) - 1, min(most, len(real.texts))).astype(int))
    texts = [real.texts[place] for place in spread]
    return encoder.encode_documents(texts), encoder.encode_queries(list(real.questions))


def _pieces(entry: Entry) -> Sequence[str]:
    words = entry.words()
    return words.split() if " " in words.strip() and "。" not in words else sentences(words)
