"""Nearest neighbours among the vectors of one model and kind: many gathered on disk, and in memory what came since."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

import numpy as np

from keqiao.engine.dense import DIMENSIONS, Matrix
from keqiao.engine.gathered import Gathered

ROOM = 256  # rows for which there is room at first


class VectorIndex:
    """Unit rows by key. Those in memory are compared one by one, exactly; several threads may read while one writes."""

    def __init__(self, dimensions: int = DIMENSIONS, gathered: Gathered | None = None) -> None:
        self._gathered = gathered
        self._hidden: set[str] = set()  # of those gathered: replaced or deleted since
        self._keys: list[str] = []
        self._place: dict[str, int] = {}
        self._rows: Matrix = np.zeros((0, dimensions), dtype=np.float32)
        self._lock = threading.RLock()

    def __len__(self) -> int:
        with self._lock:
            beneath = 0 if self._gathered is None else len(self._gathered) - len(self._hidden)
            return beneath + len(self._keys)

    def put(self, keys: Sequence[str], matrix: Matrix) -> None:
        """Add or replace the rows of ``keys``; ``matrix`` has shape (len(keys), dimensions)."""
        with self._lock:
            self._hide(keys)
            for key in keys:
                if key not in self._place:
                    self._place[key] = len(self._keys)
                    self._keys.append(key)
            self._make_room()
            last = {self._place[key]: number for number, key in enumerate(keys)}
            self._rows[list(last)] = matrix[list(last.values())]

    def delete(self, keys: Iterable[str]) -> None:
        """Remove rows; unknown keys change nothing."""
        with self._lock:
            gone = list(keys)
            self._hide(gone)
            for key in gone:
                place = self._place.pop(key, None)
                if place is None:
                    continue
                last = self._keys.pop()
                if last != key:
                    self._rows[place] = self._rows[len(self._keys)]
                    self._keys[place], self._place[last] = last, place

    def get(self, key: str) -> Matrix | None:
        """Return one row, shape (dimensions,), or None."""
        with self._lock:
            if key in self._place:
                row: Matrix = self._rows[self._place[key]].copy()
                return row
            if self._gathered is None or key in self._hidden:
                return None
            place = self._gathered.place(key)
            return None if place is None else self._gathered.row(place)

    def search(self, vector: Matrix, *, top: int) -> list[tuple[str, float]]:
        """Return up to ``top`` (key, cosine) pairs, nearest first, ties by key; ``vector`` has unit length."""
        if top < 1:
            return []
        asked = np.asarray(vector, np.float32).reshape(-1)
        with self._lock:
            pairs = self._loose(asked, top)
            if self._gathered is not None and len(self._gathered):
                pairs += self._gathered.search(asked, top=top, hidden=self._hidden)
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:top]

    def _loose(self, vector: Matrix, top: int) -> list[tuple[str, float]]:
        count = len(self._keys)
        if not count:
            return []
        cosines = self._rows[:count] @ vector
        nearest = np.arange(count)
        if count > top:  # all that are as near as the last one, so that ties are settled by key
            nearest = np.flatnonzero(cosines >= np.partition(cosines, count - top)[count - top])
        return [(self._keys[place], float(cosines[place])) for place in nearest]

    def _hide(self, keys: Iterable[str]) -> None:
        if self._gathered is not None:
            self._hidden |= {key for key in keys if self._gathered.place(key) is not None}

    def _make_room(self) -> None:
        if len(self._keys) > len(self._rows):
            more = np.zeros((max(ROOM, 2 * len(self._keys)), self._rows.shape[1]), dtype=np.float32)
            more[: len(self._rows)] = self._rows
            self._rows = more
