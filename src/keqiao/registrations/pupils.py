"""Places of a class: kept while guardians answer, given to pupils whose guardians consent; part of the room's writer.

The class itself belongs to a room above, which has asked who may.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities import services as activities
from keqiao.activities.models import Session
from keqiao.activities.types import Way
from keqiao.base.codes import new_code
from keqiao.base.errors import Refused
from keqiao.base.phrases import N_
from keqiao.base.text import bare
from keqiao.guardians import services as guardians
from keqiao.guardians.models import Minor
from keqiao.guardians.types import Entered, Guardian, Purpose
from keqiao.places.models import Region
from keqiao.registrations import policies, services, turns
from keqiao.registrations.models import Registration
from keqiao.registrations.states import LIVE, MACHINE, State
from keqiao.registrations.types import (
    Begun,
    Cancelled,
    RegionLimit,
    SchoolLimit,
    Window,
)


class DrawnByLot(Refused):
    """Where lots are drawn, no place is kept for a class."""

    text = N_("这个场次抽签分配名额，不能为班级留名额。请家长各自报名。")


class FewerForClass(Refused):
    """A class is entered whole or not at all."""

    text = N_("现在只能留 %(free)s 个名额，这个班有 %(asked)s 人。请减少人数，或换一个场次。")


class SomebodyWaits(Refused):
    """A class does not pass those who wait."""

    text = N_("这个场次已有人在候补，不能为班级留名额。请换一个场次，或请家长各自报名。")


def keep(session: Session, count: int, *, school: str, region: Region) -> Session:
    """Take ``count`` places for a class inside the caller's transaction, all or none; return the session, locked.

    ``region`` is the county of the ``school``. Raise what would refuse a sign-up, DrawnByLot, SomebodyWaits,
    FewerForClass, SchoolLimit, RegionLimit.
    """
    now = timezone.now()
    session = turns.locked(session)
    services.refuse_unless_open(session, now)
    if session.way == Way.DRAW:
        raise DrawnByLot
    turns.settle(session, now)
    if Registration.objects.filter(session=session, state=State.WAITING).exists():
        raise SomebodyWaits
    seats = turns.Seats(session)
    if (left := seats.left_for_school(school)) < count:
        raise SchoolLimit(most=session.most_per_school, free=max(0, int(left)))
    if (left := seats.left_in_region(region.pk)) < count:
        raise RegionLimit(most=session.most_per_region, free=max(0, int(left)))
    if not activities.take_places(session, count):
        session.refresh_from_db(fields=["places", "taken"])
        free = (session.places or 0) - session.taken
        raise FewerForClass(free=free, asked=count)
    return session


def give_back(session: Session, count: int) -> None:
    """Give back places that were kept for a class, inside the caller's transaction; the next in turn gets an offer."""
    session = turns.locked(session)
    if count:
        activities.give_back(session, count)
        turns.settle(session, timezone.now())


def seat(
    session: Session, entered: Entered, guardian: Guardian, *, teacher: Person, region: Region
) -> Registration:
    """Give one of the places kept for a class to a pupil, inside the caller's transaction; raise what refuses it.

    ``guardian`` confirmed by a link; the teacher holds the registration, as whoever brings a child does. ``region`` is
    the county of the school.
    """
    session = turns.locked(session)
    now = timezone.now()
    match policies.window(session, now):
        case Window.CANCELLED | Window.HIDDEN:
            raise Cancelled
        case _ if session.starts_at <= now:
            raise Begun
    minor = guardians.entrust(session, entered, by=None, guardian=guardian)
    seated = {"state": MACHINE.after("seat", MACHINE.start), "confirmed_at": now}
    made = Registration(code=new_code("B"), session=session, person=teacher, minor=minor, **seated)
    made.region = region if session.most_per_region is not None else None
    made.save(force_insert=True)
    turns.record("registration.made", made, by=None, confirmed=[made.code])
    return made


@transaction.atomic
def correct(minor: Minor, entered: Entered, *, by: Person) -> Minor:
    """Change what is held about a child, for its guardian; raise SchoolLimit for a school without a place left."""
    session = turns.locked(minor.session)
    before = minor.school
    row = guardians.correct(minor, entered, by=by)
    if bare(row.school) != bare(before) and turns.Seats(session).left_for_school(row.school) < 0:
        raise SchoolLimit(most=session.most_per_school, free=0)
    return row


@transaction.atomic
def withdraw(minor: Minor, *, by: Person | None) -> None:
    """Take back the consent to taking part: what is held goes, and the place, unless the session has begun.

    ``by`` is the guardian, or None for whoever holds the link by which the child was confirmed.
    """
    session = turns.locked(minor.session)
    guardians.withdraw(minor, Purpose.TAKING_PART, by=by)
    live = Registration.objects.filter(minor=minor, state__in=LIVE)
    found = live.select_related("session", "minor").first()
    if found is not None and timezone.now() < session.starts_at:
        services.cancel(found, by=by)
