"""The only writer of reviews."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict

from django.db import transaction

from keqiao.accounts.models import Person
from keqiao.journal.types import Subject
from keqiao.reviews import intake
from keqiao.reviews.models import Review
from keqiao.reviews.types import Comment, Decision, Scores, Verdict


def weigh(
    decision: Decision, scores: Scores, comments: Sequence[Comment], *, fields: Collection[str]
) -> Verdict:
    """Return the verdict that these grounds allow; raise Invalid when they do not. Comments are about ``fields``."""
    intake.check_scores(scores)
    said = intake.cleaned(comments, fields=fields)
    if decision == Decision.OPENED:
        intake.refuse_too_low(scores)
    else:
        intake.refuse_silent(said)
    return Verdict(decision, scores, tuple(said))


@transaction.atomic
def keep(
    subject: Subject, verdict: Verdict, *, by: Person, revision: int, seen: Mapping[str, str]
) -> Review:
    """Keep a verdict for good, in the transaction of the change that it decides, which is recorded there.

    ``seen`` is the entry as the reviewer saw it, as text by field: kept until the next decision when it goes back.
    """
    of_subject = Review.objects.filter(subject_kind=subject.kind, subject_key=subject.key)
    of_subject.exclude(seen={}).update(seen={})
    kept = Review(
        subject_kind=subject.kind,
        subject_key=subject.key,
        revision=revision,
        decision=verdict.decision,
        comments=[asdict(one) for one in verdict.comments],
        seen=dict(seen) if verdict.decision == Decision.SENT_BACK else {},
        by=by,
        **verdict.scores.by_criterion(),
    )
    kept.save(force_insert=True)
    return kept


@transaction.atomic
def erase(subject: Subject, *, by: Person | None) -> int:  # noqa: ARG001 - recorded with the erasure that asks for it
    """Take the words out of every review of an entry whose own words are erased; scores and decisions stay.

    Called in the transaction of that erasure, which is what the journal records. Return how many reviews it was.
    """
    of_subject = Review.objects.filter(subject_kind=subject.kind, subject_key=subject.key)
    return of_subject.update(comments=[], seen={})
