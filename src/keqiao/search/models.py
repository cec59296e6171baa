"""Tables of the room: the vectors of entries."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Vector(models.Model):
    """The meaning of one entry as one model sees it: 384 little-endian float32, a unit row.

    ``digest`` is that of the entry it was made from; an entry with another digest waits for a new
    one.
    """

    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=30)
    model = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    vector = models.BinaryField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "model"], name="search_one_vector_per_model")
        ]
        indexes = [models.Index(fields=["model", "changed_at"], name="search_vectors_by_change")]

    def __str__(self) -> str:
        return f"{self.key} {self.model}"
