"""Words as sparse vectors: one dimension for each token of each kind, BM25 weights that we compute.

Milvus' own BM25 would need its analyser to cut as ours does, and on Milvus Lite counts by segment. Ours ranks as the
embedded index does. In how many entries a token stands comes from a collection of counts, one row a dimension, which
the writer keeps; so do the matcher's frequencies.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from keqiao.engine.lexical import (
    KINDS,
    OTHER,
    TITLE_WEIGHT,
    Hit,
    digest,
    worth_asking,
)
from keqiao.engine.milvus.store import (
    LONGEST_KEY,
    Row,
    Store,
    batches,
    name_field,
    row_name,
    text_field,
    unused_vector,
)
from keqiao.engine.text import tokens
from keqiao.engine.types import Entry

K1, B = 1.2, 0.75  # as tantivy has them
TYPICAL = 250.0  # tokens of an entry, until MEASURED entries of the kind came together
MEASURED = 50
AT_ONCE = 500  # entries
MOST_DELTAS = 500_000  # dimensions whose counts wait in memory
FLUSH_FROM = 1000  # rows changed since the last commit
DIMENSIONS = 2**32 - 1  # of a sparse vector
THERE = 1.0  # weight of the two dimensions that only count entries; nobody asks for them
Weights = dict[int, float]


class MilvusWords:
    """The words of one generation. One writer at a time, kept apart by whoever calls."""

    def __init__(self, store: Store, generation: str) -> None:
        self._store = store
        self._rows, self._counts = f"keqiao_words_{generation}", f"keqiao_counts_{generation}"
        self._notes = generation
        self._deltas: Counter[int] = Counter()
        self._changed = 0
        self._is_writing = False
        self._typical: dict[str, float] = {}

    def put(self, entries: Iterable[Entry]) -> int:
        """Add or replace entries; return how many."""
        self._begin()
        count = 0
        for batch in batches(entries, AT_ONCE):
            fresh = {row_name(entry.key): entry for entry in batch}
            self._take_away(list(fresh))
            rows = self._made(fresh)
            for row in rows:
                self._deltas.update(row["words"].keys())
            self._store.put(self._rows, rows)
            count += len(batch)
            self._changed += len(rows)
            if len(self._deltas) > MOST_DELTAS:
                self._keep_counts()
        return count

    def delete(self, keys: Iterable[str]) -> None:
        """Remove entries; unknown keys change nothing."""
        self._begin()
        for batch in batches(keys, AT_ONCE):
            gone = self._take_away([row_name(key) for key in batch])
            self._store.delete(self._rows, gone)
            self._changed += len(gone)

    def commit(self) -> None:
        """Make everything put and deleted durable and counted; what was much is sealed and indexed."""
        if not self._is_writing:
            return
        self._keep_counts()
        if self._changed >= FLUSH_FROM:
            self._store.flush(self._rows)
            self._store.flush(self._counts)
        self._store.set_note(f"{self._notes} writing", "")
        self._changed, self._is_writing = 0, False

    def count(self, kind: str = "") -> int:
        """Return how many entries were committed, of one kind if it is given."""
        dimension = _dimension("", kind)
        return self._known([dimension]).get(dimension, 0)

    def frequencies(self, wanted: Iterable[str], *, kind: str) -> dict[str, int]:
        """Return in how many entries of one kind each token stands."""
        dimensions = {token: _dimension(_group(kind), token) for token in wanted}
        known = self._known(dimensions.values())
        return {token: known.get(dimension, 0) for token, dimension in dimensions.items()}

    def search(self, text: str, *, top: int, kinds: Sequence[str] = ()) -> list[Hit]:
        """Return up to ``top`` hits of ``kinds`` (all when empty), best first, ties by key."""
        counts = Counter(tokens(text))
        question = self._question(counts, kinds or (*KINDS, OTHER)) if counts else {}
        if not question or top < 1:
            return []
        found = self._store.search(
            self._rows, "words", question, limit=top, output_fields=["key", "kind"]
        )
        hits = [Hit(str(row["key"]), str(row["kind"]), score) for row, score in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.key))

    def having(self, keys: Sequence[str]) -> set[str]:
        """Return those of ``keys`` that are there."""
        names = [row_name(key) for key in keys]
        rows = self._store.rows(self._rows, names, ["key"], is_exact=False)
        return {str(row["key"]) for row in rows}

    def digests(self) -> dict[str, str]:
        """Return the digest of every entry by key."""
        if not self._store.is_there(self._rows):
            return {}
        rows = self._store.every(self._rows, ["key", "digest"])
        return {str(row["key"]): str(row["digest"]) for row in rows}

    def drop(self) -> None:
        """Remove the generation."""
        for name in (self._rows, self._counts):
            self._store.drop(name)
        notes = ("writing", *(f"typical {kind}" for kind in (*KINDS, OTHER)))
        self._store.forget_notes(f"{self._notes} {note}" for note in notes)

    def _begin(self) -> None:
        """Mark that counts are not in step until the commit; mend them if a writer before died in between."""
        if self._is_writing:
            return
        self._store.make(self._rows, _row_fields())
        self._store.make(self._counts, _count_fields())
        if self._store.note(f"{self._notes} writing"):
            self._count_again()
        self._store.set_note(f"{self._notes} writing", "1")
        self._is_writing = True

    def _take_away(self, names: Sequence[str]) -> list[str]:
        """Take what the named rows hold out of the counts; return the names of those that exist."""
        rows = self._store.rows(self._rows, names, ["id", "words"], is_exact=True)
        for row in rows:
            self._deltas.subtract(int(dimension) for dimension in row["words"])
        return [str(row["id"]) for row in rows]

    def _made(self, entries: Mapping[str, Entry]) -> list[Row]:
        counted = {name: _body(entry) for name, entry in entries.items()}
        for group in {_group(entry.kind) for entry in entries.values()}:
            bodies = [counted[name] for name in entries if _group(entries[name].kind) == group]
            self._measure(group, [body.total() for body in bodies])
        return [
            {
                "id": name,
                "key": entry.key,
                "kind": entry.kind,
                "digest": digest(entry),
                "words": _weights(counted[name], entry.kind, self._typical[_group(entry.kind)]),
            }
            for name, entry in entries.items()
        ]

    def _measure(self, group: str, lengths: Sequence[int]) -> None:
        """Settle once for a generation what length of a kind is typical, so that weights stay comparable."""
        if group in self._typical:
            return
        name = f"{self._notes} typical {group}"
        noted = self._store.note(name)
        if not noted and len(lengths) < MEASURED:
            self._typical[group] = TYPICAL
            noted = str(TYPICAL)
        elif not noted:
            noted = str(max(1.0, sum(lengths) / len(lengths)))
        self._typical[group] = float(noted)
        self._store.set_note(name, noted)

    def _question(self, counts: Counter[str], kinds: Sequence[str]) -> Weights:
        """Return the query's half of BM25: rare tokens first, frequent ones dropped."""
        places = {
            _dimension(_group(kind), token): (kind, token) for kind in kinds for token in counts
        }
        totals = {kind: _dimension("", kind) for kind in ("", *kinds)}
        known = self._known([*places, *totals.values()])
        everything = known.get(totals[""], 0)
        question: Weights = {}
        for kind in kinds:
            mine = {place: known[place] for place in known if places.get(place, "")[:1] == (kind,)}
            for place in worth_asking(mine, known.get(totals[kind], 0)):
                found = mine[place]
                rarity = math.log(1 + (everything - found + 0.5) / (found + 0.5))
                question[place] = rarity * (1 + math.log(counts[places[place][1]]))
        return {place: weight for place, weight in question.items() if weight > 0}

    def _known(self, dimensions: Iterable[int], *, is_exact: bool = False) -> dict[int, int]:
        if not self._store.is_there(self._counts):
            return {}
        wanted = dict.fromkeys(dimensions)
        rows = self._store.rows(self._counts, wanted, ["id", "count"], is_exact=is_exact)
        return {int(row["id"]): int(row["count"]) for row in rows if row["count"] > 0}

    def _keep_counts(self) -> None:
        changed = {dimension: delta for dimension, delta in self._deltas.items() if delta}
        known = self._known(changed, is_exact=True)
        sums = {place: known.get(place, 0) + delta for place, delta in changed.items()}
        self._store.put(self._counts, (_count(place, n) for place, n in sums.items() if n > 0))
        self._store.delete(self._counts, [place for place, n in sums.items() if n <= 0])
        self._deltas.clear()

    def _count_again(self) -> None:
        counted: Counter[int] = Counter()
        for row in self._store.every(self._rows, ["id", "words"]):
            counted.update(int(dimension) for dimension in row["words"])
        everything = self._store.every_number(self._counts, ["id"], below=DIMENSIONS)
        kept = [int(row["id"]) for row in everything]
        self._store.put(self._counts, (_count(place, n) for place, n in counted.items()))
        self._store.delete(self._counts, [place for place in kept if place not in counted])


def _body(entry: Entry) -> Counter[str]:
    rest = f"{'、'.join(entry.keywords)}\n{entry.text}"
    return Counter(tokens(entry.title) * TITLE_WEIGHT + tokens(rest))


def _weights(body: Counter[str], kind: str, typical: float) -> Weights:
    """Return the document's half of BM25 by dimension, and the two dimensions that count entries."""
    norm = K1 * (1 - B + B * body.total() / typical)
    weights: Weights = {_dimension("", ""): THERE, _dimension("", kind): THERE}
    for token, count in body.items():
        dimension = _dimension(_group(kind), token)
        weights[dimension] = weights.get(dimension, 0.0) + count * (K1 + 1) / (count + norm)
    return weights


def _dimension(group: str, token: str) -> int:
    """Return the dimension of a token; of two million tokens about five hundred share theirs with another."""
    hashed = hashlib.blake2b(f"{group}\x1f{token}".encode("utf-8", "ignore"), digest_size=8)
    return int.from_bytes(hashed.digest()) % DIMENSIONS


def _group(kind: str) -> str:
    return kind if kind in KINDS else OTHER


def _count(dimension: int, count: int) -> Row:
    return {"id": dimension, "count": count, "unused": [0.0, 0.0]}


def _row_fields() -> dict[str, Row]:
    from pymilvus import DataType

    index = {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "IP"}
    return {
        "id": name_field(),
        "key": text_field(LONGEST_KEY),
        "kind": text_field(200),
        "digest": text_field(64),
        "words": {"datatype": DataType.SPARSE_FLOAT_VECTOR, "index": index},
    }


def _count_fields() -> dict[str, Row]:
    from pymilvus import DataType

    return {
        "id": {"datatype": DataType.INT64, "is_primary": True},
        "count": {"datatype": DataType.INT64},
        "unused": unused_vector(),
    }
