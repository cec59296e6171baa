"""One database of Milvus: its collections, and rows by identifier.

Text of others never stands in a filter: rows are named by the hash of their key. (Filters by template would do on
Milvus, but Milvus Lite has none; an iterator puts the last name that it saw into a filter of its own.)
"""

from __future__ import annotations

import contextlib
import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from keqiao.engine.index import IndexUnavailable

if TYPE_CHECKING:
    from pymilvus import MilvusClient

Item = TypeVar("Item")
Row = dict[str, Any]
TIMEOUT = 30.0  # seconds of one call
ROWS = 1000  # of one call that writes; about 5 MB
SLICE = 4000  # rows of one call that reads everything, on average
MOST_FOUND = 16_384  # rows that Milvus gives at once
IDENTIFIERS = 5000  # of one call that reads by name
LONGEST_KEY = 2048  # bytes
NOT_FOUND = 100  # how Milvus says that there is no such collection
STATE = "keqiao_state"
MISSING = "the index is in Milvus, but pymilvus is not installed: pip install 'keqiao[milvus]'"


def connect(address: str, *, token: str = "", database: str = "") -> MilvusClient:
    """Return a client of the Milvus at ``address``; raise IndexUnavailable when there is none."""
    try:
        from pymilvus import MilvusClient
        from pymilvus.exceptions import MilvusException
    except ImportError as error:
        raise IndexUnavailable(MISSING) from error
    try:
        return MilvusClient(uri=address, token=token, db_name=database, timeout=TIMEOUT)
    except MilvusException as error:
        raise IndexUnavailable(f"Milvus at {address} does not answer: {error.message}") from error


def row_name(key: str) -> str:
    """Return what a row is called in Milvus: 32 hexadecimal digits, whatever stands in ``key``."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items in lists of ``size``, the last one shorter."""
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


class Gone(IndexUnavailable):
    """The collection was there before and is no more."""


class Store:
    """Rows of the collections of one database; a name is a text of hexadecimal digits, or a number."""

    def __init__(self, client: MilvusClient) -> None:
        self.client = client
        self._there: set[str] = set()

    def _ask(self, call: str, *words: Any, **more: Any) -> Any:
        from pymilvus.exceptions import MilvusException

        try:
            return getattr(self.client, call)(*words, **{"timeout": TIMEOUT, **more})
        except MilvusException as error:
            if error.code == NOT_FOUND:  # another process put a new generation in place
                self._there.clear()
                raise Gone(error.message) from error
            raise IndexUnavailable(f"Milvus did not {call}: {error.message}") from error

    def is_there(self, name: str) -> bool:
        """Tell whether a collection exists; one that does is loaded, since a restarted Milvus may not have."""
        if name not in self._there and self._ask("has_collection", name):
            self._ask("load_collection", name)
            self._there.add(name)
        return name in self._there

    def collections(self) -> list[str]:
        """Return the names of all collections of the database."""
        return list(self._ask("list_collections"))

    def make(self, name: str, fields: Mapping[str, Row]) -> None:
        """Make a collection unless it is there. ``fields`` are in pymilvus' words, and ``index`` beside."""
        if self.is_there(name):
            return
        schema = self.client.create_schema(auto_id=False, enable_dynamic_field=False)
        indexes = self.client.prepare_index_params()
        for field, words in fields.items():
            schema.add_field(field, **{key: word for key, word in words.items() if key != "index"})
            if "index" in words:
                indexes.add_index(field_name=field, **words["index"])
        self._ask(
            "create_collection",
            name,
            schema=schema,
            index_params=indexes,
            consistency_level="Bounded",
        )
        self._there.add(name)

    def drop(self, name: str) -> None:
        """Remove a collection with everything in it; an unknown one changes nothing."""
        self._there.discard(name)
        self._ask("drop_collection", name)

    def put(self, name: str, rows: Iterable[Row]) -> None:
        """Add or replace rows."""
        for batch in batches(rows, ROWS):
            self._ask("upsert", name, batch)

    def delete(self, name: str, names: Iterable[str | int]) -> None:
        """Remove rows by their names; unknown names change nothing."""
        for batch in batches(names, ROWS):
            self._ask("delete", name, ids=batch)

    def rows(
        self, name: str, names: Iterable[str | int], fields: Sequence[str], *, is_exact: bool
    ) -> list[Row]:
        """Return those of the named rows that exist; ``is_exact`` waits for every write of before."""
        level = "Strong" if is_exact else "Bounded"
        found: list[Row] = []
        for batch in batches(names, IDENTIFIERS):
            words = {"output_fields": list(fields), "consistency_level": level}
            with contextlib.suppress(Gone):
                found.extend(dict(row) for row in self._ask("get", name, ids=batch, **words))
        return found

    def search(
        self, name: str, field: str, question: Sequence[float] | Mapping[int, float], **words: Any
    ) -> list[tuple[Row, float]]:
        """Return rows and their inner products with ``question``, best first; ``words`` are pymilvus' own."""
        if not self.is_there(name):
            return []
        words["limit"] = min(words["limit"], MOST_FOUND)
        parameters = {"metric_type": "IP", "params": words.pop("params", {})}
        words |= {"data": [question], "anns_field": field, "search_params": parameters}
        try:
            found = self._ask("search", name, **words)[0]
        except Gone:
            return []
        return [(dict(row["entity"]), float(row["distance"])) for row in found]

    def every(self, name: str, fields: Sequence[str]) -> Iterator[Row]:
        """Yield all rows of a collection named by hexadecimal digits, a slice of their names after the other."""
        digits = _digits(self.count(name))
        for number in range(16**digits):
            first = f"{number:0{digits}x}" if digits else ""
            yield from self._slice(name, f"id >= '{first}' and id < '{first}g'", fields)

    def every_number(self, name: str, fields: Sequence[str], *, below: int) -> Iterator[Row]:
        """Yield all rows of a collection named by numbers from 0 to ``below``, spread evenly."""
        parts: int = 16 ** _digits(self.count(name))
        edges = [below * part // parts for part in range(parts + 1)]
        for first, last in pairwise(edges):
            yield from self._slice(name, f"id >= {first} and id < {last}", fields)

    def _slice(self, name: str, condition: str, fields: Sequence[str]) -> Iterator[Row]:
        rows = self._ask(
            "query",
            name,
            filter=condition,
            output_fields=list(fields),
            limit=MOST_FOUND,
            consistency_level="Strong",
        )
        if len(rows) == MOST_FOUND:
            raise IndexUnavailable(f"{name} has too many rows where {condition}")
        yield from (dict(row) for row in rows)

    def count(self, name: str, condition: str = "") -> int:
        """Return how many rows of a collection meet a condition, all without one."""
        if not self.is_there(name):
            return 0
        found = self._ask(
            "query",
            name,
            filter=condition,
            output_fields=["count(*)"],
            consistency_level="Strong",
        )
        return int(found[0]["count(*)"])

    def flush(self, name: str) -> None:
        """Have what was put sealed and indexed: for after many rows, since Milvus allows few flushes a minute."""
        self._ask("flush", name, timeout=TIMEOUT * 10)

    def note(self, name: str) -> str:
        """Return what was noted under a name; empty when nothing was."""
        if not self.is_there(STATE):
            return ""
        rows = self.rows(STATE, [row_name(name)], ["note"], is_exact=True)
        return str(rows[0]["note"]) if rows else ""

    def set_note(self, name: str, note: str) -> None:
        """Note something small and durable under a name."""
        self.make(STATE, _state())
        self.put(STATE, [{"id": row_name(name), "name": name, "note": note, "unused": [0.0, 0.0]}])

    def forget_notes(self, names: Iterable[str]) -> None:
        """Remove notes."""
        if self.is_there(STATE):
            self.delete(STATE, [row_name(name) for name in names])


def _digits(count: int) -> int:
    """Return how many hexadecimal digits cut ``count`` rows into slices of about SLICE or fewer."""
    return math.ceil(math.log(count / SLICE, 16)) if count > SLICE else 0


def name_field() -> Row:
    """Return the field of a row's own name: 32 hexadecimal digits."""
    from pymilvus import DataType

    return {"datatype": DataType.VARCHAR, "max_length": 32, "is_primary": True}


def text_field(longest: int) -> Row:
    """Return a field of text of up to ``longest`` bytes."""
    from pymilvus import DataType

    return {"datatype": DataType.VARCHAR, "max_length": longest}


def unused_vector() -> Row:
    """Return the field that Milvus wants of every collection: some vector, here of no use."""
    from pymilvus import DataType

    index = {"index_type": "FLAT", "metric_type": "L2"}
    return {"datatype": DataType.FLOAT_VECTOR, "dim": 2, "index": index}


def _state() -> dict[str, Row]:
    return {
        "id": name_field(),
        "name": text_field(200),
        "note": text_field(1000),
        "unused": unused_vector(),
    }
