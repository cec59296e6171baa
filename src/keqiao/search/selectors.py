"""Questions to the index. What is found may be older than the rows by a moment: callers filter by visibility."""

from __future__ import annotations

from collections.abc import Sequence

from keqiao.engine.fusion import reciprocal_rank
from keqiao.engine.lexical import Hit
from keqiao.engine.matching import Matcher
from keqiao.journal import selectors as journal
from keqiao.search import generation, readers, services
from keqiao.search.models import Vector
from keqiao.search.types import Found, Status

LONGEST_QUERY = 500  # characters
NEAR_ENOUGH = 0.83  # cosine below which E5 finds anything for anything


def find(text: str, *, kinds: Sequence[str] = (), top: int = 50) -> Found:
    """Return up to ``top`` hits of ``kinds`` by words and meaning, best first. Any text is plain words."""
    query = " ".join(text[:LONGEST_QUERY].split())
    if not query:
        return Found(())
    by_words = readers.words().search(query, top=top, kinds=kinds)
    known = {hit.key: hit.kind for hit in by_words}
    near = _near(query, kinds, top)
    known |= near
    fused = reciprocal_rank([[hit.key for hit in by_words], list(near)])
    hits = [Hit(key, known[key], score) for key, score in fused]
    return Found(tuple(hits[:top]))


def matcher(kind: str) -> Matcher:
    """Return the engine's matcher that looks for entries of ``kind``, over the index and the rows of this moment."""
    return Matcher(
        lexical=readers.words(),
        lookup=services.sources()[kind].entries,
        vectors=readers.vectors(kind),
        encoder=readers.encoder(),
    )


def status() -> Status:
    """Return how far the index is."""
    folder = generation.current()
    return Status(
        journal_position=journal.last_position(),
        index_position=generation.position(folder),
        entry_count=readers.words().count(),
        vector_count=Vector.objects.count(),
        size=generation.size(folder),
    )


def _near(query: str, kinds: Sequence[str], top: int) -> dict[str, str]:
    encoder, vectors = readers.encoder(), readers.all_vectors()
    wanted = {kind: rows for kind, rows in vectors.items() if not kinds or kind in kinds}
    if encoder is None or not wanted:
        return {}
    vector = encoder.encode_queries([query])[0]
    near = [
        (cosine, key, kind)
        for kind, rows in wanted.items()
        for key, cosine in rows.search(vector, top=top)
        if cosine >= NEAR_ENOUGH
    ]
    ordered = sorted(near, key=lambda hit: (-hit[0], hit[1]))
    return {key: kind for _cosine, key, kind in ordered[:top]}
