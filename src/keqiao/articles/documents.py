"""How a dispatch looks to search."""

from __future__ import annotations

from collections.abc import Iterable

from keqiao.articles.models import Dispatch
from keqiao.articles.states import State
from keqiao.engine.types import Entry

KIND = "dispatch"


def entries(codes: Iterable[str]) -> dict[str, Entry]:
    """Return the index entries of those ``codes`` that are published; the others are absent."""
    rows = Dispatch.objects.filter(code__in=list(codes), state=State.PUBLISHED)
    return {
        row.code: Entry(
            key=row.code, kind=KIND, title=row.headline, text=row.body, region=row.region_id or ""
        )
        for row in rows
    }


def open_codes() -> list[str]:
    """Return the codes of all dispatches that belong in the index."""
    rows = Dispatch.objects.filter(state=State.PUBLISHED).order_by("pk")
    return list(rows.values_list("code", flat=True))
