"""Many unit vectors gathered in a folder, that never change: eight bits a number, read where they lie.

All processes that open the folder share its pages. From NEAR_FROM rows on, and where faiss is installed, an
index of clusters and short codes (IVF, product quantisation, scanned with SIMD) proposes candidates, whose cosines are
then taken from the rows; else every row is compared.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from keqiao.engine.dense import Matrix

Codes = npt.NDArray[np.int8]
Places = npt.NDArray[np.int64]

NEAR_FROM = 20_000  # rows; fewer are compared one by one in a few milliseconds
PROBED = 3 / 8  # share of the clusters that one query looks into
SPARE = 4  # candidates for each row wanted
LEAST_CANDIDATES = 200
SAMPLE = 60_000  # rows from which clusters and short codes are learnt
PIECE = 2  # numbers that one short code stands for, with four bits
STEPS = 127  # of eight bits, on either side of zero
AT_ONCE = 16_384  # rows that are read, compared or encoded together
TINY = 1e-12
KEYS, CODES, SCALES, NEAR, WHOLE = "keys.npy", "codes.bin", "scales.bin", "near.faiss", "whole.json"


class NotWhole(Exception):  # noqa: N818 - it says what is the case
    """The folder is not there, or was not written to its end; the text says which."""


def has_faiss() -> bool:
    """Tell whether many rows are searched by clusters here, or one by one."""
    return find_spec("faiss") is not None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The rows of one folder: row i is about ``codes[i] * scales[i]`` and belongs to ``keys[i]``.

    Shapes: keys (n,), bytes; order (n,), the places of the keys by key; codes (n, dimensions); scales (n,).
    """

    keys: npt.NDArray[np.bytes_]
    order: npt.NDArray[np.int32]
    codes: Codes
    scales: Matrix
    near: Any  # the faiss index, or None

    @classmethod
    def open(cls, folder: Path) -> Gathered:
        """Open what ``write`` left; raise NotWhole."""
        try:
            said = json.loads((folder / WHOLE).read_text(encoding="utf-8"))
            count, dimensions = int(said["count"]), int(said["dimensions"])
            keys = np.load(folder / KEYS, mmap_mode="r", allow_pickle=False)
            codes = _codes(folder, count, dimensions)
            scales = np.fromfile(folder / SCALES, "<f4")
            near = _read(folder / NEAR) if said["near"] and has_faiss() else None
        except (OSError, EOFError, ValueError, KeyError, RuntimeError) as trouble:
            raise NotWhole(f"{folder}: {trouble}") from trouble
        if not len(keys) == len(scales) == count:
            raise NotWhole(f"{folder}: {len(keys)} keys and {len(scales)} rows, not {count}")
        return cls(keys, np.argsort(keys, kind="stable").astype(np.int32), codes, scales, near)

    def __len__(self) -> int:
        return len(self.keys)

    def place(self, key: str) -> int | None:
        """Return the place of a key, or None."""
        wanted = np.bytes_(key.encode())
        at = int(np.searchsorted(self.keys, wanted, sorter=self.order))
        if at == len(self.keys) or self.keys[self.order[at]] != wanted:
            return None
        return int(self.order[at])

    def row(self, place: int) -> Matrix:
        """Return one row, shape (dimensions,), as near as eight bits say it."""
        row: Matrix = self.codes[place].astype(np.float32) * self.scales[place]
        return row

    def search(
        self, vector: Matrix, *, top: int, hidden: Collection[str] = ()
    ) -> list[tuple[str, float]]:
        """Return up to ``top`` (key, cosine) pairs whose keys are not ``hidden``, nearest first, ties by key."""
        count = max(LEAST_CANDIDATES, top * SPARE)
        while True:
            places, cosines = self._nearest(vector, min(count, len(self.keys)))
            named = [bytes(self.keys[place]).decode() for place in places]
            pairs = sorted(
                (-cosine, key)
                for key, cosine in zip(named, map(float, cosines), strict=True)
                if key not in hidden
            )
            if len(pairs) >= top or len(places) < count:
                return [(key, -less) for less, key in pairs[:top]]
            count *= SPARE

    def _nearest(self, vector: Matrix, count: int) -> tuple[Places, Matrix]:
        """Return the places and the cosines of about ``count`` rows, in no order."""
        if self.near is not None:
            found: Places = self.near.search(vector.reshape(1, -1), count)[1][0]
            places = found[found >= 0]
            return places, self._cosines(places, vector)
        starts = range(0, len(self.keys), AT_ONCE)
        parts = [self._cosines(slice(start, start + AT_ONCE), vector) for start in starts]
        cosines = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        if len(cosines) <= count:
            return np.arange(len(cosines)), cosines
        places = np.flatnonzero(cosines >= np.partition(cosines, -count)[-count])
        return places, cosines[places]

    def _cosines(self, places: Places | slice, vector: Matrix) -> Matrix:
        cosines: Matrix = (self.codes[places].astype(np.float32) @ vector) * self.scales[places]
        return cosines


def write(folder: Path, blocks: Iterable[tuple[Sequence[str], Matrix]], *, dimensions: int) -> int:
    """Write (keys, rows) blocks into a new folder; return how many rows.

    Each key must come once. The folder is there whole or not at all: it is written beside its name and renamed at the
    end. Memory: the keys, one block, and the short codes.
    """
    beside = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    keys: list[bytes] = []
    with (beside / CODES).open("wb") as codes, (beside / SCALES).open("wb") as scales:
        for named, rows in blocks:
            coded, scale = encoded(rows)
            codes.write(coded.tobytes())
            scales.write(scale.tobytes())
            keys += [key.encode() for key in named]
    np.save(beside / KEYS, np.array(keys, dtype=np.bytes_))
    has_near = len(keys) >= NEAR_FROM and has_faiss()
    if has_near:
        whole = _codes(beside, len(keys), dimensions)
        _index(beside / NEAR, whole, np.fromfile(beside / SCALES, "<f4"))
    told = {"count": len(keys), "dimensions": dimensions, "near": has_near}
    (beside / WHOLE).write_text(json.dumps(told), encoding="utf-8")
    for path in beside.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    beside.replace(folder)
    return len(keys)


def encoded(rows: Matrix) -> tuple[Codes, Matrix]:
    """Return eight-bit codes, shape (n, dimensions), and the scale of each row, shape (n,)."""
    scales = np.maximum(np.abs(rows).max(axis=1, initial=0.0), TINY) / STEPS
    codes = np.rint(rows / scales[:, None]).astype(np.int8)
    return codes, scales.astype("<f4")


def _codes(folder: Path, count: int, dimensions: int) -> Codes:
    if not count:  # nothing cannot be mapped
        return np.zeros((0, dimensions), np.int8)
    return np.memmap(folder / CODES, np.int8, "r", shape=(count, dimensions))


def _index(path: Path, codes: Codes, scales: Matrix) -> None:
    """Learn clusters and short codes from some of the rows, put all rows in, and write the index."""
    import faiss

    count, dimensions = codes.shape
    clusters = 1 << round(np.log2(np.sqrt(count)))
    pieces = dimensions // PIECE
    index = faiss.index_factory(
        dimensions, f"IVF{clusters},PQ{pieces}x4fs", faiss.METRIC_INNER_PRODUCT
    )
    sample = np.unique(np.linspace(0, count - 1, min(SAMPLE, count)).astype(np.int64))
    index.train(codes[sample].astype(np.float32) * scales[sample, None])
    for start in range(0, count, AT_ONCE):
        part = slice(start, start + AT_ONCE)
        index.add(codes[part].astype(np.float32) * scales[part, None])
    faiss.write_index(index, str(path))


def _read(path: Path) -> Any:
    import faiss

    index: Any = faiss.read_index(str(path))
    index.nprobe = round(index.nlist * PROBED)
    return index
