"""Questions about meetings."""

from __future__ import annotations

import datetime as dt

from django.db.models import Prefetch, Q, QuerySet

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.base.errors import Missing
from keqiao.casework import policies as casework
from keqiao.casework.models import Case
from keqiao.casework.types import BODIES
from keqiao.meetings import policies
from keqiao.meetings.models import Meeting, Seat
from keqiao.meetings.states import State
from keqiao.paperwork.invitations import Guest, Invitation


def of_case(case: Case, *, by: Visitor) -> list[Meeting]:
    """Return the meetings of a case with their seats, newest first; raise Missing for who may not see the case."""
    if not casework.may_see(by, case):
        raise Missing
    return list(_with_seats().filter(case=case).order_by("-starts_at", "-pk"))


def get(number: int, *, by: Visitor) -> Meeting:
    """Return one meeting with its seats; raise Missing when ``by`` may not know of it."""
    found = _with_seats().filter(pk=number).first()
    if found is None or not policies.may_see(by, found):
        raise Missing
    return found


def coming(person: Visitor, now: dt.datetime) -> list[Meeting]:
    """Return the meetings to come in the person's own cases and at the person's tables, soonest first."""
    rows = _with_seats().filter(state=State.PLANNED, ends_at__gte=now)
    mine = rows.filter(case__broker=person.pk) | rows.filter(
        case__in=Case.objects.filter(casework.visible_to(person)).exclude(
            casework.attended_by(person)
        )
    )
    return list(mine.order_by("starts_at", "pk")[:20])


def invitation(meeting: Meeting) -> Invitation:
    """Return the meeting as an entry for a calendar, with its caller and without guests."""
    called = meeting.called_by
    return Invitation(
        uid=f"meeting-{meeting.pk}.{meeting.case.code}@keqiao",
        sequence=meeting.sequence,
        title=meeting.title,
        place=meeting.place,
        note=meeting.agenda,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        sent_at=meeting.called_at,
        organiser=Guest(name=called.name, address=called.email),
    )


def _with_seats() -> QuerySet[Meeting]:
    seats = Seat.objects.select_related(*(f"party__{body}" for body in BODIES)).order_by("pk")
    rows = Meeting.objects.select_related("case__region", "case__broker", "called_by")
    return rows.prefetch_related(Prefetch("seats", seats))


def held_about(person: Person) -> Held:
    """Return what is held about a person: meetings called or written down."""
    rows = Meeting.objects.filter(Q(called_by=person) | Q(held_by=person)).select_related("case")
    return {
        "meetings": [
            {
                "case_code": one.case.code,
                "title": one.title,
                "starts_at": one.starts_at,
                "state": one.state,
                "agenda": one.agenda,
                "minutes": one.minutes,
            }
            for one in rows.order_by("pk")
        ]
    }
