"""May A do B to a registration, and is sign-up open: yes or no, without a question to anybody else."""

from __future__ import annotations

import datetime as dt

from keqiao.access.policies import Visitor
from keqiao.activities import policies as activities
from keqiao.activities.models import Session
from keqiao.activities.states import SessionState
from keqiao.activities.states import State as ActivityState
from keqiao.guardians.types import CONSENT_AGE
from keqiao.registrations.models import Registration
from keqiao.registrations.types import LAST_HOUR, Window


def holds(person: Visitor, registration: Registration) -> bool:
    """Tell whether the registration is the person's: only they cancel, accept and see its ticket."""
    return person.pk is not None and registration.person_id == person.pk


def may_list(person: Visitor, session: Session) -> bool:
    """Tell whether the person may read who is registered: organisers of the node, and the session's leader."""
    return activities.runs(person, session)


def window(session: Session, now: dt.datetime) -> Window:
    """Tell whether sign-up is open at a moment."""
    if session.activity.state == ActivityState.DRAFT:
        return Window.HIDDEN
    if SessionState.CANCELLED in (session.state, session.activity.state):
        return Window.CANCELLED
    if now >= activities.closes_at(session):
        return Window.CLOSED
    if session.opens_at is not None and now < session.opens_at:
        return Window.EARLY
    return Window.OPEN


def takes_grown_ups(session: Session) -> bool:
    """Tell whether anybody of the age of own consent can be meant: an activity for small children takes none."""
    most = session.activity.most_age
    return most is None or most >= CONSENT_AGE


def offer_ends(session: Session, now: dt.datetime) -> dt.datetime | None:
    """Return until when an offer made now may be accepted: its hours, at most half of the time that is left.

    So the next in turn has a chance, too. None in the last hour: nobody can be expected to look then.
    """
    left = session.starts_at - now
    if left <= LAST_HOUR:
        return None
    return now + min(dt.timedelta(hours=session.offer_hours), left / 2)
