"""Questions about grants."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet

from keqiao.access.models import Grant
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.places import selectors as places
from keqiao.places.models import Association


def holders(role: Role, region_code: str) -> QuerySet[Person]:
    """Return the active persons who hold ``role`` where ``region_code`` lies: ``policies.may``, asked once for all."""
    live = Grant.objects.filter(
        role=role,
        ended_at=None,
        association__is_active=True,
        association__kind=Association.Kind.ASSOCIATION,
        association__region__in=[*places.lineage_codes(region_code), settings.HOME_REGION],
    )
    return Person.objects.filter(is_active=True, pk__in=live.values("person"))
