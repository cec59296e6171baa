"""What goes into calendars and onto a wall: the feed, the file, the month, the poster and its QR."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from pypdf import PdfReader
from tests.activities.made import draft, published, session_content, with_session
from tests.activities.reading_qr import read
from tests.crew import Crew, at

from keqiao.activities import selectors, services
from keqiao.activities.selectors import Filter
from keqiao.paperwork.poster import Poster, poster_pdf
from keqiao.paperwork.qr import qr_svg

pytestmark = pytest.mark.django_db
ANYBODY = AnonymousUser()


def events(client: Client, path: str) -> list[Any]:
    response = client.get(path)
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    made = Calendar.from_ical(response.content)
    assert (made["VERSION"], made["METHOD"]) == ("2.0", "PUBLISH")
    return list(made.walk("VEVENT"))


def test_the_feed_follows_moves_and_cancellations_by_one_uid(crew: Crew, client: Client) -> None:
    session = published(crew)
    draft_of_it = draft(crew)
    with_session(crew, draft_of_it)
    [first] = events(client, "/activities/feed.ics")
    services.change_session(session, session_content(12), by=crew.tang)
    [second] = events(client, "/activities/feed.ics")
    services.cancel_session(session, "下大雪", by=crew.tang)
    [third] = events(client, "/activities/feed.ics")
    assert {str(one["UID"]) for one in (first, second, third)} == {f"session-{session.code}@keqiao"}
    assert [int(one["SEQUENCE"]) for one in (first, second, third)] == [0, 1, 2]
    assert [str(one["STATUS"]) for one in (first, second, third)] == [
        "CONFIRMED", "CONFIRMED", "CANCELLED",
    ]  # fmt: skip
    assert second["DTSTART"].dt == at(12)
    assert "下大雪" in str(third["DESCRIPTION"])
    assert first["DTSTAMP"].dt <= second["DTSTAMP"].dt <= third["DTSTAMP"].dt
    assert str(first["URL"]) == f"{settings.SITE_URL}/sessions/{session.code}/"


def test_times_are_local_with_their_zone_across_midnight(crew: Crew, client: Client) -> None:
    session = published(crew, starts_at=at(10, 20), ends_at=at(11, 8))
    path = f"/sessions/{session.code}/session.ics"
    raw = client.get(path).content.decode()
    assert f"DTSTART;TZID=Asia/Shanghai:{at(10):%Y%m%d}T200000" in raw
    assert f"DTEND;TZID=Asia/Shanghai:{at(11):%Y%m%d}T080000" in raw
    assert "BEGIN:VTIMEZONE" in raw
    [event] = events(client, path)
    assert event["DTSTART"].dt.tzinfo == ZoneInfo("Asia/Shanghai")
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=12)


def test_the_feed_is_narrowed_as_the_list_is(crew: Crew, client: Client) -> None:
    published(crew)
    for query, count in (
        ("region=510000", 1), ("region=510600", 0), ("theme=机器人", 1), ("age=30", 0), ("kind=camp", 1),
        (f"from_on={at(11):%Y-%m-%d}", 0), (f"to_on={at(10):%Y-%m-%d}", 1), ("from_on=9999-12-31", 0),
        ("region=nowhere", 1), ("places=on", 1),
    ):  # fmt: skip
        assert len(events(client, f"/activities/feed.ics?{query}")) == count, query
    page = client.get("/activities/?region=510000").content.decode()
    assert f"{settings.SITE_URL}/activities/feed.ics?region=510000" in page


def test_formulas_and_rare_characters_stay_text_in_a_calendar(crew: Crew, client: Client) -> None:
    odd = "=cmd|' /C calc'!A0；𠮷㐂\\n;,BEGIN:VALARM"
    activity = draft(crew, title=odd)
    session = with_session(crew, activity)
    services.publish(activity, by=crew.tang)
    [event] = events(client, f"/sessions/{session.code}/session.ics")
    assert str(event["SUMMARY"]) == odd
    assert event.subcomponents == []


@pytest.mark.parametrize(
    ("month", "first", "last", "count"),
    [
        ("2027-02-01", "2027-02-01", "2027-02-28", 4),  # from a Monday to a Sunday
        ("2027-03-01", "2027-03-01", "2027-04-04", 5),
        ("2027-08-01", "2027-07-26", "2027-09-05", 6),  # begins on a Sunday
        ("2026-12-01", "2026-11-30", "2027-01-03", 5),  # over the new year
    ],
)
@pytest.mark.usefixtures("reference")
def test_a_month_is_told_in_whole_weeks_from_monday(
    month: str, first: str, last: str, count: int
) -> None:
    weeks = selectors.weeks(date.fromisoformat(month), Filter())
    assert len(weeks) == count
    assert {len(week) for week in weeks} == {7}
    assert (weeks[0][0][0].isoformat(), weeks[-1][-1][0].isoformat()) == (first, last)
    assert {week[0][0].weekday() for week in weeks} == {0}


def test_a_session_stands_on_every_day_that_it_touches(crew: Crew, client: Client) -> None:
    night = published(crew, starts_at=at(10, 20), ends_at=at(11, 8))
    first = timezone.localdate() + timedelta(days=10)
    weeks = selectors.weeks(first.replace(day=1), Filter())
    days = [day for week in weeks for day, found in week if night in found]
    following = first + timedelta(days=1)
    assert days == [first, following] or (first.month != following.month and first in days)
    page = client.get(f"/activities/month/{first:%Y-%m}/").content.decode()
    assert "20:00" in page
    assert f"/sessions/{night.code}/" in page
    if len(days) == 2:
        assert '<span class="month__time">续</span>' in page
    assert client.get("/activities/month/2027-1/").status_code == 404
    assert client.get("/activities/month/2101-01/").status_code == 404
    assert "2100-12" not in client.get("/activities/month/2101-01/").content.decode()


def test_a_cancelled_session_is_not_in_the_month(crew: Crew) -> None:
    session = published(crew)
    services.cancel_session(session, "雨", by=crew.tang)
    weeks = selectors.weeks(at(10).date().replace(day=1), Filter())
    assert not [found for week in weeks for _day, found in week if found]


def test_a_poster_tells_what_when_where_by_whom(crew: Crew, client: Client) -> None:
    activity = draft(crew, title="探秘三星堆𠮷㐂", about="看一看古蜀人的青铜。" * 200)
    for days in range(10, 18):
        with_session(crew, activity, days)
    services.publish(activity, by=crew.tang)
    response = client.get(f"/activities/{activity.code}/poster.pdf")
    assert response.headers["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(response.content))
    assert len(reader.pages) == 1
    said = re.sub(r"\s", "", reader.pages[0].extract_text())
    for part in (
        "探秘三星堆𠮷㐂", "科普营", "雅安市青少年活动中心", "雅安市科协主办", "9–12岁", "免费", "还有3场，扫码看全部。",
        f"{at(10):%Y-%m-%d}".replace(" ", ""), "09:00–12:00",
    ):  # fmt: skip
        assert part in said, part
    assert f"{at(15):%Y-%m-%d}" not in said, "only so many times have room"


def test_a_poster_without_sessions_and_with_long_words_is_one_page() -> None:
    odd = Poster(
        title="长" * 80,
        about="A" * 900,
        occasions=tuple(("2027-03-20 星期六 09:00–12:00", "很长的地名" * 40) for _ in range(5)),
        facts=(("协办", "单位、" * 60),) * 4,
        organiser="科协" * 30,
        address="https://keqiao.example/activities/H-00000000/",
    )
    assert len(PdfReader(BytesIO(poster_pdf(odd))).pages) == 1
    assert len(PdfReader(BytesIO(poster_pdf(Poster(title="空", address="x")))).pages) == 1


@pytest.mark.parametrize(
    "address",
    ["https://keqiao.example/activities/H-12345678/", "http://127.0.0.1:8000/", "https://科桥.example/活动/"],
)  # fmt: skip
def test_the_qr_is_read_as_the_address(address: str) -> None:
    assert read(qr_svg(address)) == address
