"""Tables of the room: milestones, outcomes, confirmations, what was asked after, and how the work was."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.casework.models import Case, Party
from keqiao.casework.types import Side
from keqiao.outcomes.states import State
from keqiao.outcomes.types import Answer, Kind, Use


class Milestone(models.Model):
    """Something to be delivered until a day, and when the asking side accepted it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="milestones")
    title = models.CharField(max_length=80)
    criteria = models.TextField(default="")
    due_on = models.DateField(null=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    delivered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    delivered_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    returned_note = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(delivered_at__isnull=False),
                name="outcomes_accepted_was_delivered",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Outcome(models.Model):
    """One thing that came of a case. Its content never changes: who errs voids it or enters a correction."""

    code = models.CharField(max_length=12, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="outcomes")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField()
    happened_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    people = models.PositiveIntegerField(null=True)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections"
    )
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    dispute = models.TextField(default="")
    disputed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.TextField(default="")
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    is_example = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["state", "confirmed_at"], name="outcomes_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=[State.CONFIRMED, State.CORRECTED])
                | models.Q(confirmed_at__isnull=False),
                name="outcomes_confirmed_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=Kind.CONTRACT) | models.Q(amount__isnull=False),
                name="outcomes_contract_has_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.kind}"


class Confirmation(models.Model):
    """One side's word that an outcome is true: by whom, for which party."""

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="confirmations")
    side = models.CharField(max_length=10, choices=Side.choices)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outcome", "side"], name="outcomes_one_word_a_side"),
            models.UniqueConstraint(fields=["outcome", "by"], name="outcomes_one_word_a_person"),
            models.CheckConstraint(
                condition=models.Q(side__in=[Side.ASKS, Side.ANSWERS]),
                name="outcomes_side_confirms",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} {self.side}"


class FollowUp(models.Model):
    """The question, some days after, what became of an outcome."""

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="follow_ups")
    days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    asked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_on"], name="outcomes_follow_up_due")]
        constraints = [
            models.UniqueConstraint(fields=["outcome", "days"], name="outcomes_asked_once")
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} +{self.days}"


class Told(models.Model):
    """What one side answered to such a question."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="told")
    side = models.CharField(max_length=10, choices=Side.choices)
    use = models.CharField(max_length=10, choices=Use.choices)
    text = models.TextField(default="")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "side"], name="outcomes_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.follow_up_id} {self.side}"


class Rating(models.Model):
    """One side's three plain answers about the work; read by others only when both sides have given theirs."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ratings")
    side = models.CharField(max_length=10, choices=Side.choices)
    kept_word = models.CharField(max_length=10, choices=Answer.choices)
    was_clear = models.CharField(max_length=10, choices=Answer.choices)
    would_again = models.CharField(max_length=10, choices=Answer.choices)
    text = models.TextField(default="")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "side"], name="outcomes_rated_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.side}"
