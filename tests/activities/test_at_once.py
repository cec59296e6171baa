"""A session moves, shrinks or is called off while people sign up, with real commits: the count stays right."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.activities.made import draft, published, session_content
from tests.crew import Crew
from tests.needs.test_at_once import at_once

from keqiao.activities import services
from keqiao.activities.models import Activity, Session
from keqiao.journal.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def test_places_shrink_and_are_taken_in_the_same_instant(crew: Crew) -> None:
    session = published(crew, places=3)
    taken: list[bool] = []

    def take() -> None:
        with transaction.atomic():
            taken.append(services.take_places(Session(pk=session.pk), 1))

    def shrink() -> object:
        row = Session.objects.select_related("activity__association").get(pk=session.pk)
        return services.change_session(row, session_content(places=1), by=crew.tang)

    refused = at_once(take, take, shrink, take)
    session.refresh_from_db()
    assert session.taken == taken.count(True)
    assert session.places is not None
    assert session.taken <= session.places
    assert (session.places == 1) == (not refused)


def test_a_move_takes_no_place_from_anybody(crew: Crew) -> None:
    session = published(crew, places=5)

    def take() -> None:
        with transaction.atomic():
            assert services.take_places(Session(pk=session.pk), 1)

    def move() -> object:
        row = Session.objects.select_related("activity__association").get(pk=session.pk)
        return services.change_session(row, session_content(12, places=5), by=crew.tang)

    assert at_once(take, move, take) == []
    session.refresh_from_db()
    assert (session.taken, session.sequence) == (2, 1)


def test_who_signs_up_while_it_is_called_off_has_a_place_or_none(crew: Crew) -> None:
    session = published(crew, places=5)
    taken: list[bool] = []

    def take() -> None:
        with transaction.atomic():
            taken.append(services.take_places(Session(pk=session.pk), 1))

    def call_off() -> object:
        row = Activity.objects.select_related("association").get(pk=session.activity_id)
        return services.cancel(row, "雨", by=crew.tang)

    assert at_once(take, call_off, take) == []
    session.refresh_from_db()
    assert (session.state, session.taken) == ("cancelled", taken.count(True))
    with transaction.atomic():
        assert not services.take_places(session, 1)


def test_one_of_two_pages_makes_the_sessions(crew: Crew) -> None:
    activity = draft(crew)

    def add() -> object:
        row = Activity.objects.select_related("association").get(pk=activity.pk)
        return services.add_sessions(row, session_content(), by=crew.tang, revision=1)

    assert len(at_once(add, add)) == 1
    assert Session.objects.count() == 1
    assert Entry.objects.filter(action="activity.sessions_added").count() == 1
