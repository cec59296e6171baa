"""Questions about reviews; whoever asks has been let into the entry by the room above."""

from __future__ import annotations

from django.db.models import QuerySet

from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.journal.types import Subject
from keqiao.reviews.models import Review
from keqiao.reviews.types import Decision


def about(subject: Subject) -> QuerySet[Review]:
    """Return every review of an entry, newest first."""
    rows = Review.objects.filter(subject_kind=subject.kind, subject_key=subject.key)
    return rows.select_related("by").order_by("-revision")


def by_person(person: Person) -> QuerySet[Review]:
    """Return every review that a person wrote, newest first."""
    return Review.objects.filter(by=person).order_by("-at", "-pk")


def to_answer(subject: Subject) -> Review | None:
    """Return the review that the author answers now: the newest one, when it sent the entry back."""
    newest = about(subject).first()
    return newest if newest is not None and newest.decision == Decision.SENT_BACK else None


def advice(subject: Subject) -> Review | None:
    """Return the review with which an entry was opened, when it said something to the author."""
    newest = about(subject).first()
    is_open = newest is not None and newest.decision == Decision.OPENED
    return newest if newest is not None and is_open and newest.said else None


def held_about(person: Person) -> Held:
    """Return what is held about a person: reviews given."""
    rows = Review.objects.filter(by=person).order_by("pk")
    return {
        "reviews": [
            {
                "code": one.subject_key,
                "decision": one.decision,
                "comments": [said.text for said in one.said],
                "at": one.at,
            }
            for one in rows
        ]
    }
