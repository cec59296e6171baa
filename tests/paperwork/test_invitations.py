"""Invitations, read again by a calendar."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from tests.hostile.corpus import KINDS, NAMES

from keqiao.base.errors import Invalid
from keqiao.paperwork import invitations

NOON = datetime.datetime(2026, 7, 8, 6, 30, tzinfo=datetime.UTC)
INVITATION = invitations.Invitation(
    uid="C-7K3M9QXA-1@keqiao.example",
    title="锂渣三方座谈",
    place="雅安市科协，三楼；会议室",
    note="请带渣样。\n14:30 开始",
    starts_at=NOON,
    ends_at=NOON + datetime.timedelta(hours=2),
    sent_at=NOON - datetime.timedelta(days=7),
    organiser=invitations.Guest(name="吴桥", address="wuqiao@keqiao.example"),
    guests=(
        invitations.Guest(name="𠮷田㐂·阿依", address="jitianxi@keqiao.example"),
        invitations.Guest(address="chenyan@keqiao.example", is_required=False),
    ),
)


def event(ics: bytes) -> Any:
    """Return the one event of a calendar."""
    (found,) = Calendar.from_ical(ics).walk("VEVENT")
    return found


def test_an_invitation_asks_every_guest_at_the_time_of_shanghai() -> None:
    ics = invitations.invitation_ics(INVITATION)
    read = event(ics)
    assert Calendar.from_ical(ics)["METHOD"] == "REQUEST"
    assert read["UID"] == INVITATION.uid
    assert read["SEQUENCE"] == 0
    assert read["SUMMARY"] == "锂渣三方座谈"
    assert read["LOCATION"] == "雅安市科协，三楼；会议室"
    assert read["DESCRIPTION"] == "请带渣样。\n14:30 开始"
    assert read["DTSTART"].dt.isoformat() == "2026-07-08T14:30:00+08:00"
    assert b"DTSTART;TZID=Asia/Shanghai:20260708T143000" in ics
    assert b"BEGIN:VTIMEZONE" in ics
    assert read["ORGANIZER"] == "mailto:wuqiao@keqiao.example"
    first, second = read["ATTENDEE"]
    assert (first.params["CN"], first.params["RSVP"]) == ("𠮷田㐂·阿依", "TRUE")
    assert second.params["ROLE"] == "OPT-PARTICIPANT"


def test_a_cancellation_names_the_same_meeting_with_a_higher_number() -> None:
    ics = invitations.cancellation_ics(replace(INVITATION, sequence=1))
    assert Calendar.from_ical(ics)["METHOD"] == "CANCEL"
    read = event(ics)
    assert (read["UID"], read["SEQUENCE"], read["STATUS"]) == (INVITATION.uid, 1, "CANCELLED")
    assert all("RSVP" not in guest.params for guest in read["ATTENDEE"])


def test_the_same_invitation_gives_the_same_bytes_in_lines_of_75() -> None:
    ics = invitations.invitation_ics(replace(INVITATION, title="长" * 200))
    assert ics == invitations.invitation_ics(replace(INVITATION, title="长" * 200))
    assert max(map(len, ics.split(b"\r\n"))) <= 75


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"uid": "a\r\nX:1"}, "uid"),
        ({"sequence": -1}, "sequence"),
        ({"title": ""}, "title"),
        ({"starts_at": NOON.replace(tzinfo=None)}, "starts_at"),
        ({"ends_at": NOON}, "ends_at"),
        ({"organiser": invitations.Guest(address="吴桥")}, "organiser.address"),
        ({"guests": (invitations.Guest(address="a@b.example\nBcc: x"),)}, "guests.0.address"),
    ],
)
def test_what_a_calendar_would_not_understand_is_refused(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        invitations.invitation_ics(replace(INVITATION, **changes))
    assert field in {problem.field for problem in refusal.value.problems}


@pytest.mark.parametrize(("name", "text"), KINDS, ids=NAMES)
def test_hostile_text_never_adds_a_line_of_its_own(name: str, text: str) -> None:  # noqa: ARG001 - names the case
    guest = invitations.Guest(name=text, address="x@keqiao.example")
    hostile = replace(INVITATION, title=text or "题", place=text, note=text, guests=(guest,))
    try:
        ics = invitations.invitation_ics(hostile)
    except Invalid:
        return
    assert set(event(ics)) <= {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "LOCATION", "DESCRIPTION", "ORGANIZER",
        "ATTENDEE",
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    title=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=80),
    minutes=st.integers(1, 10_000),
)
def test_what_was_written_is_read(title: str, minutes: int) -> None:
    ends_at = NOON + datetime.timedelta(minutes=minutes)
    read = event(invitations.invitation_ics(replace(INVITATION, title=title, ends_at=ends_at)))
    assert (
        read["SUMMARY"] == title.replace("\u3164", "").replace("\u2800", "")
        or not title.isprintable()
    )
    assert read["DTEND"].dt == ends_at
