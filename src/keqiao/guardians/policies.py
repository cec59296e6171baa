"""May A do B with what is held about a child: yes or no, and the same answer as a condition on rows."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from keqiao.access.policies import Visitor, areas, within
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.base.phrases import N_
from keqiao.guardians.models import Minor
from keqiao.guardians.types import READ_AFTER, READ_BEFORE, Field

SCHOOL_LIMIT = N_("这个场次对每所学校的名额有上限")


def asked(session: Session) -> dict[Field, str]:
    """Return which fields beyond name and birthday the session needs, each with its reason."""
    needed = session.activity.minor_fields
    found = {one: str(needed[one]) for one in Field if needed.get(one)}
    if session.most_per_school is not None:
        found.setdefault(Field.SCHOOL, str(SCHOOL_LIMIT))
    return found


def is_guardian(person: Person | None, minor: Minor) -> bool:
    """Tell whether the person decides for the child; None is whoever holds the link by which it was confirmed."""
    return minor.guardian_id == (person.pk if person is not None else None)


def leads(person: Visitor, session: Session) -> bool:
    """Tell whether the person leads the session; organisers do not, unless they are its leader."""
    return isinstance(person, Person) and session.leader_id == person.pk


def may_read(person: Visitor, session: Session, now: dt.datetime) -> bool:
    """Tell whether the person may read now whom to call and what to mind: its leader, around its day."""
    return leads(person, session) and (
        session.starts_at - READ_BEFORE <= now <= session.ends_at + READ_AFTER
    )


def may_audit(person: Visitor) -> bool:
    """Tell whether the person may take the register of a year: administrators, each of their own area."""
    return bool(areas(person, Role.ADMINISTRATOR))


def audited_by(person: Visitor, *, through: str = "session__") -> Q:
    """Return the condition that a row is of an activity whose association lies in an area of the administrator."""
    field = f"{through}activity__association__region__code"
    return within(person, Role.ADMINISTRATOR, field=field)
