"""Tables of the room: tokens, and what callers have spent in a minute."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person


class Token(models.Model):
    """One secret of one person. ``prefix`` is the part of it that is shown; the whole is kept as SHA-256 only."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="tokens_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"


class Window(models.Model):
    """What one caller has spent in the minute that began at ``starts_at``."""

    key = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    spent = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "starts_at"], name="tokens_one_window")
        ]
        indexes = [models.Index(fields=["starts_at"], name="tokens_old_windows")]

    def __str__(self) -> str:
        return f"{self.key} {self.starts_at}"
