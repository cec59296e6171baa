"""Questions about what follows."""

from __future__ import annotations

from django.db.models import QuerySet

from keqiao.reactions.models import Cursor, Failure


def positions() -> dict[str, int]:
    """Return how far each follower has come."""
    return dict(Cursor.objects.order_by("name").values_list("name", "position"))


def failures() -> QuerySet[Failure]:
    """Return what could not be done and still is not, oldest first."""
    return Failure.objects.filter(resolved_at=None).order_by("first_at", "pk")
