"""Vectors in Milvus: one collection a model, all kinds in it, nearest by HNSW."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from keqiao.engine.dense import Matrix
from keqiao.engine.milvus.store import (
    LONGEST_KEY,
    Row,
    Store,
    name_field,
    row_name,
    text_field,
)

PREFIX = "keqiao_vectors_"
LINKS, BREADTH = 16, 200  # of HNSW when it is built
LOOK = 4  # times as many candidates as are wanted, MOST_LOOKED at most
LEAST_LOOKED, MOST_LOOKED = 128, 4096
FLUSH_FROM = 1000  # rows put at once


class MilvusVectors:
    """The unit vectors of one model for the entries of one kind; the collection is made by the first ``put``."""

    def __init__(self, store: Store, model: str, kind: str, dimensions: int) -> None:
        self._store, self._model, self._dimensions = store, model, dimensions
        self._name = collection(model)
        self._kind, self._group = kind, row_name(kind)

    def __len__(self) -> int:
        return self._store.count(self._name, f"group == '{self._group}'")

    def put(self, keys: Sequence[str], matrix: Matrix) -> None:
        """Add or replace the rows of ``keys``; ``matrix`` has shape (len(keys), dimensions)."""
        if not self._store.is_there(self._name):
            self._store.set_note(self._name, self._model)
            self._store.make(self._name, _fields(self._dimensions))
        pairs = dict(zip(keys, matrix, strict=True))
        self._store.put(self._name, (self._row(key, row) for key, row in pairs.items()))
        if len(pairs) >= FLUSH_FROM:
            self._store.flush(self._name)

    def delete(self, keys: Iterable[str]) -> None:
        """Remove rows; unknown keys change nothing."""
        if self._store.is_there(self._name):
            self._store.delete(self._name, [row_name(key) for key in keys])

    def get(self, key: str) -> Matrix | None:
        """Return one row, shape (dimensions,), or None."""
        return self.several([key]).get(key)

    def several(self, keys: Sequence[str]) -> dict[str, Matrix]:
        """Return the rows of those ``keys`` that have one, in one journey."""
        if not self._store.is_there(self._name):
            return {}
        names = [row_name(key) for key in keys]
        rows = self._store.rows(self._name, names, ["key", "kind", "vector"], is_exact=False)
        return {
            str(row["key"]): np.asarray(row["vector"], dtype=np.float32)
            for row in rows
            if row["kind"] == self._kind
        }

    def keys(self) -> Iterator[str]:
        """Yield the keys of all rows of the kind."""
        if self._store.is_there(self._name):
            rows = self._store.every(self._name, ["key", "kind"])
            yield from (str(row["key"]) for row in rows if row["kind"] == self._kind)

    def search(self, vector: Matrix, *, top: int) -> list[tuple[str, float]]:
        """Return up to ``top`` (key, cosine) pairs, nearest first, ties by key; ``vector`` has unit length."""
        if top < 1:
            return []
        found = self._store.search(
            self._name,
            "vector",
            vector.reshape(-1).astype(np.float32).tolist(),
            limit=top,
            filter=f"group == '{self._group}'",
            output_fields=["key"],
            params={"ef": max(min(LOOK * top, MOST_LOOKED), LEAST_LOOKED, top)},
        )
        pairs = [(str(row["key"]), cosine) for row, cosine in found]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def _row(self, key: str, vector: Matrix) -> Row:
        return {
            "id": row_name(key),
            "key": key,
            "kind": self._kind,
            "group": self._group,
            "vector": np.asarray(vector, dtype=np.float32).tolist(),
        }


def collection(model: str) -> str:
    """Return the name of a model's collection; the model's own name is noted under it."""
    return PREFIX + hashlib.sha256(model.encode()).hexdigest()[:16]


def _fields(dimensions: int) -> dict[str, Row]:
    from pymilvus import DataType

    graph = {"M": LINKS, "efConstruction": BREADTH}
    nearest = {"index_type": "HNSW", "metric_type": "IP", "params": graph}
    return {
        "id": name_field(),
        "key": text_field(LONGEST_KEY),
        "kind": text_field(200),
        "group": {**text_field(32), "index": {"index_type": "INVERTED"}},
        "vector": {"datatype": DataType.FLOAT_VECTOR, "dim": dimensions, "index": nearest},
    }
