"""Tables of the room: grants."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.places.models import Association


class Grant(models.Model):
    """One role of one person on one node of the association tree; ended, never deleted."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "association", "role"],
                condition=models.Q(ended_at=None),
                name="access_one_live_grant",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} @{self.association_id}"
