"""The table of the room: sheets."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.organisations.models import Organisation
from keqiao.sheets.states import State


class Sheet(models.Model):
    """One upload: its lines as they were shown; once applied, the needs that it made and the lines with a problem."""

    code = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    held_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    lines = models.JSONField(default=list)
    made = models.JSONField(default=list)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "held_at"], name="sheets_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=State.APPLIED) ^ models.Q(applied_at=None),
                name="sheets_applied_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
