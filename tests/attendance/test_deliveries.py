"""What phones deliver, and what others send in their place."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.attendance.camp import HEALTH, PHONE, child, place, session
from tests.cast import browser
from tests.crew import Crew
from tests.hostile.corpus import KINDS

from keqiao.activities.models import Session
from keqiao.attendance import selectors
from keqiao.attendance.models import CheckIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_factor(settings: Settings) -> None:
    """Let organisers in without a second factor, which is another test's matter."""
    settings.STAFF_SECOND_FACTOR = False


NOW = 1_900_000_000_000  # milliseconds by a phone whose clock is years ahead


def deliver(client: Client, held: Session, body: object) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    path = f"/sessions/{held.code}/check-in/sent/"
    return client.post(path, raw, content_type="application/json")


def one_press(code: object, **changes: object) -> dict[str, object]:
    return {"key": str(uuid4()), "code": code, "pressed_at": NOW - 60_000, **changes}


def test_a_phone_whose_clock_is_years_ahead_tells_a_minute_ago(crew: Crew) -> None:
    held = session(crew)
    one = place(held, crew.ma, minor=child(held, crew.ma))
    body = {"now": NOW, "presses": [one_press(one.code)]}
    answer = deliver(browser(crew.qin), held, body)
    assert answer.status_code == 200
    (reply,) = answer.json()["replies"]
    came = CheckIn.objects.get()
    assert (came.received_at - came.arrived_at).total_seconds() == 60
    assert reply["result"] == "new"
    assert reply["said"] == f"已签到 {selectors.clock(came.arrived_at, held)}"
    assert "阿依木" not in answer.content.decode()
    assert deliver(browser(crew.tang), held, body).json()["replies"][0]["result"] == "already"
    assert CheckIn.objects.count() == 1


def test_a_phone_whose_clock_went_backwards_arrives_when_we_hear(crew: Crew) -> None:
    held = session(crew)
    press = one_press(place(held, crew.cast.ji).code, pressed_at=NOW + 3_600_000)
    deliver(browser(crew.qin), held, {"now": NOW, "presses": [press]})
    came = CheckIn.objects.get()
    assert came.arrived_at == came.received_at


def test_strangers_are_told_to_log_in_and_others_that_there_is_no_such_session(
    crew: Crew,
) -> None:
    held = session(crew)
    body = {"now": NOW, "presses": [one_press(place(held, crew.cast.ji).code)]}
    assert deliver(Client(), held, body).status_code == 401
    for who in (crew.ma, crew.luo, crew.cast.wu, crew.cast.sun, crew.cast.ji):
        assert deliver(browser(who), held, body).status_code == 404
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(crew.qin)
    assert deliver(guarded, held, body).status_code == 403
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe", b"{", b"[" * 60_000, b"null", b"[]", b'{"now": NaN, "presses": []}',
        {"now": NOW}, {"now": "1", "presses": []}, {"now": True, "presses": []},
        {"now": 10**400, "presses": []}, {"now": NOW, "presses": {}},
        {"now": NOW, "presses": [one_press("T-1")] * 51}, b'{"now":1,"x":"' + b"x" * 70_000 + b'"}',
    ],
)  # fmt: skip
def test_what_is_no_delivery_is_refused_in_words(crew: Crew, body: object) -> None:
    held = session(crew)
    answer = deliver(browser(crew.qin), held, body)
    assert answer.status_code == 400
    assert answer.json()["said"]
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    "press",
    [
        None, 7, "T-1", [], {}, one_press("T-1", key=None), one_press("T-1", key="x" * 5000), one_press("T-1", key=7),
        one_press("../../etc"), one_press("\ud800"), one_press("一\x00"), one_press("T-1", pressed_at="9:00"),
        one_press("T-1", pressed_at=1.5), one_press("T-1", pressed_at=10**16), one_press({"a": 1}),
        one_press("=cmd|' /C calc'!A0"), one_press("T-1", key="' OR 1=1 --"), one_press("T-1"),
    ],
)  # fmt: skip
def test_a_press_that_is_none_is_answered_and_the_others_are_kept(
    crew: Crew, press: object
) -> None:
    held = session(crew)
    good = one_press(place(held, crew.cast.ji).code)
    answer = deliver(browser(crew.qin), held, {"now": NOW, "presses": [press, good]})
    assert answer.status_code == 200
    results = sorted(reply["result"] for reply in answer.json()["replies"])
    assert results == ["new", "refused"]
    assert CheckIn.objects.count() == 1


def test_hostile_text_typed_at_the_door_is_no_code(crew: Crew) -> None:
    held = session(crew)
    client = browser(crew.qin)
    door = f"/sessions/{held.code}/check-in/"
    for _name, text in KINDS:
        sent = text.encode("utf-8", "surrogatepass")  # what a browser cannot send, others do
        form = f"typed={quote(sent[:100_000])}"
        answer = client.post(door, form, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 302
        assert client.get(f"{door}?q={quote(sent[:4000])}").status_code == 200
    assert not CheckIn.objects.exists()


def test_full_width_and_lower_case_codes_and_addresses_are_understood(crew: Crew) -> None:
    held = session(crew)
    one = place(held, crew.cast.ji)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in one.code.lower())
    door = f"/sessions/{held.code}/check-in/"
    client = browser(crew.qin)
    client.post(door, {"typed": f" {wide} "})
    assert CheckIn.objects.get().registration == one
    client.post(door, {"typed": f"https://keqiao.example/check-in/{one.code}/"})
    assert CheckIn.objects.count() == 1


def test_the_page_of_a_door_is_kept_by_nobody_but_its_own_worker(crew: Crew) -> None:
    held = session(crew)
    place(held, crew.ma, minor=child(held, crew.ma))
    answer = browser(crew.qin).get(f"/sessions/{held.code}/check-in/")
    page = answer.content.decode()
    assert "阿依木" in page
    assert HEALTH not in page
    assert PHONE not in page
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Permissions-Policy"].startswith("camera=(self)")
    until = int(answer.headers["Keqiao-Keep-Until"]) / 1000
    assert until == pytest.approx(held.ends_at.timestamp() + 2 * 24 * 3600, abs=1)


def test_the_list_costs_the_same_queries_however_long(
    crew: Crew, django_assert_max_num_queries: object
) -> None:
    held = session(crew)
    client = browser(crew.qin)
    for number in range(30):
        place(held, crew.ma, minor=child(held, crew.ma, f"孩子{number}"))
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert client.get(f"/sessions/{held.code}/check-in/").status_code == 200
