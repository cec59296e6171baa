"""How an entry of a sister looks to search: a kind of its own, so that it never stands among our own."""

from __future__ import annotations

from collections.abc import Iterable

from keqiao.engine.types import Entry
from keqiao.sisters.models import SisterEntry
from keqiao.sisters.types import KIND


def entries(keys: Iterable[str]) -> dict[str, Entry]:
    """Return the index entries of those ``keys`` that are not withdrawn; the others are absent."""
    rows = SisterEntry.objects.filter(key__in=list(keys), withdrawn_at=None)
    return {row.key: entry(row) for row in rows}


def entry(row: SisterEntry) -> Entry:
    """Return the entry as everybody may find it."""
    return Entry(
        key=row.key,
        kind=KIND,
        title=row.title,
        text=row.text,
        owner=f"sister:{row.sister_id}",
        region=row.region_id or "",
        industries=tuple(row.industries),
        subject=row.subject_id or "",
        stage=row.stage,
        keywords=tuple(row.keywords),
    )


def open_codes() -> list[str]:
    """Return the keys of all entries that belong in the index."""
    rows = SisterEntry.objects.filter(withdrawn_at=None).order_by("pk")
    return list(rows.values_list("key", flat=True))
