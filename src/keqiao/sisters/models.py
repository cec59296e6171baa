"""Tables of the room: sisters and their entries."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.places.models import Region, Subject
from keqiao.sisters.states import State
from keqiao.sisters.types import Kind, Trouble


class Sister(models.Model):
    """Another platform. ``key`` is her public key, pinned when an operator compared its fingerprint.

    ``position`` is how far her feed is read, ``issued_at`` when the last page was written there.
    """

    code = models.CharField(max_length=12, unique=True)
    address = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)
    position = models.BigIntegerField(default=0)
    issued_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField(default=timezone.now)
    last_read_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(default=timezone.now)
    trouble = models.CharField(max_length=12, choices=Trouble.choices, default=Trouble.NONE)
    detail = models.CharField(max_length=60, default="")
    failure_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[State.FAILED, State.KEY_CHANGED])
                ^ models.Q(trouble=Trouble.NONE),
                name="sisters_trouble_has_a_name",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SisterEntry(models.Model):
    """A public need or offer of a sister, as she tells it. What she withdrew says nothing any more.

    ``code`` is hers, ``key`` ours: unique among everything that search knows.
    """

    sister = models.ForeignKey(Sister, on_delete=models.CASCADE, related_name="entries")
    code = models.CharField(max_length=20)
    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    url = models.CharField(max_length=300, default="")
    title = models.CharField(max_length=80, default="")
    text = models.TextField(default="")
    studio = models.CharField(max_length=80, default="")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    industries = models.JSONField(default=list)
    stage = models.PositiveSmallIntegerField(null=True)
    keywords = models.JSONField(default=list)
    cooperation = models.JSONField(default=list)
    is_example = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["withdrawn_at", "-opened_at"], name="sisters_entries_newest")
        ]
        constraints = [
            models.UniqueConstraint(fields=["sister", "code"], name="sisters_one_entry_per_code"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) ^ models.Q(title="", text="", url=""),
                name="sisters_withdrawn_says_nothing",
            ),
            models.CheckConstraint(
                condition=models.Q(stage=None) | models.Q(stage__range=(1, 9)), name="sisters_trl"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"
