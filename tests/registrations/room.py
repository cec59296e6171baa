"""A lecture in 雅安 for whom places are few, who signs up for it, and what time does to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.cast import person
from tests.crew import Crew, at

from keqiao.accounts.models import Person
from keqiao.activities.models import Activity, Session
from keqiao.base.codes import new_code
from keqiao.guardians.types import Entered, Purpose
from keqiao.journal.models import Entry
from keqiao.places.models import Region
from keqiao.registrations import selectors, services
from keqiao.registrations.models import Hold, Registration

CONSENTED = frozenset({Purpose.TAKING_PART})
OF_ACTIVITY = {
    "least_age", "most_age", "questions", "minor_fields", "activity_state", "title", "published_at",
}  # fmt: skip


def lecture(crew: Crew, *, places: int | None = 2, **changes: Any) -> Session:
    """Return an open session with few places, three days from today, led by 秦川."""
    values: dict[str, Any] = {
        "code": new_code("H"),
        "state": changes.pop("activity_state", "open"),
        "association": crew.node,
        "kind": "lecture",
        "title": "回转窑里的化学",
        "made_by": crew.tang,
        "published_at": timezone.now(),
    }
    values |= {name: changes.pop(name) for name in OF_ACTIVITY & set(changes)}
    activity = Activity(**values)
    activity.save(force_insert=True)
    session = Session(
        **{
            "code": new_code("J"),
            "activity": activity,
            "starts_at": at(3),
            "ends_at": at(3, 17),
            "place": "雨城示例科技馆",
            "region_id": "511802",
            "leader": crew.qin,
            "places": places,
            **changes,
        }
    )
    session.save(force_insert=True)
    return session


def drawn_lecture(crew: Crew, **changes: Any) -> Session:
    """Return a session whose places are drawn the day before it."""
    draws_at = timezone.now() + timedelta(days=1)
    return lecture(crew, **{"way": "draw", "draws_at": draws_at, **changes})


def child(name: str = "阿依·小满", *, years: int = 9, **changes: Any) -> Entered:
    """Return what is entered about a child, with the one consent that is needed."""
    born_on = timezone.localdate() - timedelta(days=years * 366 - 30)
    return Entered(**{"name": name, "born_on": born_on, "consents": CONSENTED, **changes})


def crowd(count: int) -> list[Person]:
    """Return many visitors, plainly invented."""
    return [person(f"visitor{number}", f"来访者{number}") for number in range(count)]


def come(session: Session, *people: Person, **more: Any) -> list[Registration]:
    """Sign up grown-ups for themselves, in their order."""
    return [services.sign_up(session, by=one, own=True, **more)[0] for one in people]


def states(session: Session) -> list[str]:
    """Return the states of all registrations of a session, in the order in which they were made."""
    rows = Registration.objects.filter(session=session).order_by("pk")
    return list(rows.values_list("state", flat=True))


def taken(session: Session) -> int:
    """Return how many places are taken, which is what registrations and holds account for."""
    session.refresh_from_db()
    assert session.taken == selectors.seats_taken(session)
    return session.taken


def run_out(session: Session) -> None:
    """Let the time of all offers and holds of a session be over."""
    past = timezone.now() - timedelta(seconds=1)
    Hold.objects.filter(session=session).update(until=past)
    offers = Registration.objects.filter(session=session, state="offered")
    offers.update(offered_until=past)


def later(session: Session, **moments: dt.timedelta) -> Session:
    """Move moments of a session, from now: what the clock would bring."""
    now = timezone.now()
    Session.objects.filter(pk=session.pk).update(
        **{name: now + distance for name, distance in moments.items()}
    )
    session.refresh_from_db()
    return session


def region(code: str) -> Region:
    """Return a region."""
    found: Region = Region.objects.get(pk=code)
    return found


def nothing_changes(session: Session, deed: Callable[[], object]) -> Callable[[], object]:
    """Return the deed, held to leaving no row and no entry behind when it is refused."""

    def act() -> object:
        rows = (Registration.objects.count(), Hold.objects.count(), Entry.objects.count())
        before = taken(session)
        try:
            return deed()
        finally:
            after = (Registration.objects.count(), Hold.objects.count(), Entry.objects.count())
            assert (after, taken(session)) == (rows, before)

    return act


def told(action: str) -> list[dict[str, Any]]:
    """Return what the journal keeps of some deeds, oldest first."""
    rows = Entry.objects.filter(action=action).order_by("position")
    return list(rows.values_list("data", flat=True))
