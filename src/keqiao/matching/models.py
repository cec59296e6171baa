"""Tables of the room: runs and their suggestions."""

from __future__ import annotations

from django.db import models

from keqiao.matching.types import SubjectKind
from keqiao.needs.models import Need
from keqiao.offers.models import Offer


class Run(models.Model):
    """One finished question to the engine, asked for one need or one offer; only the current one counts.

    ``missing`` holds reasons as JSON, private words included; ``position`` is where the journal
    stood.
    """

    subject_kind = models.CharField(max_length=10, choices=SubjectKind.choices)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, null=True, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, related_name="+")
    engine = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    position = models.BigIntegerField()
    candidates_count = models.PositiveIntegerField()
    is_good = models.BooleanField()
    missing = models.JSONField(default=list)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(subject_kind="need", need__isnull=False, offer=None)
                | models.Q(subject_kind="offer", need=None, offer__isnull=False),
                name="matching_run_has_one_subject",
            ),
            models.UniqueConstraint(
                fields=["need"],
                condition=models.Q(is_current=True, subject_kind="need"),
                name="matching_one_current_run_per_need",
            ),
            models.UniqueConstraint(
                fields=["offer"],
                condition=models.Q(is_current=True, subject_kind="offer"),
                name="matching_one_current_run_per_offer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.need_id or self.offer_id} {self.finished_at}"


class Suggestion(models.Model):
    """One answer of a run. Scores go from 0 to 100 and are the sum of the points of their parts.

    ``parts`` may name private words of the need. ``public_score`` and ``public_parts`` come from
    its public version; without a public score the suggestion is for the need's owner and the
    staff only.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="suggestions")
    rank = models.PositiveSmallIntegerField()
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    score = models.FloatField()
    parts = models.JSONField(default=list)
    public_score = models.FloatField(null=True)
    public_parts = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "rank"], name="matching_one_of_each_rank"),
            models.UniqueConstraint(
                fields=["run", "need", "offer"], name="matching_suggested_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} #{self.rank}"
