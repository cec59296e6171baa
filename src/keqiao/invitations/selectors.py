"""Questions about invitations."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case as When
from django.db.models import Prefetch, Q, QuerySet, Value
from django.db.models import When as If

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.casework import policies as casework
from keqiao.casework.models import Case
from keqiao.casework.states import LIVE
from keqiao.invitations import policies
from keqiao.invitations.models import Invitation, Word
from keqiao.invitations.states import WAITING, State
from keqiao.needs.states import State as NeedState
from keqiao.offers import policies as offers

RELATED = (
    "case__region",
    "case__broker",
    "need__region",
    "need__industry",
    "studio",
    "offer",
    "sent_by",
)


def get(code: str, *, by: Visitor) -> Invitation:
    """Return the invitation of ``code``; raise Missing when ``by`` may not know of it."""
    rows = Invitation.objects.filter(policies.visible_to(by), code=code).select_related(*RELATED)
    found = rows.first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def of_case(case: Case, *, by: Visitor) -> list[Invitation]:
    """Return who was asked for a case, newest first, with the words; only the staff may know."""
    if not casework.attends(by, case):
        return []
    words = Prefetch("words", Word.objects.select_related("by").order_by("at", "pk"))
    rows = Invitation.objects.filter(case=case).select_related(*RELATED)
    return list(rows.prefetch_related(words).order_by("-sent_at", "-pk"))


def words(invitation: Invitation) -> QuerySet[Word]:
    """Return the questions and replies, oldest first."""
    return Word.objects.filter(invitation=invitation).select_related("by").order_by("at", "pk")


def for_person(person: Person) -> QuerySet[Invitation]:
    """Return the invitations that wait for an answer of the person's studios, by the day they are due."""
    rows = _of_studios(person).filter(state__in=WAITING)
    return rows.order_by("due_on", "-pk")


def answered(person: Person) -> QuerySet[Invitation]:
    """Return the invitations to the person's studios that wait no longer, last sent first."""
    return _of_studios(person).exclude(state__in=WAITING).order_by("-sent_at", "-pk")


def waiting_for_broker(person: Person) -> QuerySet[Invitation]:
    """Return the invitations of the person's cases that wait: first for a reply, then for an answer, by their day."""
    rows = Invitation.objects.filter(case__broker=person, state__in=WAITING)
    replies = When(If(state=State.ASKED, then=Value(0)), default=Value(1))
    return rows.select_related(*RELATED).order_by(replies, "due_on", "pk")


def lapsing(today: dt.date) -> QuerySet[Invitation]:
    """Return the invitations whose day went by without an answer, or whose case or need is over."""
    is_over = Q(due_on__lt=today) | ~Q(case__state__in=LIVE) | ~Q(need__state=NeedState.IN_CASE)
    rows = Invitation.objects.filter(is_over, state__in=WAITING)
    return rows.select_related(*RELATED).order_by("pk")


def held_about(person: Person) -> Held:
    """Return what is held about a person: invitations sent and answered, questions and replies."""
    rows = Invitation.objects.select_related("need").order_by("pk")
    said = Word.objects.filter(by=person).select_related("invitation").order_by("pk")
    return {
        "invitations_sent": [
            {
                "code": one.code,
                "need_code": one.need.code,
                "state": one.state,
                "text": one.text,
                "due_on": one.due_on,
                "at": one.sent_at,
            }
            for one in rows.filter(sent_by=person)
        ],
        "invitations_answered": [
            {
                "code": one.code,
                "need_code": one.need.code,
                "state": one.state,
                "reason": one.reason,
                "text": one.reason_text,
                "at": one.answered_at,
            }
            for one in rows.filter(answered_by=person)
        ],
        "invitation_words": [
            {"code": one.invitation.code, "text": one.text, "at": one.at} for one in said
        ],
    }


def _of_studios(person: Person) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(offers.run_by(person, through="studio__"))
    return rows.select_related(*RELATED)
