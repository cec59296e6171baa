"""How an activity looks to search."""

from __future__ import annotations

from collections.abc import Iterable

from keqiao.activities.models import Activity
from keqiao.activities.states import State
from keqiao.engine.types import Entry

KIND = "activity"


def entries(codes: Iterable[str]) -> dict[str, Entry]:
    """Return the index entries of those ``codes`` that are published; the others are absent."""
    rows = Activity.objects.filter(code__in=list(codes), state=State.OPEN)
    found = rows.select_related("association").prefetch_related("themes")
    return {row.code: _entry(row) for row in found}


def open_codes() -> list[str]:
    """Return the codes of all activities that belong in the index."""
    rows = Activity.objects.filter(state=State.OPEN).order_by("pk")
    return list(rows.values_list("code", flat=True))


def _entry(row: Activity) -> Entry:
    return Entry(
        key=row.code,
        kind=KIND,
        title=row.title,
        text=row.about,
        region=row.association.region_id,
        keywords=tuple(sorted(one.name for one in row.themes.all())),
    )
