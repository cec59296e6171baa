"""BM25 over our own tokens, on disk or in memory, by tantivy.

One writer, many readers. A key is kept as raw text, because tantivy deletes nothing, silently, when asked to delete
by an unsigned number.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy

from keqiao.engine.text import tokens
from keqiao.engine.types import Entry

PRUNE_FROM = 1000  # documents; a small collection keeps every token
PRUNE_ABOVE = 0.2  # share of documents; more frequent query tokens are dropped
LARGE, PRUNE_ABOVE_OF_LARGE = (
    200_000,
    0.05,
)  # where many postings would cost more time than they bring
MOST_TOKENS = 400  # distinct tokens of one query
TITLE_WEIGHT = 2  # times that a title is counted
HEAP = 64_000_000  # bytes of the writer
FIELDS = ("key", "kind", "digest")
KINDS = ("need", "offer", "dispatch")  # each has a field, and so frequencies, of its own
OTHER = "other"
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


class LexicalIndex:
    """The words of every entry. Changes are seen by readers after `commit` (and `reload` in other processes)."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._index.register_tokenizer("tokens", _whitespace())
        self._writer: tantivy.IndexWriter | None = None

    @classmethod
    def open(cls, path: Path | None) -> LexicalIndex:
        """Open the index in the folder `path`, made if need be; None keeps it in memory."""
        if path is None:
            return cls(tantivy.Index(_schema()))
        path.mkdir(parents=True, exist_ok=True)
        return cls(tantivy.Index(_schema(), path=str(path)))

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

    def count(self, kind: str = "") -> int:
        """Return how many entries are visible, of one kind if it is given."""
        searcher = self._index.searcher()
        return int(searcher.doc_freq("kind", kind) if kind else searcher.num_docs)

    def frequencies(self, wanted: Iterable[str], *, kind: str) -> dict[str, int]:
        """Return in how many documents of one kind each token stands."""
        searcher, field = self._index.searcher(), _field(kind)
        return {token: int(searcher.doc_freq(field, token)) for token in wanted}

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
            for token in self._chosen(counts, kind)
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

    def _chosen(self, counts: Counter[str], kind: str) -> list[str]:
        """Return the distinct tokens worth asking for: rare ones first, frequent ones dropped."""
        known = {token: df for token, df in self.frequencies(counts, kind=kind).items() if df}
        ordered = sorted(known, key=lambda token: (known[token], token))
        total = self.count(kind)
        if total >= PRUNE_FROM:
            most = total * (PRUNE_ABOVE if total < LARGE else PRUNE_ABOVE_OF_LARGE)
            kept = [token for token in ordered if known[token] <= most]
            ordered = kept or ordered[:5]
        return ordered[:MOST_TOKENS]

    def _hit(self, searcher: tantivy.Searcher, score: float, address: tantivy.DocAddress) -> Hit:
        document = searcher.doc(address)
        return Hit(str(document.get_first("key")), str(document.get_first("kind")), float(score))

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=HEAP, num_threads=1)
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
