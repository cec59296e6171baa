"""The waiting list: what has run out is passed on to whose turn it is. A part of the room's writer.

Every change of a session's places begins with ``locked``: whoever comes second waits, and sees what the first has done.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Max, Sum
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities import services as activities
from keqiao.activities.models import Session
from keqiao.base.text import bare
from keqiao.guardians import services as guardians
from keqiao.guardians.types import Why
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.registrations import policies
from keqiao.registrations.models import Hold, Registration
from keqiao.registrations.states import MACHINE, SEATED, State

# Rooms above that keep places say here whose they are: the school and the county of each.
KEEPERS: list[Callable[[Session], Iterable[tuple[str, str]]]] = []


def locked(session: Session) -> Session:
    """Return the session as it is now, locked until the transaction of the caller ends."""
    rows = Session.objects.select_for_update(of=("self",)).select_related("activity__association")
    return rows.get(pk=session.pk)


def settle(session: Session, now: dt.datetime) -> None:
    """Release what has run out, then offer what is free to those who wait, in their order; the session is locked."""
    _release_holds(session, now)
    offers = Registration.objects.filter(session=session, state=State.OFFERED)
    for one in list(offers.filter(offered_until__lte=now).order_by("turn")):
        leave(one, "lapse", by=None)
        activities.give_back(session, 1)
    _offer(session, now)
    if session.starts_at <= now:
        left = Registration.objects.filter(session=session, state=State.WAITING)
        for one in list(left.order_by("turn")):
            leave(one, "lapse", by=None)


def next_turn(session: Session) -> int:
    """Return the number behind all who wait or have waited."""
    last = Registration.objects.filter(session=session).aggregate(last=Max("turn"))["last"]
    return (last or 0) + 1


def leave(registration: Registration, verb: str, *, by: Person | None) -> None:
    """End a registration by a verb, and what was held about a child for it; the place is the caller's affair."""
    was_offered = registration.state == State.OFFERED
    change(registration, verb, {"ended_at": timezone.now()})
    if registration.minor is not None:
        guardians.delete(registration.minor, Why.CANCELLED, by=by)
    told = {"lapse": "registration.lapsed", "cancel": "registration.cancelled"}[verb]
    record(told, registration, by=by, offered=was_offered)


def change(registration: Registration, verb: str, values: dict[str, Any]) -> None:
    """Move one registration; under the lock nobody else does."""
    state = MACHINE.after(verb, registration.state)
    Registration.objects.filter(pk=registration.pk).update(**values, state=state)
    registration.refresh_from_db(fields=["state", *values])


def record(action: str, registration: Registration, *, by: Person | None, **more: object) -> None:
    """Write down what became of one registration; never who the child is."""
    told = {"session": registration.session.code, **more}
    journal.record(action, Subject("registration", registration.code), by=by, data=told)


def _release_holds(session: Session, now: dt.datetime) -> None:
    over = Hold.objects.filter(session=session, until__lte=now)
    count = over.aggregate(count=Sum("count"))["count"]
    if count:
        over.delete()
        activities.give_back(session, count)


def _offer(session: Session, now: dt.datetime) -> None:
    until = policies.offer_ends(session, now)
    if until is None:
        return
    rows = Registration.objects.filter(session=session, state=State.WAITING)
    waiting = list(rows.select_related("session", "minor").order_by("turn"))
    if not waiting:
        return
    seats = Seats(session)
    for one in waiting:
        school, region = school_of(one), one.region_id or ""
        if not seats.has_room_for(school, region):
            continue
        if not activities.take_places(session, 1):
            return
        seats.add(school, region)
        change(one, "offer", {"offered_until": until})
        record("registration.offered", one, by=None, until=until.isoformat())


class Seats:
    """How many seats each school and each county has in a session that limits them; counted under the lock.

    Places that are kept for a class count as its school's and its county's.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.by_school, self.by_region = Counter[str](), Counter[str]()
        if session.most_per_school is None and session.most_per_region is None:
            return
        seated = Registration.objects.filter(session=session, state__in=SEATED)
        for school, region in seated.values_list("minor__school", "region_id"):
            self.add(school or "", region or "")
        for kept in KEEPERS:
            for school, region in kept(session):
                self.add(school, region)

    def has_room_for(self, school: str, region: str) -> bool:
        """Tell whether one more of a school (empty: of none) and a county (by code) may sit."""
        return self.left_for_school(school) > 0 and self.left_in_region(region) > 0

    def add(self, school: str, region: str) -> None:
        """Count one more."""
        if school:
            self.by_school[bare(school)] += 1
        self.by_region[region] += 1

    def left_for_school(self, school: str) -> float:
        """Return how many seats a school may still have; without end where nothing limits it."""
        most = self.session.most_per_school
        return float("inf") if most is None or not school else most - self.by_school[bare(school)]

    def left_in_region(self, region: str) -> float:
        """Return how many seats a county may still have; without end where nothing limits it."""
        most = self.session.most_per_region
        return float("inf") if most is None or not region else most - self.by_region[region]


def school_of(registration: Registration) -> str:
    """Return the school of the child that a registration is for."""
    return registration.minor.school if registration.minor is not None else ""
