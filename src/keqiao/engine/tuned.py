"""An encoder made sharper: what all texts have in common is taken away, problems are turned towards their answers.

E5 puts every text into a narrow cone, and questions into another one than documents. Each kind is centred on its own
mean, the directions in which all documents differ are evened out by half, and a query goes through a map that was
fitted on problem statements and the papers that solve them. `bench/tune_encoder.py` makes and cross-validates it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from keqiao.engine.dense import Encoder, Matrix

FILE = Path(__file__).parent / "tuning.npz"
SUFFIX = "tuned1"  # raise it with the file: vectors of another one are made again
SPAN = (0.05, 0.50)
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Tuning:
    """Means, shape (dimensions,), and maps, shape (dimensions, dimensions), of documents and of queries."""

    document_mean: Matrix
    document_map: Matrix
    query_mean: Matrix
    query_map: Matrix

    def documents(self, rows: Matrix) -> Matrix:
        """Return vectors of documents, shape (n, dimensions), centred, mapped, of length one."""
        return _unit(np.matmul(rows - self.document_mean, self.document_map, dtype=np.float32))

    def queries(self, rows: Matrix) -> Matrix:
        """Return vectors of queries, shape (n, dimensions), centred, mapped, of length one."""
        return _unit(np.matmul(rows - self.query_mean, self.query_map, dtype=np.float32))


@cache
def shipped() -> Tuning:
    """Return the tuning of multilingual-e5-small in four bits."""
    with np.load(FILE, allow_pickle=False) as kept:
        return Tuning(
            *(
                kept[name].astype(np.float32)
                for name in ("document_mean", "document_map", "query_mean", "query_map")
            )
        )


class Tuned:
    """The encoder that stands before another one and tunes what it says."""

    span = SPAN

    def __init__(self, encoder: Encoder, tuning: Tuning | None = None) -> None:
        self.name, self.dimensions = f"{encoder.name}-{SUFFIX}", encoder.dimensions
        self._encoder, self._tuning = encoder, tuning or shipped()

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        """Encode what is asked."""
        return self._tuning.queries(self._encoder.encode_queries(texts))

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Encode what may answer."""
        return self._tuning.documents(self._encoder.encode_documents(texts))


def _unit(rows: Matrix) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Matrix = (rows / np.maximum(lengths, TINY)).astype(np.float32)
    return unit
