"""Questions about what follows."""

from __future__ import annotations

from django.db.models import QuerySet

from keqiao.journal.models import Entry
from keqiao.reactions.followers import IMPRINTS
from keqiao.reactions.models import Cursor, Failure
from keqiao.search import imprints


def positions() -> dict[str, int]:
    """Return how far each follower has come."""
    return dict(Cursor.objects.order_by("name").values_list("name", "position"))


def uncompared() -> int:
    """Return how many changes of needs and offers are not looked at for twins yet."""
    reached = positions().get(IMPRINTS, 0)
    return Entry.objects.filter(position__gt=reached, subject_kind__in=imprints.kinds()).count()


def failures() -> QuerySet[Failure]:
    """Return what could not be done and still is not, oldest first."""
    return Failure.objects.filter(resolved_at=None).order_by("first_at", "pk")
