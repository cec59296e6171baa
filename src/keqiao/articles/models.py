"""Tables of the room: dispatches."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.articles.states import State
from keqiao.places.models import Region


class Dispatch(models.Model):
    """One dispatch. ``source`` and ``ordinal`` say which page it came from, so that it comes in once."""

    code = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    headline = models.CharField(max_length=120)
    body = models.TextField()
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    byline = models.CharField(max_length=120, default="")
    dated = models.CharField(max_length=40, default="")
    facts = models.JSONField(default=dict)
    source = models.CharField(max_length=64, default="")
    ordinal = models.PositiveSmallIntegerField(default=0)
    brought_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    edited_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)
    is_example = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["state", "-published_at"], name="articles_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "ordinal"],
                condition=~models.Q(source=""),
                name="articles_once_per_page",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.PUBLISHED)
                | models.Q(published_at__isnull=False, edited_by__isnull=False),
                name="articles_published_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.headline}"
