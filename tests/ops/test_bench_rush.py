"""The bench of the rush finds what went wrong: a table sold twice over by hand, an answer that is not so."""

from __future__ import annotations

import pytest
from bench import rush_client, rush_keqiao
from tests.crew import Crew
from tests.registrations.room import child, come, crowd, lecture

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.registrations import services
from keqiao.registrations.models import Registration

pytestmark = pytest.mark.django_db
WRONG = ("oversold", "uncounted", "twice", "gaps", "false")


@pytest.fixture
def session(crew: Crew) -> Session:
    """Two places, taken; one waits, one was sent away."""
    made = lecture(crew, places=2, most_waiting=1)
    come(made, *crowd(3))
    return made


def told(**changes: str) -> dict[str, str]:
    """Return what everybody was told, with changes."""
    so = {"visitor0": "seat", "visitor1": "seat", "visitor2": "wait 1", "visitor3": "full"}
    return {f"{name}@keqiao.example": answer for name, answer in {**so, **changes}.items()}


def faults(session: Session, answers: dict[str, str]) -> dict[str, object]:
    """Return what the checker finds wrong."""
    found = rush_keqiao.count(session.code, answers)
    return {name: found[name] for name in WRONG if found[name]}


def test_a_rush_that_went_well_has_no_faults(session: Session) -> None:
    found = rush_keqiao.count(session.code, told())
    assert (found["seated"], found["taken"], found["waiting"]) == (2, 2, 1)
    assert faults(session, told()) == {}


def test_a_table_oversold_by_hand_is_found(session: Session) -> None:
    waiting = Registration.objects.filter(session=session, state="waiting")
    waiting.update(state="confirmed", turn=None)
    found = faults(session, told(visitor2="seat"))
    assert found == {"oversold": 1, "uncounted": -1}


def test_a_place_that_is_counted_and_belongs_to_nobody_is_found(session: Session) -> None:
    Registration.objects.filter(session=session, state="confirmed").first().delete()  # type: ignore[union-attr]
    assert faults(session, told(visitor0="full")) == {"uncounted": 1}


def test_somebody_with_two_rows_is_found(session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(most_waiting=2)
    session.refresh_from_db()
    visitor = Person.objects.get(email="visitor2@keqiao.example")
    services.sign_up(session, by=visitor, minors=[child()])
    assert faults(session, told(visitor2="wait 2"))["twice"] == 1


@pytest.mark.parametrize(
    ("who", "answer", "is_so"),
    [("visitor0", "full", "seat"), ("visitor2", "wait 2", "wait 1"), ("visitor3", "seat", "full")],
)
def test_an_answer_that_the_rows_do_not_bear_out_is_found(
    session: Session, who: str, answer: str, is_so: str
) -> None:
    fault = f"{who}@keqiao.example: told {answer!r}, is {is_so!r}"
    assert faults(session, told(**{who: answer})) == {"false": [fault]}


def test_somebody_who_was_told_nothing_is_found(session: Session) -> None:
    answers = told()
    del answers["visitor2@keqiao.example"]
    assert faults(session, answers) == {
        "false": ["visitor2@keqiao.example: told nothing, is 'wait 1'"]
    }


def test_the_crowd_reads_answers_cookies_and_how_long_to_wait() -> None:
    raw = b"HTTP/1.1 200 OK\r\nRefresh: 5\r\nSet-Cookie: a=b; Path=/\r\n\r\n" + "请稍候".encode()
    answer = rush_client.parsed("http://localhost/", raw)
    assert (answer.status, answer.text, answer.wait) == (200, "请稍候", 5)
    assert answer.cookies == (("a", "b"),)
