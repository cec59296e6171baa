"""Tables of the room: studios, offers, evidence."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.offers.states import State
from keqiao.offers.types import EvidenceKind, Kind, Rights
from keqiao.organisations.models import Organisation
from keqiao.places.models import Industry, Region, Subject


class Studio(models.Model):
    """Where a person or an organisation shows what it can do; exactly one of the two owns it.

    A person has one studio; a university may have one for each team.
    """

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)
    about = models.TextField(default="")
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, null=True, related_name="studio"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="studios"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    capacity = models.PositiveSmallIntegerField(default=3)
    is_example = models.BooleanField(default=False)
    founded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person=None) ^ models.Q(organisation=None),
                name="offers_studio_one_owner",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Offer(models.Model):
    """One thing that a studio can do, has found, or owns."""

    code = models.CharField(max_length=12, unique=True)
    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, related_name="offers")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=80)
    description = models.TextField(default="")
    stage = models.PositiveSmallIntegerField(null=True)
    rights = models.CharField(max_length=12, choices=Rights.choices, default=Rights.UNKNOWN)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    industries = models.ManyToManyField(Industry, related_name="+")
    keywords = models.JSONField(default=list)
    capacity = models.PositiveSmallIntegerField(default=1)

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
            models.Index(fields=["state", "-opened_at"], name="offers_by_state"),
            models.Index(fields=["region", "state"], name="offers_by_region"),
            models.Index(fields=["subject", "state"], name="offers_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stage=None) | models.Q(stage__range=(1, 9)), name="offers_trl"
            ),
            models.CheckConstraint(
                condition=models.Q(capacity__range=(1, 50)), name="offers_capacity"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.OPEN)
                | models.Q(opened_at__isnull=False, reviewed_by__isnull=False),
                name="offers_open_is_reviewed",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by=None)
                | models.Q(author=None)
                | ~models.Q(reviewed_by=models.F("author")),
                name="offers_reviewer_is_not_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def is_sent_back(self) -> bool:
        """Tell whether the draft was handed in before and has come back from its reviewer."""
        return self.state == State.DRAFT and self.submitted_at is not None


class Backing(models.Model):
    """One piece of evidence behind an offer."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="backings")
    kind = models.CharField(max_length=10, choices=EvidenceKind.choices)
    text = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.text
