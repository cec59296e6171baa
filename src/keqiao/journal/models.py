"""Tables of the journal: entries, and the head of their chain."""

from __future__ import annotations

from django.db import models


class Head(models.Model):
    """The last link: one row, locked by whoever records, so that positions follow the order of commits."""

    position = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="journal_one_head")]

    def __str__(self) -> str:
        return f"{self.position} {self.hash[:8]}"


class Entry(models.Model):
    """One thing that happened. Never changed, never deleted: the database refuses both."""

    position = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject_key = models.CharField(max_length=80)
    actor_id = models.BigIntegerField(null=True)
    is_success = models.BooleanField(default=True)
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["subject_kind", "subject_key", "position"], name="journal_subject"
            ),
            models.Index(fields=["actor_id", "position"], name="journal_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.action} {self.subject_kind}:{self.subject_key}"
