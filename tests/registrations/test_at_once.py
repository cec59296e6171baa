"""Many at the same moment, with real commits: places are counted right, whoever is first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.crew import Crew, at
from tests.needs.test_at_once import at_once
from tests.registrations.room import (
    child,
    come,
    crowd,
    drawn_lecture,
    later,
    lecture,
    region,
    run_out,
    states,
    taken,
    told,
)

from keqiao.accounts.models import Person
from keqiao.activities import services as activities
from keqiao.activities.models import Session
from keqiao.activities.types import SessionContent
from keqiao.base.errors import Invalid
from keqiao.guardians.models import Minor
from keqiao.registrations import services, types
from keqiao.registrations.models import Registration

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, PLACES = 60, 10


def coming(session: Session, person: Person, **more: object) -> Callable[[], object]:
    return lambda: services.sign_up(session, by=person, own=True, **more)  # type: ignore[arg-type]


def test_sixty_come_for_ten_places(crew: Crew) -> None:
    session = lecture(crew, places=PLACES, most_waiting=5)
    refusals = at_once(*(coming(session, one) for one in crowd(THREADS)))
    assert taken(session) == PLACES
    found = states(session)
    assert (found.count("confirmed"), found.count("waiting")) == (PLACES, 5)
    assert [type(one) for one in refusals] == [types.Full] * (THREADS - PLACES - 5)
    turns = Registration.objects.filter(state="waiting").values_list("turn", flat=True)
    assert set(turns) == {1, 2, 3, 4, 5}
    assert len(told("registration.made")) == PLACES + 5


def test_one_who_presses_ten_times_has_one_place(crew: Crew) -> None:
    session = lecture(crew, places=PLACES)
    refusals = at_once(*(coming(session, crew.cast.ji) for _press in range(10)))
    assert [type(one) for one in refusals] == [types.AlreadyRegistered] * 9
    assert taken(session) == 1


def test_holds_and_sign_ups_at_once_never_take_too_much(crew: Crew) -> None:
    session = lecture(crew, places=6, most_waiting=0)
    people = crowd(12)
    holding = (lambda one=one: services.hold(session, 2, by=one) for one in people[:6])
    refusals = at_once(*holding, *(coming(session, one) for one in people[6:]))
    assert {type(one) for one in refusals} <= {types.FullWithoutList}
    assert taken(session) == 6


def test_a_mother_in_two_windows_does_not_pass_the_limit_of_a_family(crew: Crew) -> None:
    session = lecture(crew, places=PLACES, most_per_family=2)

    def bring(name: str) -> Callable[[], object]:
        children = [child(name), child(f"{name}二")]
        return lambda: services.sign_up(session, by=crew.ma, minors=children)

    refusals = at_once(bring("阿依·小满"), bring("阿依·小禾"))
    assert [type(one) for one in refusals] == [types.FamilyLimit]
    assert (taken(session), Minor.objects.count()) == (2, 2)


def test_two_of_one_county_do_not_both_get_its_last_place(crew: Crew) -> None:
    session = lecture(crew, places=PLACES, most_per_region=1)
    here = region("511802")
    refusals = at_once(*(coming(session, one, region=here) for one in crowd(4)))
    assert [type(one) for one in refusals] == [types.RegionLimit] * 3
    assert taken(session) == 1


def test_a_freed_place_goes_to_one_and_in_order(crew: Crew) -> None:
    people = crowd(8)
    session = lecture(crew, places=2)
    made = come(session, *people)
    at_once(
        *(lambda one=one: services.cancel(one, by=one.person) for one in made[:2]),
        lambda: services.lapse(timezone.now()),
    )
    assert states(session) == ["cancelled"] * 2 + ["offered"] * 2 + ["waiting"] * 4
    assert taken(session) == 2


def test_an_offer_that_runs_out_while_it_is_accepted_is_either(crew: Crew) -> None:
    one, two, three = crowd(3)
    session = lecture(crew, places=1)
    first, second, _third = come(session, one, two, three)
    services.cancel(first, by=one)
    second.refresh_from_db()
    run_out(session)
    refusals = at_once(
        lambda: services.accept(second, by=two), lambda: services.lapse(timezone.now())
    )
    assert [type(refusal) for refusal in refusals] == [types.OfferOver]
    assert states(session) == ["cancelled", "lapsed", "offered"]
    assert taken(session) == 1


def test_who_signs_up_while_a_session_is_cancelled_is_in_or_is_told(crew: Crew) -> None:
    session = lecture(crew, places=PLACES)
    row = Session.objects.select_related("activity__association").get(pk=session.pk)
    refusals = at_once(
        lambda: activities.cancel_session(row, "场馆停电", by=crew.tang),
        *(coming(session, one) for one in crowd(6)),
    )
    assert {type(one) for one in refusals} <= {types.Cancelled}
    assert taken(session) == len(states(session)) == 6 - len(refusals)
    session.refresh_from_db()
    assert session.state == "cancelled"


def test_a_session_is_moved_while_people_sign_up_and_all_of_them_are_in(crew: Crew) -> None:
    session = lecture(crew, places=PLACES)
    row = Session.objects.select_related("activity__association").get(pk=session.pk)
    moved = content(row, starts_at=at(4), ends_at=at(4, 17))
    refusals = at_once(
        lambda: activities.change_session(row, moved, by=crew.tang),
        *(coming(session, one) for one in crowd(6)),
    )
    assert refusals == []
    assert taken(session) == 6
    assert (session.starts_at, session.sequence) == (at(4), 1)


def test_places_that_shrink_while_people_come_are_never_fewer_than_taken(crew: Crew) -> None:
    session = lecture(crew, places=PLACES, most_waiting=0)
    row = Session.objects.select_related("activity__association").get(pk=session.pk)
    fewer = content(row, places=4)
    refusals = at_once(
        lambda: activities.change_session(row, fewer, by=crew.tang),
        *(coming(session, one) for one in crowd(8)),
    )
    count = taken(session)
    session.refresh_from_db()
    assert (session.places, count) in {(4, 4), (PLACES, 8)}
    assert {type(one) for one in refusals} <= {types.FullWithoutList, Invalid}


def content(session: Session, **changes: Any) -> SessionContent:
    """Return what a session says, with ``changes``."""
    names = [one.name for one in fields(SessionContent) if one.name != "leader"]
    return SessionContent(**{**{name: getattr(session, name) for name in names}, **changes})


def test_lots_are_drawn_once_however_many_clocks_there_are(crew: Crew) -> None:
    session = drawn_lecture(crew, places=2)
    come(session, *crowd(5))
    later(session, draws_at=-timedelta(seconds=1))
    now = timezone.now()
    at_once(*(lambda: services.lapse(now) for _clock in range(4)))
    assert sorted(states(session)) == ["confirmed"] * 2 + ["waiting"] * 3
    assert len(told("draw.drawn")) == 1
    assert taken(session) == 2
