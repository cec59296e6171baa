"""Tables of the room: needs and their attached files."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.needs.states import State
from keqiao.needs.types import Resolution
from keqiao.organisations.models import Organisation
from keqiao.places.models import Industry, Region, Subject

MOST_BUDGET = 10_000_000  # 10,000 yuan


class Need(models.Model):
    """One need. ``public_*`` is what everybody reads; all else is for its owner and the staff."""

    code = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    resolution = models.CharField(max_length=10, choices=Resolution.choices, default="")
    revision = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="needs"
    )

    title = models.CharField(max_length=80)
    wanted = models.TextField(default="")
    tried = models.TextField(default="")
    targets = models.TextField(default="")
    limits = models.TextField(default="")
    stage = models.PositiveSmallIntegerField(null=True)
    cooperation = models.JSONField(default=list)
    budget_low = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    budget_high = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    deadline_on = models.DateField(null=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    industry = models.ForeignKey(Industry, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    keywords = models.JSONField(default=list)
    proposed = models.JSONField(
        default=list
    )  # fields that the clarifier filled and nobody accepted yet
    secrets = models.JSONField(
        default=list
    )  # words that the owner wants kept out of the public version
    public_title = models.CharField(max_length=80, default="")
    public_text = models.TextField(default="")

    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    expires_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    is_example = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-opened_at"], name="needs_by_state"),
            models.Index(fields=["region", "state"], name="needs_by_region"),
            models.Index(fields=["industry", "state"], name="needs_by_industry"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stage=None) | models.Q(stage__range=(1, 9)), name="needs_trl"
            ),
            models.CheckConstraint(
                condition=models.Q(budget_low=None)
                | models.Q(budget_high=None)
                | models.Q(budget_low__lte=models.F("budget_high")),
                name="needs_budget_order",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.CLOSED) ^ models.Q(resolution=""),
                name="needs_closed_has_resolution",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[State.OPEN, State.IN_CASE])
                | models.Q(
                    region__isnull=False, opened_at__isnull=False, reviewed_by__isnull=False
                ),
                name="needs_open_is_reviewed",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by=None) | ~models.Q(reviewed_by=models.F("author")),
                name="needs_reviewer_is_not_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def is_sent_back(self) -> bool:
        """Tell whether the draft was handed in before and has come back from its reviewer."""
        return self.state == State.DRAFT and self.submitted_at is not None


class Hand(models.Model):
    """Somebody who wrote a need or carried it as a broker, and so never reviews it."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="hands")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["need", "person"], name="needs_hand_once")]

    def __str__(self) -> str:
        return f"{self.need_id} {self.person_id}"


class Attachment(models.Model):
    """A file beside the private version of a need."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    content = models.FileField(upload_to="needs/%Y/%m", max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
