"""A rush: a sign-up costs a fixed number of questions, and who presses twice keeps no place from others."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.crew import Crew
from tests.registrations.room import come, crowd, lecture, taken

from keqiao.accounts.models import Person
from keqiao.activities import selectors as activities
from keqiao.activities.models import Session
from keqiao.registrations import services
from keqiao.registrations.models import Hold
from keqiao.registrations.types import AlreadyRegistered, FamilyLimit, Full

pytestmark = pytest.mark.django_db
MOST = 13  # with the journal's and the bell's


def asked(session: Session, who: Person) -> list[str]:
    """Return the questions of one sign-up."""
    with CaptureQueriesContext(connection) as seen:
        come(session, who)
    return [one["sql"] for one in seen.captured_queries]


def test_a_seat_and_a_turn_cost_a_fixed_number_of_questions_whoever_waits(crew: Crew) -> None:
    session = lecture(crew, places=2)
    people = crowd(20)
    come(session, people[0])
    seat = asked(session, people[1])
    first = asked(session, people[2])
    come(session, *people[3:19])
    last = asked(session, people[19])
    assert len(seat) <= MOST
    assert len(first) == len(last) <= MOST
    assert taken(session) == 2
    row_by_row = [sql for sql in last if '"registrations_registration"."code"' in sql]
    assert all(sql.startswith("INSERT") for sql in row_by_row)  # nobody who waits is read


def test_when_nothing_is_left_one_question_answers_and_nothing_is_locked(crew: Crew) -> None:
    session = lecture(crew, places=1, most_waiting=1)
    people = crowd(3)
    come(session, *people[:2])
    session = activities.session(session.code, by=people[2])  # as a page reads it
    with CaptureQueriesContext(connection) as seen, pytest.raises(Full):
        services.sign_up(session, by=people[2], own=True)
    (only,) = seen.captured_queries
    assert only["sql"].startswith("SELECT")
    assert "FOR UPDATE" not in only["sql"]


def test_who_has_a_place_keeps_no_second_one_from_others(crew: Crew) -> None:
    session = lecture(crew, places=3)
    come(session, crew.cast.ji)
    with pytest.raises(AlreadyRegistered):
        services.hold(session, 1, by=crew.cast.ji, own=True)
    assert (Hold.objects.count(), taken(session)) == (0, 1)
    assert (
        services.hold(session, 1, by=crew.cast.ji) is not None
    )  # for a child, who is not known yet
    assert taken(session) == 2


def test_nothing_is_kept_beyond_what_one_person_may_have(crew: Crew) -> None:
    session = lecture(crew, places=9, most_per_family=2)
    come(session, crew.cast.ji)
    with pytest.raises(FamilyLimit):
        services.hold(session, 2, by=crew.cast.ji)
    assert (Hold.objects.count(), taken(session)) == (0, 1)
