"""Who waits gets what is freed, in order; what is not taken up in time goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.crew import Crew
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

from keqiao.activities.models import Session
from keqiao.base.errors import NotAllowed
from keqiao.base.states import WrongState
from keqiao.guardians.models import Deletion, Minor
from keqiao.registrations import selectors, services, types
from keqiao.registrations.models import Registration

pytestmark = pytest.mark.django_db


def test_a_freed_place_is_offered_to_the_next_at_once(crew: Crew) -> None:
    one, two, three = crowd(3)
    session = lecture(crew, places=1)
    first, second, third = come(session, one, two, three)
    services.cancel(first, by=one)
    assert states(session) == ["cancelled", "offered", "waiting"]
    assert taken(session) == 1
    second.refresh_from_db()
    assert second.offered_until is not None
    assert second.offered_until - timezone.now() <= timedelta(hours=24)
    services.accept(second, by=two)
    assert states(session) == ["cancelled", "confirmed", "waiting"]
    assert [one["session"] for one in told("registration.accepted")] == [session.code]
    assert selectors.ahead(third) == 0


def test_offers_lapse_in_order(crew: Crew) -> None:
    one, two, three = crowd(3)
    session = lecture(crew, places=1)
    first, second, third = come(session, one, two, three)
    services.cancel(first, by=one)
    run_out(session)
    assert services.lapse(timezone.now()) == 1
    assert states(session) == ["cancelled", "lapsed", "offered"]
    with pytest.raises(types.OfferOver):
        services.accept(second, by=two)
    third.refresh_from_db()
    services.accept(third, by=three)
    assert taken(session) == 1
    assert len(told("registration.lapsed")) == 1
    assert len(told("registration.offered")) == 2


def test_an_offer_is_not_accepted_after_its_time_even_before_the_clock_looks(crew: Crew) -> None:
    one, two = crowd(2)
    session = lecture(crew, places=1)
    first, second = come(session, one, two)
    services.cancel(first, by=one)
    run_out(session)
    with pytest.raises(types.OfferOver):
        services.accept(second, by=two)
    assert states(session) == ["cancelled", "offered"]


def test_who_declines_lets_the_next_have_it(crew: Crew) -> None:
    one, two, three = crowd(3)
    session = lecture(crew, places=1)
    first, second, _third = come(session, one, two, three)
    services.cancel(first, by=one)
    services.cancel(second, by=two)
    assert states(session) == ["cancelled", "cancelled", "offered"]
    assert taken(session) == 1


def test_nobody_passes_those_who_wait(crew: Crew) -> None:
    one, two, three = crowd(3)
    session = lecture(crew, places=1)
    come(session, one, two)
    Session.objects.filter(pk=session.pk).update(places=2)  # the organiser found a chair
    come(session, three)
    assert states(session) == ["confirmed", "offered", "waiting"]
    assert taken(session) == 2


def test_more_places_let_in_who_waits(crew: Crew) -> None:
    session = lecture(crew, places=1)
    come(session, *crowd(4))
    Session.objects.filter(pk=session.pk).update(places=3)
    assert services.lapse(timezone.now()) == 1
    assert states(session) == ["confirmed", "offered", "offered", "waiting"]
    assert taken(session) == 3
    assert services.lapse(timezone.now()) == 0


def test_an_offer_ends_at_half_of_what_is_left_and_none_is_made_in_the_last_hour(
    crew: Crew,
) -> None:
    one, two, three = crowd(3)
    session = later(lecture(crew, places=1), starts_at=timedelta(hours=4))
    first, second, _third = come(session, one, two, three)
    services.cancel(first, by=one)
    second.refresh_from_db()
    assert second.offered_until is not None
    assert second.offered_until < timezone.now() + timedelta(hours=2)
    later(session, starts_at=timedelta(minutes=59))
    services.cancel(second, by=two)
    assert states(session) == ["cancelled", "cancelled", "waiting"]
    assert taken(session) == 0


def test_who_still_waits_when_it_begins_waits_no_longer(crew: Crew) -> None:
    session = lecture(crew, places=1)
    services.sign_up(session, by=crew.cast.ji, own=True)
    (waiting,) = services.sign_up(session, by=crew.ma, minors=[child()])
    later(session, starts_at=-timedelta(minutes=1))
    assert services.lapse(timezone.now()) == 1
    assert states(session) == ["confirmed", "lapsed"]
    assert waiting.minor is not None
    waiting.minor.refresh_from_db()
    assert (waiting.minor.name, waiting.minor.deleted_at is None) == ("", False)
    assert services.lapse(timezone.now()) == 0


def test_a_cancelled_child_leaves_nothing_but_that_it_was_deleted(crew: Crew) -> None:
    session = lecture(crew)
    (made,) = services.sign_up(session, by=crew.ma, minors=[child()])
    services.cancel(made, by=crew.ma)
    assert Minor.objects.get().name == ""
    assert Deletion.objects.get().why == "cancelled"
    assert taken(session) == 0
    services.sign_up(session, by=crew.ma, minors=[child()])
    assert taken(session) == 1


def test_only_the_holder_cancels_and_accepts(crew: Crew) -> None:
    session = lecture(crew)
    (made,) = come(session, crew.cast.ji)
    for person in (crew.ma, crew.tang, crew.qin):
        with pytest.raises(NotAllowed):
            services.cancel(made, by=person)
        with pytest.raises(NotAllowed):
            services.accept(made, by=person)
    services.cancel(made, by=None)  # the platform, when a room above has asked
    assert states(session) == ["cancelled"]


def test_what_is_over_is_not_cancelled_again(crew: Crew) -> None:
    session = lecture(crew)
    (made,) = come(session, crew.cast.ji)
    with pytest.raises(WrongState):
        services.accept(made, by=crew.cast.ji)
    services.cancel(made, by=crew.cast.ji)
    with pytest.raises(WrongState):
        services.cancel(made, by=crew.cast.ji)
    assert taken(session) == 0
    (again,) = come(session, crew.cast.ji)
    later(session, starts_at=-timedelta(minutes=1))
    with pytest.raises(types.Begun):
        services.cancel(again, by=crew.cast.ji)


def test_nothing_is_offered_in_a_session_that_was_cancelled(crew: Crew) -> None:
    one, two, three = crowd(3)
    session = lecture(crew, places=1)
    first, second, _third = come(session, one, two, three)
    services.cancel(first, by=one)
    Session.objects.filter(pk=session.pk).update(state="cancelled")
    with pytest.raises(types.Cancelled):
        services.accept(second, by=two)
    services.cancel(second, by=two)
    assert states(session) == ["cancelled", "cancelled", "waiting"]


def test_an_offer_passes_over_whose_county_is_full(crew: Crew) -> None:
    one, two, three, four = crowd(4)
    here, there = region("511802"), region("511822")
    session = lecture(crew, places=2, most_per_region=1)
    come(session, one, region=here)
    (second,) = come(session, two, region=there)
    come(session, three, region=region("511803"))
    (last,) = come(session, four, region=region("511824"))
    Session.objects.filter(pk=session.pk).update(most_per_region=1)
    services.cancel(second, by=two)
    assert states(session) == ["confirmed", "cancelled", "offered", "waiting"]
    assert last.turn is not None


def test_a_session_that_cannot_be_settled_holds_up_no_other(crew: Crew) -> None:
    broken, drawn, other = lecture(crew, places=2), drawn_lecture(crew), lecture(crew, places=1)
    services.hold(broken, 2, by=crew.ma)
    come(other, *crowd(2))
    services.cancel(Registration.objects.get(session=other, state="confirmed"), by=None)
    for session in (broken, other):
        run_out(session)
    Session.objects.filter(pk=broken.pk).update(taken=0)  # as no writer of the room leaves it
    later(drawn, draws_at=-timedelta(seconds=1))
    services.lapse(timezone.now())
    assert states(other) == ["cancelled", "lapsed"]
    assert selectors.paper(drawn) is not None
