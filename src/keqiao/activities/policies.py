"""May A do B to an activity: yes or no, and the same answer as a condition on rows."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from keqiao.access.policies import NOTHING, Visitor, grants, may_any, within
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.activities.models import Activity, Session
from keqiao.places.models import Association

ORGANISERS = (Role.ORGANISER, Role.ADMINISTRATOR)


def may_organise(person: Visitor, association: Association) -> bool:
    """Tell whether the person organises for the node: with a grant on it, above it, or in whose area it lies."""
    return _is_above(person, association) or may_any(person, ORGANISERS, association.region_id)


def organised_by(person: Visitor, node: str = "association") -> Q:
    """Return ``may_organise`` as a condition; ``node`` names the column that points to the association."""
    condition = NOTHING
    for path in _paths(person):
        condition |= Q(**{f"{node}__path__startswith": path})
    return condition | within(person, *ORGANISERS, field=f"{node}__region__code")


def organised_nodes(person: Visitor) -> Q:
    """Return the condition on associations that the person organises for."""
    condition = within(person, *ORGANISERS)
    for path in _paths(person):
        condition |= Q(path__startswith=path)
    return condition


def is_organiser(person: Visitor) -> bool:
    """Tell whether the person organises for any node."""
    return bool(_paths(person))


def may_change(person: Visitor, activity: Activity) -> bool:
    """Tell whether the person may write, publish, move and cancel the activity."""
    return may_organise(person, activity.association)


def may_see(person: Visitor, activity: Activity) -> bool:
    """Tell whether the person may know of the activity: everybody once it was published."""
    return activity.published_at is not None or may_change(person, activity)


def visible_to(person: Visitor) -> Q:
    """Return ``may_see`` as a condition."""
    return Q(published_at__isnull=False) | organised_by(person)


def runs(person: Visitor, session: Session) -> bool:
    """Tell whether the person runs the session on its day: its leader, and who organises for its node."""
    is_leader = isinstance(person, Person) and session.leader_id == person.pk
    return is_leader or may_change(person, session.activity)


def run_by(person: Visitor) -> Q:
    """Return ``runs`` as a condition on sessions."""
    led = Q(leader=person.pk) if isinstance(person, Person) else NOTHING
    return led | organised_by(person, "activity__association")


def closes_at(session: Session) -> dt.datetime:
    """Return the moment after which nobody signs up: as set, at the draw, or when it starts."""
    moments = (session.starts_at, session.closes_at, session.draws_at)
    return min(moment for moment in moments if moment is not None)


def last_day(ends_at: dt.datetime) -> dt.date:
    """Return the local day on which something ends: at midnight that is the day which is over then."""
    return timezone.localdate(ends_at - dt.timedelta(microseconds=1))


def still_open(now: dt.datetime) -> Q:
    """Return that ``closes_at`` lies ahead as a condition on sessions."""
    closes = Q(closes_at=None) | Q(closes_at__gt=now)
    draws = Q(draws_at=None) | Q(draws_at__gt=now)
    return Q(starts_at__gt=now) & closes & draws


def _is_above(person: Visitor, association: Association) -> bool:
    return any(association.path.startswith(path) for path in _paths(person))


def _paths(person: Visitor) -> list[str]:
    """Return the places in the tree where the person organises, everything below them included."""
    return [grant.association.path for grant in grants(person) if grant.role in ORGANISERS]
