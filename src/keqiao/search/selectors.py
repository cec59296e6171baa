"""Questions to the index. What is found may be older than the rows by a moment: callers filter by visibility."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from keqiao.engine.fusion import reciprocal_rank
from keqiao.engine.lexical import Hit
from keqiao.engine.matching import Matcher
from keqiao.engine.types import Entry
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


def matcher() -> Matcher:
    """Return the engine's matcher over the index, the vectors and the rows of this moment."""
    return Matcher(
        lexical=readers.words(),
        lookup=_lookup,
        vectors=readers.vectors(),
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


def _lookup(keys: Iterable[str]) -> Mapping[str, Entry]:
    wanted = list(keys)
    found: dict[str, Entry] = {}
    for source in services.sources().values():
        found |= source.entries([key for key in wanted if key not in found])
    return found


def _near(query: str, kinds: Sequence[str], top: int) -> dict[str, str]:
    encoder, vectors = readers.encoder(), readers.vectors()
    if encoder is None or not len(vectors):
        return {}
    nearest = vectors.search(encoder.encode_queries([query])[0], top=top)
    keys = [key for key, cosine in nearest if cosine >= NEAR_ENOUGH]
    rows = Vector.objects.filter(key__in=keys, model=encoder.name)
    kind_of = dict(rows.values_list("key", "kind"))
    return {
        key: kind_of[key] for key in keys if key in kind_of and (not kinds or kind_of[key] in kinds)
    }
