"""Where lists and the search box meet the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from keqiao.search import selectors as search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model, QuerySet

    Row = TypeVar("Row", bound=Model)

MOST_FOUND = 200


def narrowed(rows: QuerySet[Row], query: str, *, kind: str) -> QuerySet[Row] | Sequence[Row]:
    """Return ``rows`` as they are, or, where there are words, those that the index finds, best first."""
    if not query.strip():
        return rows
    codes = [hit.key for hit in search.find(query, kinds=(kind,), top=MOST_FOUND).hits]
    found = {row.code: row for row in rows.filter(code__in=codes)}  # type: ignore[attr-defined]
    return [found[code] for code in codes if code in found]
