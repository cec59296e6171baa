"""Tables of the room: versions of a contract's draft."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.casework.models import Case


class Draft(models.Model):
    """One version, never changed: what was entered, by the names of ``types.FIELDS``, as text."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="drafts")
    version = models.PositiveIntegerField()
    entered = models.JSONField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="contracts_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} v{self.version}"
