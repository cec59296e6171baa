"""Tables of the room: proofs, and the head of their chain."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.places.models import Association
from keqiao.proofs.types import Kind


class Head(models.Model):
    """The last link: one row, locked by whoever issues."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="proofs_one_head")]

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:8]}"


class Proof(models.Model):
    """One paper: what it says as plain JSON, the SHA-256 of that and of the proof before it; never changed.

    Of a child's certificate ``holder`` is the guardian, and ``content`` names nobody: the name stands on paper,
    and its salted hash (``name_hash``) lets whoever has the paper check it. Void says that it stands no more, and why.
    """

    code = models.CharField(max_length=12, unique=True)
    number = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=40)  # subject key, such as a registration's code
    content = models.JSONField()
    salt = models.CharField(max_length=32)
    name_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)
    voided_at = models.DateTimeField(null=True)
    void_why = models.CharField(max_length=200, default="")

    class Meta:
        indexes = [models.Index(fields=["kind", "about"], name="proofs_about")]

    def __str__(self) -> str:
        return f"{self.code} {self.kind}"
