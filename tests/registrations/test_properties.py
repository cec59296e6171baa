"""Whatever people do, in whatever order: what is taken is what is seated and kept, and never more than there is."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.crew import Crew
from tests.registrations.room import child, crowd, lecture, run_out, taken

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.base.errors import Refused
from keqiao.registrations import services
from keqiao.registrations.models import Registration

pytestmark = pytest.mark.django_db
PEOPLE = 4
DEEDS = st.tuples(
    st.sampled_from(["come", "bring", "hold", "let go", "cancel", "accept", "time", "clock", "grow"]),
    st.integers(0, PEOPLE - 1),
    st.integers(1, 3),
)  # fmt: skip


class Rolled(Exception):  # noqa: N818 - no fault: one example is over
    """Undoes what an example did."""


@given(
    deeds=st.lists(DEEDS, max_size=10),
    places=st.integers(0, 4),
    waiting=st.none() | st.integers(0, 3),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_places_are_counted_right_whatever_is_done(
    crew: Crew, deeds: list[tuple[str, int, int]], places: int, waiting: int | None
) -> None:
    with suppress(Rolled), transaction.atomic():
        people = crowd(PEOPLE)
        session = lecture(crew, places=places, most_waiting=waiting, most_per_family=3)
        for deed, number, count in deeds:
            with suppress(Refused):
                do(deed, session, people[number], count)
            check(session, waiting)
        raise Rolled


def do(deed: str, session: Session, person: Person, count: int) -> None:
    mine = list(Registration.objects.filter(session=session, person=person).order_by("pk"))
    match deed:
        case "come":
            services.sign_up(session, by=person, own=True)
        case "bring":
            children = [child(f"孩子{len(mine)}-{one}") for one in range(count)]
            services.sign_up(session, by=person, minors=children, may_split=count % 2 == 1)
        case "hold":
            services.hold(session, count, by=person)
        case "let go":
            services.let_go(session, by=person)
        case "cancel" | "accept" if mine:
            act = services.cancel if deed == "cancel" else services.accept
            act(mine[-min(count, len(mine))], by=person)
        case "time":
            run_out(session)
        case "clock":
            services.lapse(timezone.now())
        case "grow":
            Session.objects.filter(pk=session.pk).update(places=F("places") + count)
            session.refresh_from_db()


def check(session: Session, most_waiting: int | None) -> None:
    count = taken(session)  # equals what is seated and kept
    assert session.places is not None
    assert 0 <= count <= session.places
    rows = Registration.objects.filter(session=session)
    assert most_waiting is None or rows.filter(state="waiting").count() <= most_waiting
    live = rows.exclude(state__in=["lapsed", "cancelled"])
    assert max((live.filter(person=one).count() for one in Person.objects.all()), default=0) <= 3
    offered, waits = turns(rows.filter(state="offered")), turns(rows.filter(state="waiting"))
    assert not offered or not waits or max(offered) < min(waits)


def turns(rows: QuerySet[Registration]) -> list[int]:
    return [one.turn for one in rows if one.turn is not None]
