"""More tables of the room: what was drawn for a spot check, and what reviewers said of a project."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.places.models import Association
from keqiao.volunteering.states import ReviewState
from keqiao.volunteering.types import Finding, Result


class Draw(models.Model):
    """Checked entries of a month, drawn at random by a recorded seed: whoever has the seed draws the same."""

    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="+")
    month_on = models.DateField()  # its first day
    seed = models.CharField(max_length=64)
    among_count = models.PositiveIntegerField()
    drawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.association_id} {self.month_on}"


class Sample(models.Model):
    """One drawn entry, and what was found."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="samples")
    place = models.PositiveSmallIntegerField()
    hours = models.ForeignKey("Hours", on_delete=models.PROTECT, related_name="samples")
    finding = models.CharField(max_length=10, choices=Finding.choices, default="")
    text = models.CharField(max_length=300, default="")
    found_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    found_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "hours"], name="volunteering_drawn_once")
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.place}"


class Review(models.Model):
    """The review at the end of a project (结项评审). ``evidence`` is gathered when it opens; all score the same file.

    ``criteria`` are [{"name", "weight"}].
    """

    code = models.CharField(max_length=12, unique=True)
    project = models.ForeignKey("Project", on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=10, choices=ReviewState.choices, default=ReviewState.OPEN)
    criteria = models.JSONField()
    evidence = models.JSONField()
    gathered_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    result = models.CharField(max_length=10, choices=Result.choices, default="")
    advice = models.TextField(default="")
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(state=ReviewState.OPEN),
                name="volunteering_one_open_review",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ReviewState.DECIDED) ^ models.Q(result=""),
                name="volunteering_decided_has_result",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Reviewer(models.Model):
    """Somebody invited to a review, and their scores: one number of 0 to 100 for each criterion."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="reviewers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    scores = models.JSONField(default=list)
    text = models.TextField(default="")
    scored_at = models.DateTimeField(null=True)
    declined_why = models.CharField(max_length=200, default="")
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "person"], name="volunteering_invited_once"),
            models.CheckConstraint(
                condition=models.Q(scored_at=None) | models.Q(declined_at=None),
                name="volunteering_scores_or_declines",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.person_id}"
