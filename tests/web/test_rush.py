"""When everybody comes at once: so many sign-ups are worked on, all others are asked to wait, and no page breaks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Event, Semaphore, Thread
from typing import TYPE_CHECKING
from urllib.request import urlopen

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.utils import translation
from tests.cast import YAAN, Cast, browser
from tests.web import rush_urls

from keqiao.config import gunicorn
from keqiao.places.models import Association
from keqiao.web import rush, urls

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries
    from pytest_django.fixtures import Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.rush_urls")]
PAGE, PRESS = "/rush/S-1/", "/rush/S-1/hold/"
WAIT, DONE = "还没有轮到您", "不会重复报名"
HOSTILE = '"><script>alert(1)</script>㐂𠮷'


@pytest.fixture(autouse=True)
def work() -> Iterator[list[Callable[[], object]]]:
    """What a sign-up does; nothing unless a test says so."""
    rush_urls.WORK.clear()
    yield rush_urls.WORK
    rush_urls.WORK.clear()


@pytest.fixture
def full(settings: Settings) -> Iterator[None]:
    """One sign-up is in work, and no more may be."""
    settings.SIGN_UPS_AT_ONCE = 1
    entered = rush.DOOR.enter(1)
    assert entered is not None
    yield
    rush.DOOR.leave(entered)


def test_a_sign_up_that_finds_room_is_answered_as_ever(cast: Cast) -> None:
    answer = browser(cast.ji).get(PAGE)
    assert (answer.content.decode(), "Refresh" in answer.headers) == ("GET S-1 ", False)


@pytest.mark.usefixtures("full")
def test_whoever_finds_the_door_full_is_asked_to_wait_and_no_database_is_asked(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    visitor = browser(cast.ji)
    with django_assert_num_queries(0):
        answer = visitor.get(f"{PAGE}?from=poster")
    page = answer.content.decode()
    assert (answer.status_code, WAIT in page, DONE in page) == (200, True, False)
    assert f'href="{PAGE}?from=poster"' in page
    assert 1 <= int(answer.headers["Refresh"]) <= rush.MOST_SECONDS
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not answer.cookies
    assert len(answer.content) <= 5 * 1024


@pytest.mark.usefixtures("full")
def test_the_waiting_page_speaks_the_language_of_the_visitor_and_types_as_large(
    client: Client,
) -> None:
    client.cookies["django_language"], client.cookies["large_type"] = "en", "1"
    answer = client.get(PAGE)
    page = answer.content.decode()
    assert '<html lang="en" class="large-type">' in page
    with translation.override("en"):
        assert translation.gettext("现在再试") in page
    assert answer.headers["Content-Language"] == "en"


@pytest.mark.usefixtures("full")
def test_a_press_that_has_to_wait_gets_its_form_back_as_it_was_sent(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sent = {"name": HOSTILE, "day": ["1", "2"], "csrfmiddlewaretoken": "sent"}
    with django_assert_num_queries(0):
        answer = client.post(PRESS, sent)
    page = answer.content.decode()
    assert (answer.status_code, WAIT in page, "Refresh" in answer.headers) == (200, True, False)
    assert f'<form method="post" action="{PRESS}" data-again=' in page
    assert "<script>alert" not in page
    assert "㐂𠮷" in page
    assert page.count('name="day"') == 2
    assert page.count('name="csrfmiddlewaretoken" value="sent"') == 1  # the one sent, no new one
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("full")
def test_every_other_page_stays_open_when_the_door_is_full(client: Client) -> None:
    for path in ("/", "/needs/", "/account/login/", "/health/"):
        answer = client.get(path)
        assert (answer.status_code, WAIT in answer.content.decode()) == (200, False), path


def test_every_address_of_the_door_is_one_of_the_site() -> None:
    assert {one.name for one in urls.urlpatterns} >= rush.ADDRESSES


def test_whoever_has_a_form_already_gets_in_before_whoever_begins() -> None:
    door = rush.Door()
    begun = [door.enter(8) is not None for _number in range(8)]
    formed = [door.enter(8, has_form=True) is not None for _number in range(3)]
    assert (begun, formed) == ([True] * 6 + [False] * 2, [True, True, False])


def test_turns_follow_one_another_as_fast_as_the_door_is_left() -> None:
    now = [1000.0]
    door = rush.Door(clock=lambda: now[0])
    told = [door.turn_away(8) for _number in range(800)]
    assert told == sorted(told)
    assert told[0] == rush.LEAST_SECONDS
    assert told[-1] == pytest.approx(100 * rush.STAY)
    for _number in range(
        200
    ):  # each stays half a second, eight at a time: sixteen leave in a second
        entered = door.enter(0)
        assert entered is not None
        now[0] += 0.5
        door.leave(entered)
    line = [door.turn_away(8) for _number in range(160)]
    assert line[-1] == pytest.approx(10, abs=0.1)  # of the first guess hardly a trace is left


def test_nobody_waits_longer_than_the_longest_and_a_line_that_is_done_is_forgotten() -> None:
    now = [1000.0]
    door = rush.Door(clock=lambda: now[0])
    assert max(door.turn_away(1) for _number in range(9000)) <= rush.MOST_SECONDS
    now[0] += rush.MOST_SECONDS + 1
    assert door.turn_away(1) == rush.LEAST_SECONDS


def test_whoever_has_a_form_comes_again_before_the_line_is_done() -> None:
    door = rush.Door()
    for _number in range(2000):
        door.turn_away(8)
    assert max(door.turn_away(8, has_form=True) for _number in range(50)) <= rush.LEAST_SECONDS + 1


def test_a_bound_of_nought_keeps_nobody_out(client: Client, settings: Settings) -> None:
    settings.SIGN_UPS_AT_ONCE = 0
    entered = rush.DOOR.enter(0)
    assert entered is not None
    assert client.get(PAGE).content == b"GET S-1 "
    rush.DOOR.leave(entered)


def test_a_sign_up_that_fails_leaves_the_door_as_it_was(
    client: Client, settings: Settings, work: list[Callable[[], object]]
) -> None:
    settings.SIGN_UPS_AT_ONCE = 1
    client.raise_request_exception = False
    work.append(lambda: 1 / 0)
    assert client.get(PAGE).status_code == 500
    work.clear()
    assert client.get(PAGE).content == b"GET S-1 "


@pytest.mark.django_db(transaction=True)
def test_of_three_at_once_two_are_worked_on_and_the_third_waits_for_none_of_them(
    live_server: LiveServer, settings: Settings, work: list[Callable[[], object]]
) -> None:
    settings.SIGN_UPS_AT_ONCE = 2
    inside, go_on, answers = Semaphore(0), Event(), list[str]()

    def stay() -> None:
        inside.release()
        go_on.wait(60)

    def ask(path: str) -> None:
        with urlopen(live_server.url + path) as answer:  # noqa: S310 - the server of the test
            answers.append(answer.read().decode())

    work.append(stay)
    both = [Thread(target=ask, args=(PAGE,)) for _number in range(2)]
    for one in both:
        one.start()
    assert all(inside.acquire(timeout=60) for _one in both)
    ask(PAGE)
    ask("/offline/")
    assert WAIT in answers[0]
    assert WAIT not in answers[1]
    go_on.set()
    for one in both:
        one.join()
    assert answers[2:] == ["GET S-1 ", "GET S-1 "]
    ask(PAGE)
    assert answers[-1] == "GET S-1 "


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("cast")
def test_a_database_that_is_too_busy_is_told_as_waiting_too(
    client: Client, work: list[Callable[[], object]]
) -> None:
    client.raise_request_exception = False
    node = Association.objects.get(code=f"A-{YAAN}").pk
    work.append(lambda: write_at_once(node))
    with somebody_writing(node):
        page, press = client.get(PAGE), client.post(PRESS, {"name": "安安"})
    assert (page.status_code, press.status_code) == (200, 200)
    assert DONE in page.content.decode()
    assert DONE in press.content.decode()
    assert 'name="name" value="安安"' in press.content.decode()
    assert client.get(PAGE).content == b"GET S-1 "


def test_any_other_fault_of_the_database_stays_a_fault(
    client: Client, work: list[Callable[[], object]]
) -> None:
    client.raise_request_exception = False
    work.append(lambda: connection.cursor().execute("SELECT nothing FROM nowhere"))
    with transaction.atomic():
        assert client.get(PAGE).status_code == 500
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_a_server_that_takes_no_more_connections_is_too_busy() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("an SQLite file has no number of connections")
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS rush_nobody")
        cursor.execute("CREATE ROLE rush_nobody LOGIN CONNECTION LIMIT 0")
    other = connections.create_connection("default")
    other.settings_dict = {**connection.settings_dict, "USER": "rush_nobody"}
    with pytest.raises(DatabaseError) as refused:
        other.ensure_connection()
    assert rush.is_overload(refused.value)
    other.settings_dict = {**connection.settings_dict, "NAME": "nowhere"}
    with pytest.raises(DatabaseError) as wrong:
        other.ensure_connection()
    assert not rush.is_overload(wrong.value)


def test_the_recommended_processes_keep_threads_for_other_pages(settings: Settings) -> None:
    assert 0 < settings.SIGN_UPS_AT_ONCE < gunicorn.threads


def write_at_once(number: int) -> None:
    """Change a row, or fail at once if somebody else is changing it."""
    quick = "PRAGMA busy_timeout = 0" if connection.vendor == "sqlite" else "SET lock_timeout = 1"
    with connection.cursor() as cursor:
        cursor.execute(quick)
    with transaction.atomic():
        Association.objects.filter(pk=number).update(name="雅安市科协")


@contextmanager
def somebody_writing(number: int) -> Iterator[None]:
    """Hold the row (on SQLite the file) from another connection."""
    change = "UPDATE places_association SET name = name WHERE id = "
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
            other.execute(f"{change}{int(number)}")
            yield
            other.rollback()
        return
    parameters = connection.get_connection_params()
    keys = ("dbname", "user", "host", "port")
    with psycopg.connect(**{key: parameters[key] for key in keys if key in parameters}) as other:
        other.execute(f"{change}{int(number)}")
        yield
        other.rollback()
