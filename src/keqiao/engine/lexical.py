"""BM25 over our own tokens, on disk or in memory, by tantivy.

One writer, many readers. A key is kept as raw text, because tantivy deletes nothing, silently, when asked to delete
by an unsigned number.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

import tantivy

from keqiao.engine.text import tokens
from keqiao.engine.types import Entry

PRUNE_FROM = 1000  # documents; a small collection keeps every token
PRUNE_ABOVE = 0.2  # share of documents; more frequent query tokens are dropped
POSTINGS = 400_000  # in how many documents the tokens of one query may stand, all counted; the most frequent go first
FEWEST = 5  # tokens that are kept however frequent they are
MOST_COUNTED = 500_000  # tokens whose counts are remembered
MOST_TOKENS = 400  # distinct tokens of one query
TITLE_WEIGHT = 2  # times that a title is counted
HEAP = 128_000_000  # bytes of the writer, for each of its threads
MANY_THREADS = 2  # that write a whole index
FIELDS = ("key", "kind", "digest")
KINDS = ("need", "offer", "dispatch")  # each has a field, and so frequencies, of its own
OTHER = "other"
Token = TypeVar("Token", str, int)
SCHEMA = 2  # raise it when the fields change: an index of another number is not opened


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found: its key, its kind, its score (higher is better)."""

    key: str
    kind: str
    score: float


def digest(entry: Entry) -> str:
    """Return what tells two versions of an entry apart."""
    parts = (
        *(entry.kind, entry.title, entry.text, entry.owner, entry.region, entry.subject),
        *("|".join(entry.industries), str(entry.stage or ""), "|".join(entry.keywords)),
    )
    joined = "\x1f".join(parts).encode("utf-8", "ignore")
    return hashlib.sha256(joined).hexdigest()[:32]


def worth_asking(frequencies: Mapping[Token, int], total: int) -> list[Token]:
    """Return the tokens of a query that are asked for among ``total`` entries: rare ones first, frequent ones dropped.

    ``frequencies`` says in how many entries each stands. What a query costs grows with their sum, which is bounded: a
    short query keeps its frequent tokens, a long one does without.
    """
    known = {token: count for token, count in frequencies.items() if count}
    ordered = sorted(known, key=lambda token: (known[token], token))
    if total >= PRUNE_FROM:
        sums = accumulate(known[token] for token in ordered)
        kept = [
            token
            for token, postings in zip(ordered, sums, strict=True)
            if known[token] <= total * PRUNE_ABOVE and postings <= POSTINGS
        ]
        ordered = kept or ordered[:FEWEST]
    return ordered[:MOST_TOKENS]


class LexicalIndex:
    """The words of every entry. Changes are seen by readers after `commit` (and `reload` in other processes)."""

    def __init__(self, index: tantivy.Index, *, threads: int = 1) -> None:
        self._index, self._threads = index, threads
        self._index.register_tokenizer("tokens", _whitespace())
        self._writer: tantivy.IndexWriter | None = None
        self._counted: dict[
            tuple[str, str], int
        ] = {}  # by field and token, until something changes

    @classmethod
    def open(cls, path: Path | None, *, threads: int = 1) -> LexicalIndex:
        """Open the index in the folder `path`, made if need be; None keeps it in memory.

        `threads` write: more make a large index sooner, and small changes into more pieces.
        """
        if path is None:
            return cls(tantivy.Index(_schema()), threads=threads)
        path.mkdir(parents=True, exist_ok=True)
        return cls(tantivy.Index(_schema(), path=str(path)), threads=threads)

    def put(self, entries: Iterable[Entry]) -> int:
        """Add or replace entries; return how many."""
        writer, count = self._writing(), 0
        for entry in entries:
            writer.delete_documents_by_term("key", entry.key)
            body = tokens(entry.title) * TITLE_WEIGHT + tokens(
                f"{'、'.join(entry.keywords)}\n{entry.text}"
            )
            document = tantivy.Document()
            document.add_text("key", entry.key)
            document.add_text("kind", entry.kind)
            document.add_text("digest", digest(entry))
            document.add_text(_field(entry.kind), " ".join(body))
            writer.add_document(document)
            count += 1
        return count

    def delete(self, keys: Iterable[str]) -> None:
        """Remove entries; unknown keys change nothing."""
        writer = self._writing()
        for key in keys:
            writer.delete_documents_by_term("key", key)

    def commit(self) -> None:
        """Make everything put and deleted durable and visible, and give up the writer's lock."""
        if self._writer is not None:
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._writer = None
        self.reload()

    def reload(self) -> None:
        """See what another process has committed."""
        self._index.reload()
        self._counted = {}

    def count(self, kind: str = "") -> int:
        """Return how many entries are visible, of one kind if it is given."""
        searcher = self._index.searcher()
        return int(searcher.doc_freq("kind", kind) if kind else searcher.num_docs)

    def frequencies(self, wanted: Iterable[str], *, kind: str) -> dict[str, int]:
        """Return in how many documents of one kind each token stands."""
        searcher, field, counted = self._index.searcher(), _field(kind), self._counted
        found = {}
        for token in wanted:
            count = counted.get((field, token))
            if count is None:
                count = counted[field, token] = int(searcher.doc_freq(field, token))
            found[token] = count
        if len(counted) > MOST_COUNTED:
            self._counted = {}
        return found

    def having(self, keys: Sequence[str]) -> set[str]:
        """Return those of ``keys`` that are visible."""
        if not keys:
            return set()
        schema, searcher = self._index.schema, self._index.searcher()
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "key", key)) for key in keys]
        )
        found = searcher.search(query, limit=len(keys), count=False).hits
        return {str(searcher.doc(address).get_first("key")) for _score, address in found}

    def search(self, text: str, *, top: int, kinds: Sequence[str] = ()) -> list[Hit]:
        """Return up to `top` hits of `kinds` (all when empty), best first, ties by key."""
        counts = Counter(tokens(text))
        schema = self._index.schema
        should = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(
                    tantivy.Query.term_query(schema, _field(kind), token),
                    1 + math.log(counts[token]),
                ),
            )
            for kind in kinds or (*KINDS, OTHER)
            for token in worth_asking(self.frequencies(counts, kind=kind), self.count(kind))
        ]
        if not should or top < 1:
            return []
        query = tantivy.Query.boolean_query(should)
        searcher = self._index.searcher()
        found = searcher.search(query, limit=top, count=False).hits
        hits = [self._hit(searcher, score, address) for score, address in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.key))

    def digests(self) -> dict[str, str]:
        """Return the digest of every visible entry by key."""
        return {key: value for key, _kind, value in self._all()}

    def _all(self) -> Iterator[tuple[str, str, str]]:
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return
        everything = searcher.search(
            tantivy.Query.all_query(), limit=searcher.num_docs, count=False
        )
        for _score, address in everything.hits:
            document = searcher.doc(address)
            key, kind, value = (str(document.get_first(field)) for field in FIELDS)
            yield key, kind, value

    def _hit(self, searcher: tantivy.Searcher, score: float, address: tantivy.DocAddress) -> Hit:
        document = searcher.doc(address)
        return Hit(str(document.get_first("key")), str(document.get_first("kind")), float(score))

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(
                heap_size=HEAP * self._threads, num_threads=self._threads
            )
        return self._writer


def _field(kind: str) -> str:
    return f"body_{kind if kind in KINDS else OTHER}"


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in FIELDS:
        builder.add_text_field(field, stored=True, tokenizer_name="raw", index_option="basic")
    for kind in (*KINDS, OTHER):
        builder.add_text_field(
            _field(kind), stored=False, tokenizer_name="tokens", index_option="freq"
        )
    return builder.build()


def _whitespace() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
