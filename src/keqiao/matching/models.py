"""Tables of the room: runs and their suggestions, refusals, brokers' judgements."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.matching.types import Grade, RefusalReason, SubjectKind
from keqiao.needs.models import Need
from keqiao.offers.models import Offer, Studio


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


class Refusal(models.Model):
    """A studio said that it will not answer a need; the pair is not suggested again."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="+")
    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=14, choices=RefusalReason.choices)
    text = models.CharField(max_length=500, default="")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["need", "studio"], name="matching_refused_once")
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.studio_id} {self.reason}"


class Judgement(models.Model):
    """What a broker thinks of a pair, beside what the engine thought then; the last one of a broker counts.

    ``rank`` and ``score`` are the engine's in that moment, None when it had not suggested the pair.
    """

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    grade = models.PositiveSmallIntegerField(choices=Grade.choices)
    why = models.CharField(max_length=500, default="")
    engine = models.CharField(max_length=60, default="")
    rank = models.PositiveSmallIntegerField(null=True)
    score = models.FloatField(null=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["need", "offer"], name="matching_judged")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(grade__range=(0, 3)), name="matching_grade_0_to_3"
            )
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.offer_id} {self.grade}"
