"""Tables of the room: who came, heads counted, what was said afterwards."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.attendance.types import Answer
from keqiao.registrations.models import Registration


class CheckIn(models.Model):
    """That somebody was there: one row of a registration stands, those before it were undone.

    ``press`` is the number that a phone gave the press, so that it counts once however often it is delivered.
    ``arrived_at`` is when it was pressed, as far as the phone's clock is to be believed; ``received_at`` is ours.
    ``is_admitted`` is None for whoever came without a place, until the leader decides.
    """

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="check_ins"
    )
    press = models.UUIDField(unique=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    is_admitted = models.BooleanField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=models.Q(undone_at=None),
                name="attendance_came_once",
            ),
            models.CheckConstraint(
                condition=models.Q(arrived_at__lte=models.F("received_at")),
                name="attendance_arrived_before_told",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by=None)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="attendance_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.arrived_at:%Y-%m-%d %H:%M}"


class HeadCount(models.Model):
    """How many came to a session without counted places; the newest row stands."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="head_counts")
    count = models.PositiveIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.session_id} {self.count}"


class Feedback(models.Model):
    """Three answers and a text after a session, once for each who came; of a child, the guardian's."""

    registration = models.OneToOneField(
        Registration, on_delete=models.PROTECT, related_name="feedback"
    )
    understood = models.CharField(max_length=10, choices=Answer.choices)
    learned = models.CharField(max_length=10, choices=Answer.choices)
    comes_again = models.CharField(max_length=10, choices=Answer.choices)
    text = models.TextField(default="")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.registration_id} {self.at:%Y-%m-%d}"
