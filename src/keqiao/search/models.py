"""Tables of the room: the vectors of entries, and their imprints."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Vector(models.Model):
    """The meaning of one entry as one model sees it: 384 little-endian float32, a unit row.

    ``digest`` is that of the entry it was made from; an entry with another digest waits for a new
    one. When the entry is gone, both are empty for a while: so whoever holds vectors hears of it.
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


class Reading(models.Model):
    """That one model has read every entry there was, and may answer."""

    model = models.CharField(max_length=60, unique=True)
    finished_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.model


class Imprint(models.Model):
    """What is kept of one submitted entry to find its twins: whose it is, and its traces.

    ``digest`` is that of the entry it was made from and of how imprints are made.
    """

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=30)
    owner = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.key


class Trace(models.Model):
    """One number of an imprint: a sampled shingle or a sentence, as the engine marks them."""

    imprint = models.ForeignKey(Imprint, on_delete=models.CASCADE, related_name="traces")
    value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["value", "imprint"], name="search_traces_by_value")]

    def __str__(self) -> str:
        return str(self.value)
