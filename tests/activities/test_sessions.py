"""Sessions: added one by one or for many days, moved, called off; places that grow and shrink."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from tests.activities.made import draft, published, session_content, with_session
from tests.crew import Crew, at

from keqiao.activities import intake, selectors, services
from keqiao.activities.models import Session
from keqiao.activities.types import Leader, Repetition
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry

pytestmark = pytest.mark.django_db


def fields(refusal: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {problem.field for problem in refusal.value.problems}


def test_all_that_is_wrong_with_a_session_is_told_at_once(crew: Crew) -> None:
    odd = session_content(
        ends_at=at(10),
        place="",
        region_id="999999",
        places=0,
        opens_at=at(11),
        most_per_family=0,
        way="lottery",
    )
    with pytest.raises(Invalid) as refusal:
        services.add_sessions(draft(crew), odd, by=crew.tang)
    assert fields(refusal) == {
        "ends_at", "place", "region", "places", "opens_at", "most_per_family", "way",
    }  # fmt: skip
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": None}, "starts_at"),
        ({"ends_at": at(60)}, "ends_at"),
        ({"starts_at": at(10) + timedelta(days=9000), "ends_at": at(11) + timedelta(days=9000)}, "starts_at"),
        ({"closes_at": at(11)}, "closes_at"),
        ({"way": "draw", "places": None, "draws_at": at(9)}, "places"),
        ({"way": "draw"}, "draws_at"),
        ({"way": "draw", "draws_at": at(10, 10)}, "draws_at"),
        ({"way": "draw", "draws_at": at(5), "opens_at": at(6)}, "draws_at"),
        ({"region_id": "５１１８００"}, "region"),
        ({"offer_hours": 0}, "offer_hours"),
    ],
)  # fmt: skip
def test_times_and_numbers_have_to_fit(crew: Crew, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.add_sessions(draft(crew), session_content(**changes), by=crew.tang)  # type: ignore[arg-type]
    assert field in fields(refusal)


def test_a_leader_is_named_by_address_and_whole_name_together(crew: Crew) -> None:
    activity = draft(crew)
    session = with_session(crew, activity, leader=Leader("QinChuan@keqiao.example", "秦川"))
    assert session.leader == crew.qin
    for wrong in (Leader(crew.qin.email, "秦"), Leader("nobody@keqiao.example", "秦川")):
        with pytest.raises(Invalid) as refusal:
            with_session(crew, activity, leader=wrong)
        assert fields(refusal) == {"leader_email"}
        said = str(refusal.value.problems[0].phrase)
        assert said == services.NO_LEADER, "both refusals say the same"


def test_a_weekly_session_is_held_on_across_the_end_of_months() -> None:
    first = date(2027, 1, 30)  # a Saturday
    weekly = Repetition(weekdays=frozenset({5}), until=date(2027, 3, 6))
    assert intake.days(first, weekly) == [
        date(2027, 1, 30), date(2027, 2, 6), date(2027, 2, 13), date(2027, 2, 20), date(2027, 2, 27), date(2027, 3, 6),
    ]  # fmt: skip
    every_other = Repetition(weekdays=frozenset({1, 5}), until=date(2027, 2, 20), every=2)
    assert intake.days(first, every_other) == [
        date(2027, 1, 30), date(2027, 2, 9), date(2027, 2, 13),
    ]  # fmt: skip
    chosen = Repetition(days=(date(2027, 12, 31), date(2028, 2, 29)))
    assert intake.days(first, chosen) == [first, date(2027, 12, 31), date(2028, 2, 29)]
    assert intake.days(first, Repetition()) == [first]


@pytest.mark.parametrize(
    ("repetition", "field"),
    [
        (Repetition(weekdays=frozenset({1})), "until"),
        (Repetition(weekdays=frozenset({1}), until=date(2026, 1, 1)), "until"),
        (Repetition(weekdays=frozenset({1}), until=date(9999, 1, 1)), "until"),
        (Repetition(weekdays=frozenset(range(7)), until=date(2028, 1, 1)), "until"),
        (Repetition(weekdays=frozenset({1}), until=date(2027, 3, 1), every=9), "every"),
        (Repetition(days=(date(2026, 1, 1),)), "days"),
        (Repetition(days=(date(9999, 1, 1),)), "days"),
    ],
)
def test_a_repetition_that_cannot_be_is_refused(repetition: Repetition, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        intake.days(date(2027, 1, 30), repetition)
    assert fields(refusal) == {field}


def test_repeated_sessions_are_made_in_one_go_at_the_same_local_time(crew: Crew) -> None:
    activity = draft(crew)
    first = timezone.localdate() + timedelta(days=10)
    days = intake.days(first, Repetition(days=tuple(first + timedelta(days=7 * n) for n in (1, 2))))
    entered = session_content(opens_at=at(2), closes_at=at(9, 20))
    made = services.add_sessions(activity, entered, by=crew.tang, days=days)
    assert [timezone.localdate(one.starts_at) for one in made] == days
    assert {f"{timezone.localtime(one.starts_at):%H:%M}" for one in made} == {"09:00"}
    assert {one.opens_at for one in made} == {at(2)}
    assert [one.closes_at for one in made] == [at(9, 20), at(16, 20), at(23, 20)]
    entry = Entry.objects.get(action="activity.sessions_added")
    assert entry.data["sessions"] == [one.code for one in made]
    with pytest.raises(NotAllowed):
        services.add_sessions(activity, entered, by=crew.qin)


def test_the_same_local_time_stays_it_where_clocks_are_changed() -> None:
    with timezone.override("Europe/Berlin"):
        before = datetime(2027, 3, 27, 8, 0, tzinfo=UTC)  # nine o'clock there
        after = intake.shifted(before, 1)
    assert after == datetime(2027, 3, 28, 7, 0, tzinfo=UTC), "nine o'clock again"


def test_a_session_across_midnight_touches_two_days(crew: Crew) -> None:
    night = published(crew, starts_at=at(10, 20), ends_at=at(11, 8))
    till_midnight = published(crew, starts_at=at(10, 20), ends_at=at(11, 0))
    first = timezone.localdate() + timedelta(days=10)
    assert selectors.days_of(night) == [first, first + timedelta(days=1)]
    assert selectors.days_of(till_midnight) == [first]


def test_a_move_counts_and_is_told_apart_from_other_changes(crew: Crew) -> None:
    session = published(crew)
    services.change_session(session, session_content(places=40), by=crew.tang, sequence=0)
    assert (session.places, session.sequence) == (40, 1)
    services.change_session(session, session_content(12, places=40), by=crew.tang, sequence=1)
    assert (session.starts_at, session.sequence, session.state) == (at(12), 2, "planned")
    changed, moved = Entry.objects.filter(subject_key=session.code).order_by("position")
    assert (changed.action, changed.data["places"]) == ("session.changed", [30, 40])
    assert (moved.action, moved.data["sequence"]) == ("session.moved", 2)
    assert moved.data["before"]["starts_at"] == at(10).astimezone(UTC).isoformat()
    with pytest.raises(services.ChangedMeanwhile):
        services.change_session(session, session_content(), by=crew.tang, sequence=1)
    with pytest.raises(NotAllowed):
        services.change_session(session, session_content(), by=crew.qin)
    session.refresh_from_db()
    assert session.sequence == 2


def test_places_grow_and_shrink_to_those_that_are_taken(crew: Crew) -> None:
    session = published(crew, places=5)
    with transaction.atomic():
        assert services.take_places(session, 4)
    services.change_session(session, session_content(places=4), by=crew.tang)
    with pytest.raises(Invalid) as refusal:
        services.change_session(session, session_content(places=3), by=crew.tang)
    assert fields(refusal) == {"places"}
    assert "4" in str(refusal.value.problems[0].phrase)
    services.change_session(session, session_content(places=None), by=crew.tang)
    assert session.free_count is None
    with transaction.atomic():
        assert services.take_places(session, 1)
        services.give_back(session, 2)
    session.refresh_from_db()
    assert session.taken == 3


def test_places_are_counted_only_where_the_session_is_held(crew: Crew) -> None:
    session = published(crew)
    services.cancel_session(session, "大雪封山", by=crew.tang)
    with transaction.atomic():
        assert not services.take_places(session, 1)
    assert (session.state, session.cancelled_why, session.sequence) == ("cancelled", "大雪封山", 1)
    with pytest.raises(WrongState):
        services.cancel_session(session, "再次", by=crew.tang)
    with pytest.raises(WrongState):
        services.change_session(session, session_content(), by=crew.tang)
    assert Entry.objects.filter(action="session.cancelled").count() == 1


@pytest.mark.django_db(transaction=True)
def test_places_are_counted_inside_a_transaction(crew: Crew) -> None:
    session = published(crew)
    with pytest.raises(RuntimeError):
        services.take_places(session, 1)
    with pytest.raises(RuntimeError):
        services.give_back(session, 1)


def test_what_is_over_is_neither_moved_nor_called_off(crew: Crew) -> None:
    activity = draft(crew)
    over = with_session(crew, activity, -2)
    with pytest.raises(services.SessionOver):
        services.change_session(over, session_content(), by=crew.tang)
    with pytest.raises(services.SessionOver):
        services.cancel_session(over, "晚了", by=crew.tang)


def test_a_session_of_a_draft_is_deleted_and_no_other(crew: Crew) -> None:
    activity = draft(crew)
    session, other = with_session(crew, activity), with_session(crew, activity, 11)
    with pytest.raises(NotAllowed):
        services.drop_session(session, by=crew.qin)
    services.drop_session(session, by=crew.tang)
    with pytest.raises(Missing):
        selectors.session(session.code, by=crew.tang)
    services.publish(activity, by=crew.tang)
    with pytest.raises(WrongState):
        services.drop_session(other, by=crew.tang)
    assert Session.objects.get() == other


def test_how_places_are_given_out_is_fixed_once_it_was_published(crew: Crew) -> None:
    session = published(crew)
    drawn = session_content(way="draw", draws_at=at(9))
    with pytest.raises(Invalid) as refusal:
        services.change_session(session, drawn, by=crew.tang)
    assert fields(refusal) == {"way"}
    activity = draft(crew)
    kept_back = with_session(crew, activity)
    services.change_session(kept_back, drawn, by=crew.tang)
    assert (kept_back.way, kept_back.draws_at) == ("draw", at(9))
    services.change_session(kept_back, session_content(draws_at=at(9)), by=crew.tang)
    assert kept_back.draws_at is None, "only a draw has a time for it"


def test_who_runs_a_session(crew: Crew) -> None:
    from keqiao.activities import policies

    session = published(crew, leader=Leader(crew.qin.email, crew.qin.name))
    other = published(crew)
    for who, may in ((crew.tang, 2), (crew.cast.he, 2), (crew.qin, 1), (crew.ma, 0)):
        assert [policies.runs(who, session), policies.runs(who, other)].count(True) == may
        assert selectors.to_run(who).count() == may
    assert not policies.runs(crew.luo, session)
