"""A camp that runs now, with places: rows as the rooms below keep them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from tests.cast import YAAN
from tests.crew import Crew

from keqiao.accounts.models import Person
from keqiao.activities.models import Activity, Session
from keqiao.base.codes import new_code
from keqiao.guardians.models import Minor
from keqiao.registrations.models import Registration

HEALTH, PHONE = "对花生过敏", "13800000000"  # what is held about a child, and never shown at a door


def session(crew: Crew, **changes: Any) -> Session:
    """Return a session of 雅安市科协 that began ten minutes ago and lasts two hours, led by 秦川."""
    activity = Activity.objects.create(
        code=new_code("A"),
        state="open",
        association=crew.node,
        kind="camp",
        title="玩转科学夏令营",
        made_by=crew.tang,
    )
    now = timezone.now()
    values: dict[str, Any] = {
        "code": new_code("S"),
        "activity": activity,
        "title": "火箭",
        "starts_at": now - dt.timedelta(minutes=10),
        "ends_at": now + dt.timedelta(hours=2),
        "place": "雅安示例科技馆",
        "region_id": YAAN,
        "leader": crew.qin,
        "places": 10,
        "taken": 0,
    }
    made: Session = Session.objects.create(**{**values, **changes})
    return made


def child(held: Session, guardian: Person | None, name: str = "阿依木") -> Minor:
    """Return what is held about a child of a guardian for a session."""
    made: Minor = Minor.objects.create(
        code=new_code("M"),
        session=held,
        guardian=guardian,
        name=name,
        born_on=dt.date(2019, 5, 1),
        emergency_phone=PHONE,
        health_note=HEALTH,
        kept_days=30,
        delete_on=timezone.localdate(held.ends_at) + dt.timedelta(days=30),
    )
    return made


def place(
    held: Session, person: Person, *, minor: Minor | None = None, state: str = "confirmed"
) -> Registration:
    """Return a registration, with a place unless another state is given."""
    turn = held.registrations.count() + 1 if state == "waiting" else None
    made: Registration = Registration.objects.create(
        code=new_code("T"), session=held, person=person, minor=minor, state=state, turn=turn
    )
    return made


def over(held: Session, *, days: int = 0) -> Session:
    """Return the session as it is an hour, and some days, after its end."""
    ends_at = timezone.now() - dt.timedelta(days=days, hours=1)
    Session.objects.filter(pk=held.pk).update(
        starts_at=ends_at - dt.timedelta(hours=2), ends_at=ends_at
    )
    held.refresh_from_db()
    return held
