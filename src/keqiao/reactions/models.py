"""Tables of the room: how far each follower has come, and what it could not do."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Cursor(models.Model):
    """The position of the last journal entry that a follower has done with."""

    name = models.CharField(max_length=40, unique=True)
    position = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} {self.position}"


class Failure(models.Model):
    """One entry that a follower could not handle; resolved when a later attempt succeeds."""

    reaction = models.CharField(max_length=40)
    position = models.BigIntegerField()
    error = models.CharField(max_length=300)
    attempts = models.PositiveSmallIntegerField(default=1)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reaction", "position"], name="reactions_one_failure_per_entry"
            )
        ]
        indexes = [
            models.Index(
                fields=["reaction", "position"],
                condition=models.Q(resolved_at=None),
                name="reactions_unresolved",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reaction} {self.position}"
