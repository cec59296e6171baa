"""Tables of the room: classes, and pupils of whom nothing is known but a name until a guardian confirms."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.classes.states import State
from keqiao.organisations.models import Organisation
from keqiao.registrations.models import Registration


class SchoolClass(models.Model):
    """A class that a teacher enters for a session; places are kept for its pupils until ``due_at``, then given back."""

    code = models.CharField(max_length=12, unique=True)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    teacher = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    due_at = models.DateTimeField(db_index=True)
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code


class Pupil(models.Model):
    """One place of a class. ``called`` is how the teacher knows the child, and is kept only while a guardian is asked.

    The key of the link is kept as its SHA-256; there is none before links were printed. ``registration`` is there from
    the moment a guardian confirmed; everything else about the child stands in the room of guardians.
    """

    school_class = models.ForeignKey(SchoolClass, on_delete=models.PROTECT, related_name="pupils")
    number = models.PositiveSmallIntegerField()
    called = models.CharField(max_length=60, default="")
    key_digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - none before links are printed
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    registration = models.OneToOneField(
        Registration, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_class", "number"], name="classes_one_pupil_a_number"
            ),
            models.UniqueConstraint(
                fields=["school_class", "called"],
                condition=models.Q(state=State.ASKED),
                name="classes_a_name_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.ASKED) | models.Q(called=""),
                name="classes_names_only_while_asked",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.CONFIRMED) | models.Q(registration__isnull=False),
                name="classes_confirmed_is_registered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_class_id} {self.number} {self.state}"  # never the name
