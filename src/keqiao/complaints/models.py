"""Tables of the room: complaints, who may not handle them, and their steps."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import MOST_EMAIL, Person
from keqiao.complaints.states import State
from keqiao.complaints.types import Kind, Measure, Thing
from keqiao.organisations.models import Organisation
from keqiao.places.models import Region


class Complaint(models.Model):
    """One complaint. ``desk`` is the region whose association handles it; once raised, only its administrators do.

    ``key_digest`` is the SHA-256 of the key in the secret link. By ``act_on`` the desk has to do its next step, by
    ``due_on`` the answer is due.
    """

    code = models.CharField(max_length=12, unique=True)
    key_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField()
    contact = models.EmailField(max_length=MOST_EMAIL, default="")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    thing = models.CharField(max_length=14, choices=Thing.choices)
    thing_code = models.CharField(max_length=20, default="")
    path = models.CharField(max_length=200)
    title = models.CharField(max_length=120, default="")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )

    desk = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    is_raised = models.BooleanField(default=False)
    handler = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    act_on = models.DateField()
    due_on = models.DateField()
    received_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    objected_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["desk", "state", "act_on"], name="complaints_by_desk"),
            models.Index(fields=["state", "act_on"], name="complaints_acting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=State.TAKEN) | models.Q(handler__isnull=False),
                name="complaints_taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.ANSWERED) | models.Q(answered_at__isnull=False),
                name="complaints_answered_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.kind}"


class Barred(models.Model):
    """Somebody who may not handle a complaint: is behind the thing, wrote the complaint, gave the disputed answer."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="barred")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "person"], name="complaints_barred_once")
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.person_id}"


class Step(models.Model):
    """One step of a complaint; ``text`` of an answer and of an objection goes to the other side."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=10)
    text = models.TextField(default="")
    measure = models.CharField(max_length=10, choices=Measure.choices, default="")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.verb}"
