"""An encoder on a server: whatever speaks OpenAI's ``/v1/embeddings``.

What comes back is checked before it is believed: as many rows as texts, each of the dimensions that were set, finite,
not zero. Rows are brought to length one here. The key of the server is never part of an error.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np

from keqiao.engine.dense import E5_SPAN, EncoderUnavailable, Matrix, safe

EXPECTED = (
    "expected remote:http://host:port/v1?model=NAME&dimensions=NUMBER "
    "(query_model=NAME and span=LEAST,MOST, cosines, may follow)"
)
NAMES = {"model", "query_model", "dimensions", "span"}
MOST_DIMENSIONS = 8192
AT_ONCE = 32  # texts of one request
QUERY_SECONDS, DOCUMENT_SECONDS = 5.0, 60.0  # of one attempt
QUERY_WAITS: tuple[float, ...] = (0.2,)  # seconds before each further attempt: somebody waits
DOCUMENT_WAITS: tuple[float, ...] = (0.5, 2.0, 8.0, 30.0)
LONGEST_WAIT = 60.0  # seconds that a server may ask for
REST = 30.0  # seconds for which a server that did not answer is asked no queries
BYTES_PER_NUMBER, BYTES_BESIDE = 40, 1_000_000  # of the longest answer that is read
SHOWN = 200  # characters of what a server says about an error
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is and what it is asked for. ``key`` is sent as a bearer's token, and not shown."""

    url: str
    model: str
    query_model: str
    dimensions: int
    key: str = field(default="", repr=False)
    span: tuple[float, float] = E5_SPAN

    @property
    def name(self) -> str:
        """Return what its vectors are kept under: the model's name, fit for a file, and what tells it from others."""
        whole = f"{self.model}\x1f{self.query_model}\x1f{self.dimensions}"
        readable = re.sub(r"[^A-Za-z0-9._-]+", "-", self.model).strip("-.")[:40]
        return f"{readable}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def parse(text: str, *, key: str = "") -> Address:
    """Return the address that a setting names; raise ValueError with what is expected."""
    where, _colon, url = text.partition(":")
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    one = {name: values[0] for name, values in query.items() if len(values) == 1}
    is_known = set(query) <= NAMES and len(one) == len(query)
    is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    dimensions = one.get("dimensions", "")
    if where != "remote" or not is_url or not is_known or not one.get("model"):
        raise ValueError(EXPECTED)
    if not dimensions.isdecimal() or not 0 < int(dimensions) <= MOST_DIMENSIONS:
        raise ValueError(EXPECTED)
    base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    query_model = one.get("query_model", one["model"])
    span = _span(one["span"]) if "span" in one else E5_SPAN
    return Address(base, one["model"], query_model, int(dimensions), key, span)


def _span(text: str) -> tuple[float, float]:
    """Return the cosines of "0.2,0.8"; raise ValueError for anything else."""
    try:
        least, most = (float(piece) for piece in text.split(","))
    except ValueError:
        raise ValueError(EXPECTED) from None
    if not -1 <= least < most <= 1:
        raise ValueError(EXPECTED)
    return least, most


class Transient(EncoderUnavailable):
    """An answer after which it is worth trying again; after so many seconds, if the server said so."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class RemoteEncoder:
    """Asks the server, in batches, with another attempt after what passes by itself."""

    def __init__(
        self,
        address: Address,
        *,
        query_waits: Sequence[float] = QUERY_WAITS,
        document_waits: Sequence[float] = DOCUMENT_WAITS,
    ) -> None:
        self.name, self.dimensions, self.span = address.name, address.dimensions, address.span
        self._address = address
        self._waits = {True: query_waits, False: document_waits}
        self._resting_until = 0.0
        self._lock = threading.Lock()

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        """Encode what is asked; raise EncoderUnavailable, at once while the server rests."""
        with self._lock:
            if time.monotonic() < self._resting_until:
                raise EncoderUnavailable(f"{self._address.url} did not answer a moment ago")
        try:
            return self._encode(texts, is_query=True)
        except EncoderUnavailable:
            with self._lock:
                self._resting_until = time.monotonic() + REST
            raise

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Encode what may answer; raise EncoderUnavailable."""
        return self._encode(texts, is_query=False)

    def _encode(self, texts: Sequence[str], *, is_query: bool) -> Matrix:
        parts = [np.zeros((0, self.dimensions), dtype=np.float32)]
        for start in range(0, len(texts), AT_ONCE):
            batch = [safe(text) for text in texts[start : start + AT_ONCE]]
            parts.append(self._patiently(batch, is_query=is_query))
        return np.concatenate(parts)

    def _patiently(self, batch: list[str], *, is_query: bool) -> Matrix:
        for wait in self._waits[is_query]:
            try:
                return self._once(batch, is_query=is_query)
            except Transient as trouble:
                asked = wait if trouble.after is None else trouble.after
                time.sleep(min(max(wait, asked), LONGEST_WAIT))
        return self._once(batch, is_query=is_query)

    def _once(self, batch: list[str], *, is_query: bool) -> Matrix:
        model = self._address.query_model if is_query else self._address.model
        body = json.dumps({"model": model, "input": batch, "encoding_format": "float"}).encode()
        most = BYTES_PER_NUMBER * len(batch) * self.dimensions + BYTES_BESIDE
        seconds = QUERY_SECONDS if is_query else DOCUMENT_SECONDS
        try:
            status, headers, answer = _post(self._address, body, most=most, seconds=seconds)
        except (OSError, http.client.HTTPException) as error:
            said = str(error) or type(error).__name__
            raise Transient(f"{self._address.url} does not answer: {said}") from error
        if status != http.client.OK:
            raise self._refused(status, headers.get("Retry-After", ""), answer)
        if len(answer) > most:
            raise EncoderUnavailable(f"{self._address.url} answers with too much")
        return rows(answer, count=len(batch), dimensions=self.dimensions, who=self._address.url)

    def _refused(self, status: int, retry_after: str, answer: bytes) -> EncoderUnavailable:
        said = " ".join(answer.decode("utf-8", "replace").split())[:SHOWN]
        if self._address.key:
            said = said.replace(self._address.key, "***")
        message = f"{self._address.url} answers {status}: {said}"
        if status in TRANSIENT:
            return Transient(message, float(retry_after) if retry_after.isdecimal() else None)
        return EncoderUnavailable(message)


def rows(answer: bytes, *, count: int, dimensions: int, who: str) -> Matrix:
    """Return the rows of an answer in the order of the texts, of length one; raise EncoderUnavailable."""
    try:
        pairs = sorted(_pairs(json.loads(answer)), key=lambda pair: pair[0])
    except (ValueError, TypeError, KeyError) as error:
        raise EncoderUnavailable(f"{who} answers with something else than embeddings") from error
    if [index for index, _vector in pairs] != list(range(count)):
        raise EncoderUnavailable(f"{who} answers with {len(pairs)} rows to {count} texts")
    wrong = {len(vector) for _index, vector in pairs} - {dimensions}
    if wrong:
        raise EncoderUnavailable(
            f"{who} answers with {wrong.pop()} dimensions, set are {dimensions}"
        )
    try:
        matrix = np.asarray([vector for _index, vector in pairs], dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise EncoderUnavailable(f"{who} answers with something else than numbers") from error
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    if not np.isfinite(matrix).all() or not np.isfinite(lengths).all() or not (lengths > 0).all():
        raise EncoderUnavailable(f"{who} answers with rows that have no direction")
    unit: Matrix = (matrix / lengths).astype(np.float32)
    return unit


def _pairs(answer: Any) -> Iterator[tuple[int, list[Any]]]:
    for number, row in enumerate(answer["data"]):
        index, vector = row.get("index", number), row["embedding"]
        if not isinstance(vector, list) or not isinstance(index, int):
            raise TypeError
        yield index, vector


def _post(
    address: Address, body: bytes, *, most: int, seconds: float
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Post to ``/embeddings``; return the status, the headers and up to ``most`` + 1 bytes. Follows no redirection."""
    parts = urlsplit(f"{address.url}/embeddings")
    host = parts.hostname or ""
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, parts.port, timeout=seconds, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=seconds)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if address.key:
        headers["Authorization"] = f"Bearer {address.key}"
    try:
        connection.request("POST", parts.path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read(most + 1)
    finally:
        connection.close()
