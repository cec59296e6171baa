"""Questions to the index. What is found may be older than the rows by a moment: callers filter by visibility."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Count, Model, QuerySet

from keqiao.engine.dense import EncoderUnavailable
from keqiao.engine.index import found, near
from keqiao.engine.lexical import Hit
from keqiao.engine.matching import Matcher
from keqiao.engine.together import together
from keqiao.journal import selectors as journal
from keqiao.search import keeper, readers, sources, vectors
from keqiao.search.types import Found, Status

LONGEST_QUERY = 500  # characters
MOST_NARROWED = 200  # of a list that is narrowed by words
NEAR_ENOUGH = 0.3  # share of the encoder's span below which anything is found for anything
log = logging.getLogger("keqiao.search")
Row = TypeVar("Row", bound=Model)


def find(text: str, *, kinds: Sequence[str] = (), top: int = 50) -> Found:
    """Return up to ``top`` hits of ``kinds`` by words and meaning, best first. Any text is plain words."""
    query = " ".join(text[:LONGEST_QUERY].split())
    if not query:
        return Found(())
    hits = found(readers.words(), query, lambda: _near(query, kinds, top), top=top, kinds=kinds)
    return Found(tuple(hits))


def narrowed(rows: QuerySet[Row], query: str, *, kind: str) -> QuerySet[Row] | Sequence[Row]:
    """Return ``rows`` (which have a code) as they are, or, where there are words, those that are found, best first."""
    if not query.strip():
        return rows
    codes = [hit.key for hit in find(query, kinds=(kind,), top=MOST_NARROWED).hits]
    among = {row.code: row for row in rows.filter(code__in=codes)}  # type: ignore[attr-defined]
    return [among[code] for code in codes if code in among]


def matcher(kind: str) -> Matcher:
    """Return the engine's matcher that looks for entries of ``kind``, over the index and the rows of this moment."""
    words, lookup, encoder = readers.words(), sources.by_kind()[kind].entries, readers.encoder()
    kept = readers.elsewhere()
    if kept is None or encoder is None:
        return Matcher(words, lookup, readers.vectors(kind), encoder)
    rows = kept.vectors(encoder.name, kind, encoder.dimensions)
    words_asked, rows_asked, look_up = together(words, rows, lookup)
    return Matcher(words_asked, look_up, rows_asked, encoder)


def status() -> Status:
    """Return how far the index is."""
    encoder, counts = readers.encoder(), vectors.living().order_by("model")
    return Status(
        journal_position=journal.last_position(),
        index_position=keeper.current().position()[0],
        entry_count=readers.words().count(),
        vector_counts=dict(counts.values_list("model").annotate(Count("pk"))),
        answering="" if encoder is None else encoder.name,
        is_changing=vectors.is_changing(),
        size=keeper.size(),
    )


def _near(query: str, kinds: Sequence[str], top: int) -> list[Hit]:
    encoder, kept = readers.encoder(), readers.all_vectors()
    wanted = {kind: rows for kind, rows in kept.items() if not kinds or kind in kinds}
    if encoder is None or not wanted:
        return []
    try:
        vector = encoder.encode_queries([query])[0]
    except EncoderUnavailable as trouble:
        log.warning("searched by words only: %s", trouble)
        return []
    least, most = encoder.span
    return near(wanted, vector, top=top, least=least + NEAR_ENOUGH * (most - least))
