"""Tables of the room: invitations, and the questions and replies about them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.casework.models import Case
from keqiao.invitations.states import WAITING, State
from keqiao.matching.types import RefusalReason
from keqiao.needs.models import Need
from keqiao.offers.models import Offer, Studio


class Invitation(models.Model):
    """One studio asked to answer one need of a case; ``offer`` is what the broker had in mind, if a single one."""

    code = models.CharField(max_length=12, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="invitations")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="+")
    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, related_name="invitations")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    text = models.TextField(default="")
    due_on = models.DateField()
    reason = models.CharField(max_length=14, choices=RefusalReason.choices, default="")
    reason_text = models.CharField(max_length=500, default="")
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="invitations_waiting")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "studio"],
                condition=models.Q(state__in=WAITING),
                name="invitations_one_waiting",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.REFUSED) ^ models.Q(reason=""),
                name="invitations_refused_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Word(models.Model):
    """A question of the studio, or the broker's reply to it."""

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="words")
    text = models.TextField()
    is_reply = models.BooleanField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.at}"
