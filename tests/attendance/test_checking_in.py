"""Who came: pressed once or often, on time or late, with a place or without."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.attendance.camp import child, over, place, session
from tests.crew import Crew
from tests.needs.test_at_once import at_once

from keqiao.attendance import selectors, services
from keqiao.attendance.models import CheckIn
from keqiao.attendance.types import Counts, Press, Reply, Result
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry
from keqiao.registrations.models import Registration

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def press(one: Registration, age: dt.timedelta = dt.timedelta()) -> Press:
    return Press(uuid4(), one.code, age)


def recorded(action: str) -> int:
    return Entry.objects.filter(action=action).count()


def test_the_leader_checks_a_child_in_and_the_journal_names_nobody(crew: Crew) -> None:
    held = session(crew)
    one = place(held, crew.ma, minor=child(held, crew.ma))
    reply = services.check_in(held, press(one), by=crew.qin)
    assert reply.result == Result.NEW
    assert selectors.came(one)
    entry = Entry.objects.get(action="registration.checked_in")
    assert (entry.subject_key, entry.actor_id) == (one.code, crew.qin.pk)
    assert entry.data == {"session": held.code, "has_place": True}
    assert selectors.counts(held) == Counts(seated=1, came=1, undecided=0, heads=None)


def test_an_organiser_of_the_node_checks_in_too_and_nobody_else(crew: Crew) -> None:
    held = session(crew)
    one = place(held, crew.cast.ji)
    for who in (crew.ma, crew.luo, crew.cast.wu, crew.cast.sun, crew.cast.ji):
        with pytest.raises(NotAllowed):
            services.check_in(held, press(one), by=who)
        with pytest.raises(NotAllowed):
            services.receive(held, [], by=who)
    assert not CheckIn.objects.exists()
    assert services.check_in(held, press(one), by=crew.tang).result == Result.NEW


def test_the_same_press_delivered_twice_counts_once(crew: Crew) -> None:
    held = session(crew)
    pressed = press(place(held, crew.cast.ji))
    first, again = (services.check_in(held, pressed, by=crew.qin) for _ in range(2))
    assert (first.result, again.result) == (Result.NEW, Result.ALREADY)
    assert str(again.said) == str(first.said)
    assert CheckIn.objects.count() == recorded("registration.checked_in") == 1


def test_two_phones_that_scan_one_person_are_both_told_when_he_came(crew: Crew) -> None:
    held = session(crew)
    one = place(held, crew.cast.ji)
    services.check_in(held, press(one, age=dt.timedelta(minutes=5)), by=crew.qin)
    reply = services.check_in(held, press(one), by=crew.tang)
    assert reply.result == Result.ALREADY
    came = CheckIn.objects.get()
    assert str(reply.said) == f"已签到 {selectors.clock(came.arrived_at, held)}"
    assert came.by == crew.qin


def test_a_number_of_a_press_is_not_taken_for_a_second_person(crew: Crew) -> None:
    held = session(crew)
    one, other = place(held, crew.cast.ji), place(held, crew.luo)
    pressed = press(one)
    services.check_in(held, pressed, by=crew.qin)
    with pytest.raises(Invalid):
        services.check_in(held, Press(pressed.key, other.code), by=crew.qin)
    assert not selectors.came(other)


def test_what_a_phone_kept_for_an_hour_has_both_times(crew: Crew) -> None:
    held = session(crew, starts_at=timezone.now() - 2 * HOUR)
    services.check_in(held, press(place(held, crew.cast.ji), age=HOUR), by=crew.qin)
    came = CheckIn.objects.get()
    assert came.received_at - came.arrived_at == HOUR


@pytest.mark.parametrize("age", [dt.timedelta(days=400), dt.timedelta(days=10_000)])
def test_a_time_that_cannot_be_is_replaced_by_ours(crew: Crew, age: dt.timedelta) -> None:
    held = session(crew)
    services.check_in(held, press(place(held, crew.cast.ji), age=age), by=crew.qin)
    came = CheckIn.objects.get()
    assert came.arrived_at == came.received_at


def test_the_database_knows_no_arrival_after_we_heard_of_it(crew: Crew) -> None:
    one = place(session(crew), crew.cast.ji)
    now = timezone.now()
    values = {"registration": one, "press": uuid4(), "by": crew.qin, "received_at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckIn.objects.create(**values, arrived_at=now + HOUR)


def test_a_session_across_midnight_takes_people_on_both_days(crew: Crew) -> None:
    held = session(crew)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    held.starts_at, held.ends_at = midnight - 2 * HOUR, midnight + 2 * HOUR
    assert selectors.clock(midnight - HOUR, held) == "23:00"
    assert selectors.clock(midnight + HOUR, held) == f"{midnight:%m-%d} 01:00"
    assert selectors.plausible(held, midnight + HOUR, midnight + HOUR) == midnight + HOUR
    assert selectors.plausible(held, midnight - HOUR, midnight + HOUR) == midnight - HOUR


def test_nobody_is_checked_in_the_day_before_nor_into_what_is_cancelled(crew: Crew) -> None:
    tomorrow = timezone.now() + 24 * HOUR
    early = session(crew, starts_at=tomorrow, ends_at=tomorrow + HOUR)
    with pytest.raises(services.NotYet) as refusal:
        services.check_in(early, press(place(early, crew.cast.ji)), by=crew.qin)
    opens = timezone.localtime(tomorrow - 12 * HOUR)
    assert f"{opens:%Y-%m-%d %H:%M}" in str(refusal.value)
    off = session(crew, state="cancelled")
    with pytest.raises(services.CalledOff):
        services.check_in(off, press(place(off, crew.cast.ji)), by=crew.qin)
    assert not CheckIn.objects.exists()


def test_a_session_moved_to_next_week_takes_no_press_of_today_but_knows_the_earlier_ones(
    crew: Crew,
) -> None:
    held = session(crew)
    one, late = place(held, crew.cast.ji), place(held, crew.luo)
    before = press(one)
    services.check_in(held, before, by=crew.qin)
    held.starts_at += dt.timedelta(days=7)
    held.ends_at += dt.timedelta(days=7)
    held.save()
    replies = services.receive(held, [before, press(late)], by=crew.qin)
    assert [reply.result for reply in replies] == [Result.ALREADY, Result.REFUSED]
    assert "还没有到签到的时间" in str(replies[1].said)


def test_a_session_moved_forward_an_hour_keeps_what_was_pressed_before(crew: Crew) -> None:
    held = session(crew)
    pressed = press(place(held, crew.cast.ji), age=dt.timedelta(minutes=5))
    held.starts_at += HOUR
    held.ends_at += HOUR
    held.save()
    services.check_in(held, pressed, by=crew.qin)
    came = CheckIn.objects.get()
    assert came.received_at - came.arrived_at == dt.timedelta(minutes=5)


def test_who_cancelled_meanwhile_is_kept_until_the_leader_decides(crew: Crew) -> None:
    held = session(crew)
    one = place(held, crew.cast.ji, state="cancelled")
    reply = services.check_in(held, press(one), by=crew.qin)
    assert reply.result == Result.NO_PLACE
    assert "到了但没有名额" in str(reply.said)
    assert selectors.counts(held) == Counts(seated=0, came=0, undecided=1, heads=None)
    assert [row.registration.code for row in selectors.at_the_door(held)] == [one.code]
    services.admit(held, one.code, by=crew.qin)
    assert selectors.came(one)
    assert selectors.counts(held) == Counts(seated=0, came=1, undecided=0, heads=None)
    assert recorded("registration.admitted") == 1
    with pytest.raises(WrongState):
        services.admit(held, one.code, by=crew.qin)


def test_who_had_no_place_and_gets_one_came(crew: Crew) -> None:
    held = session(crew)
    one = place(held, crew.cast.ji, state="waiting")
    services.check_in(held, press(one), by=crew.qin)
    assert not selectors.came(one)
    Registration.objects.filter(pk=one.pk).update(state="confirmed")
    assert selectors.came(one)


def test_a_wrong_press_is_taken_back_and_the_right_one_made(crew: Crew) -> None:
    held = session(crew)
    one = place(held, crew.cast.ji)
    wrong = press(one)
    services.check_in(held, wrong, by=crew.qin)
    undone = services.undo(held, one.code, by=crew.tang)
    assert (undone.undone_by, selectors.came(one)) == (crew.tang, False)
    assert recorded("registration.check_in_undone") == 1
    with pytest.raises(Missing):
        services.undo(held, one.code, by=crew.qin)
    assert services.check_in(held, wrong, by=crew.qin).result == Result.UNDONE
    assert not selectors.came(one)
    assert services.check_in(held, press(one), by=crew.qin).result == Result.NEW
    assert selectors.came(one)


def test_others_neither_undo_nor_let_in(crew: Crew) -> None:
    held = session(crew)
    one = place(held, crew.cast.ji, state="cancelled")
    services.check_in(held, press(one), by=crew.qin)
    for who in (crew.ma, crew.cast.ji, crew.cast.sun):
        with pytest.raises(NotAllowed):
            services.undo(held, one.code, by=who)
        with pytest.raises(NotAllowed):
            services.admit(held, one.code, by=who)


def test_the_code_of_another_session_is_not_here(crew: Crew) -> None:
    held, other = session(crew), session(crew)
    one = place(other, crew.cast.ji)
    with pytest.raises(services.NotHere):
        services.check_in(held, press(one), by=crew.qin)
    replies = services.receive(held, [press(one), press(place(held, crew.luo))], by=crew.qin)
    assert [reply.result for reply in replies] == [Result.REFUSED, Result.NEW]
    assert crew.cast.ji.name not in str(replies[0].said)


def test_heads_are_counted_only_where_places_are_not(crew: Crew) -> None:
    lecture = session(crew, places=None)
    services.count_heads(lecture, 120, by=crew.qin)
    services.count_heads(lecture, 131, by=crew.tang)
    assert selectors.counts(lecture).heads == 131
    assert recorded("session.heads_counted") == 2
    for wrong in (-1, 100_001):
        with pytest.raises(Invalid):
            services.count_heads(lecture, wrong, by=crew.qin)
    with pytest.raises(NotAllowed):
        services.count_heads(lecture, 1, by=crew.ma)
    with pytest.raises(services.Counted):
        services.count_heads(session(crew), 5, by=crew.qin)


def test_the_list_at_the_door_knows_names_and_codes_and_nothing_of_health(crew: Crew) -> None:
    held = session(crew)
    own = place(held, crew.luo)
    young = place(held, crew.ma, minor=child(held, crew.ma, "阿依木"))
    place(held, crew.cast.ji, state="waiting")
    assert [row.registration.code for row in selectors.at_the_door(held)] == [own.code, young.code]
    assert [row.registration.code for row in selectors.at_the_door(held, "依木")] == [young.code]
    assert selectors.at_the_door(held, "阿依·马兰") == []  # the mother is not who comes
    assert [row.registration.code for row in selectors.at_the_door(held, own.code.lower())] == [
        own.code
    ]
    (row,) = selectors.at_the_door(held, young.code)
    minor = row.registration.minor
    assert minor is not None
    assert {"health_note", "emergency_phone"} <= minor.get_deferred_fields()


def test_a_list_costs_the_same_however_many_are_on_it(
    crew: Crew, django_assert_num_queries: object
) -> None:
    held = session(crew)
    for number in range(12):
        minor = child(held, crew.ma, f"孩子{number}")
        services.check_in(held, press(place(held, crew.ma, minor=minor)), by=crew.qin)
    with django_assert_num_queries(2):  # type: ignore[operator]
        rows = selectors.at_the_door(held)
        assert all(selectors.name_of(row.registration) and row.came for row in rows)


def test_what_is_held_about_the_one_who_checks_in_and_about_the_guardian(crew: Crew) -> None:
    held = session(crew)
    one = place(held, crew.ma, minor=child(held, crew.ma))
    services.check_in(held, press(one), by=crew.qin)
    assert [row["registration_code"] for row in selectors.held_about(crew.ma)["attendance"]] == [
        one.code
    ]
    assert len(selectors.held_about(crew.qin)["check_ins_made"]) == 1
    assert selectors.held_about(crew.qin)["attendance"] == []
    over(held)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_same_press", [True, False])
def test_many_phones_at_the_same_moment_make_one_row(crew: Crew, *, is_same_press: bool) -> None:
    held = session(crew)
    one = place(held, crew.cast.ji)
    key = uuid4()
    told: list[Reply] = []

    def phone() -> None:
        pressed = Press(key if is_same_press else uuid4(), one.code)
        told.append(services.check_in(held, pressed, by=crew.qin))

    assert at_once(*[phone] * 6) == []
    assert sorted(one.result for one in told) == [Result.ALREADY] * 5 + [Result.NEW]
    assert CheckIn.objects.count() == recorded("registration.checked_in") == 1
