"""Tables of the room: letters, and what came in them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.casework.models import Case


class Letter(models.Model):
    """One mail as it was brought in. ``thread`` is the Message-ID of the mail that its thread began with."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    message_id = models.CharField(max_length=260)
    thread = models.CharField(max_length=260)
    sender = models.CharField(max_length=300)
    to = models.CharField(max_length=300, default="")
    sent_at = models.DateTimeField(null=True)
    subject = models.CharField(max_length=300, default="")
    text = models.TextField(default="")
    is_shared = models.BooleanField(default=False)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "message_id"], name="correspondence_letter_once"
            )
        ]
        indexes = [models.Index(fields=["case", "thread"], name="correspondence_by_thread")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.message_id}"


class Enclosure(models.Model):
    """Something that came in a letter: kept when its kind may be kept, else only named (``content`` is empty)."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="enclosures")
    name = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    content = models.FileField(upload_to="letters/%Y/%m", max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return self.name
