"""Tables of the room: minors in sessions, consents of their guardians, what was deleted."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.guardians.types import Purpose, Why


class Minor(models.Model):
    """What one session needs to know of one child, and nothing else; a deleted row keeps none of it.

    ``guardian`` has a log-in, or is None, and then name and telephone are those of whoever confirmed by a teacher's
    link. ``answers`` are to the activity's own questions. ``kept_days`` after the session's end were promised when
    consent was given; ``delete_on`` is the first local day on which the fields may be kept no more, and follows a
    session that moves.
    """

    code = models.CharField(max_length=12, unique=True)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    guardian = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    guardian_name = models.CharField(max_length=60, default="")
    guardian_phone = models.CharField(max_length=30, default="")
    name = models.CharField(max_length=60, default="")
    born_on = models.DateField(null=True)
    school = models.CharField(max_length=80, default="")
    grade = models.CharField(max_length=20, default="")
    emergency_name = models.CharField(max_length=60, default="")
    emergency_phone = models.CharField(max_length=30, default="")
    health_note = models.TextField(default="")
    answers = models.JSONField(default=dict)
    entered_at = models.DateTimeField(default=timezone.now)
    kept_days = models.PositiveSmallIntegerField()
    delete_on = models.DateField(db_index=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "guardian", "name", "born_on"],
                condition=models.Q(deleted_at=None),
                name="guardians_a_child_once",
            ),
            models.CheckConstraint(
                condition=models.Q(deleted_at=None)
                | models.Q(
                    name="",
                    born_on=None,
                    school="",
                    grade="",
                    emergency_name="",
                    emergency_phone="",
                    health_note="",
                    guardian_name="",
                    guardian_phone="",
                    answers={},
                ),
                name="guardians_deleted_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.code  # never the name: rows are printed in logs


class Consent(models.Model):
    """One guardian's consent to one purpose, with the sentence that was shown; withdrawn, never deleted.

    ``given_by`` is None when it was given by a teacher's link.
    """

    minor = models.ForeignKey(Minor, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    shown = models.TextField()
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["minor", "purpose"],
                condition=models.Q(withdrawn_at=None),
                name="guardians_one_live_consent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.minor_id} {self.purpose}"


class Deletion(models.Model):
    """That something was deleted: of which session, how many children, which fields, why; nothing of what it was."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=10, choices=Why.choices)
    minors = models.PositiveIntegerField()
    fields = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.session_id} {self.why} {self.minors}"
