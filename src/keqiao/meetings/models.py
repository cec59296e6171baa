"""Tables of the room: meetings and the seats at their table."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.casework.models import Case, Party
from keqiao.meetings.states import State


class Meeting(models.Model):
    """A meeting of parties, its invitation (``sequence`` counts its changes) and its minutes."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="meetings")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    sequence = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=80)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=120, default="")
    agenda = models.TextField(default="")
    minutes = models.TextField(default="")
    decisions = models.JSONField(default=list)  # [{"text", "who", "due_on", "party", "task"}]
    called_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(default=timezone.now)
    held_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at")),
                name="meetings_have_length",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Seat(models.Model):
    """A party that is invited to a meeting; ``names`` are those who came for it, ``is_absent`` says that nobody did."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="seats")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    names = models.CharField(max_length=200, default="")
    is_absent = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "party"], name="meetings_one_seat_each"),
            models.CheckConstraint(
                condition=models.Q(is_absent=False) | models.Q(names=""),
                name="meetings_absent_has_no_names",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.party_id}"
