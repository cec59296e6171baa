"""The table of the room: reviews."""

from __future__ import annotations

from django.db import models
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.reviews.types import BEST, ENOUGH, Comment, Criterion, Decision, Scores

_NO_ZERO = models.Q(**{f"{one.value}__gte": 1 for one in Criterion})
_IN_RANGE = models.Q(**{f"{one.value}__range": (0, BEST) for one in Criterion})
_ENOUGH = models.Q(
    GreaterThanOrEqual(
        models.F("clarity") + models.F("figures") + models.F("cooperation") + models.F("rules"),
        ENOUGH,
    )
)


class Review(models.Model):
    """One decision about one revision of an entry. Never changed, but for ``seen``.

    ``seen`` holds the texts as they were sent back, by field, so that the next round shows what changed; the next
    decision empties it.
    """

    subject_kind = models.CharField(max_length=30)
    subject_key = models.CharField(max_length=80)
    revision = models.PositiveIntegerField()
    decision = models.CharField(max_length=10, choices=Decision.choices)
    clarity = models.PositiveSmallIntegerField()
    figures = models.PositiveSmallIntegerField()
    cooperation = models.PositiveSmallIntegerField()
    rules = models.PositiveSmallIntegerField()
    comments = models.JSONField(default=list)
    seen = models.JSONField(default=dict)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_key", "revision"], name="reviews_once_a_revision"
            ),
            models.CheckConstraint(condition=_IN_RANGE, name="reviews_scores"),
            models.CheckConstraint(
                condition=~models.Q(decision=Decision.OPENED) | (_NO_ZERO & _ENOUGH),
                name="reviews_opened_is_enough",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_key} {self.revision} {self.decision}"

    @property
    def scores(self) -> Scores:
        """Return the four scores."""
        return Scores(self.clarity, self.figures, self.cooperation, self.rules)

    @property
    def said(self) -> list[Comment]:
        """Return the comments in their order."""
        return [Comment(one["text"], one["field"]) for one in self.comments]
