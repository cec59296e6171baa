"""May A do B about who came: yes or no."""

from __future__ import annotations

from keqiao.access.policies import Visitor
from keqiao.activities import policies as activities
from keqiao.activities.models import Session
from keqiao.registrations.models import Registration


def may_check_in(person: Visitor, session: Session) -> bool:
    """Tell whether the person checks people in: the organisers of the session's node, and its leader."""
    return activities.runs(person, session)


def may_read_feedback(person: Visitor, session: Session) -> bool:
    """Tell whether the person reads what was said: the organisers only."""
    return activities.may_organise(person, session.activity.association)


def answers_for(person: Visitor, registration: Registration) -> bool:
    """Tell whether the person speaks for whoever has the place: oneself, or the guardian of the child."""
    minor = registration.minor
    speaks = registration.person_id if minor is None else minor.guardian_id
    return speaks is not None and speaks == person.pk


def holds(person: Visitor, registration: Registration) -> bool:
    """Tell whether the person has the ticket and may have the certificate.

    That is whoever answers for the place; of a pupil whose guardian has no log-in, the teacher who entered the class.
    """
    minor = registration.minor
    if minor is not None and minor.guardian_id is None:
        return registration.person_id == person.pk
    return answers_for(person, registration)
