"""What is held when, as a calendar that programs subscribe to or take as a file (RFC 5545, METHOD:PUBLISH)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from icalendar import Calendar, Event, vDuration

from keqiao.paperwork.fields import cleaned, line, text
from keqiao.paperwork.invitations import PRODUCT

REFRESH = datetime.timedelta(hours=12)  # after which programs are asked to look again


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One time at one place. Times carry the zone in which they are told.

    ``uid`` stays one occasion's; ``sequence`` grows with every change, the cancellation too.
    """

    uid: str
    sequence: int
    title: str = line(200)
    place: str = line(400)
    note: str = text(6000)
    address: str = ""  # of its page
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    changed_at: datetime.datetime
    is_off: bool = False


def agenda_ics(name: str, occasions: Iterable[Occasion]) -> bytes:
    """Return occasions as one calendar called ``name``; what was called off stays in it, marked as such."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", " ".join(name.split()))
    refresh = vDuration(REFRESH)
    refresh.params["VALUE"] = "DURATION"
    calendar.add("refresh-interval", refresh)
    for occasion in occasions:
        calendar.add_component(_event(cleaned(occasion)))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(occasion: Occasion) -> Event:
    event = Event()
    event.add("uid", occasion.uid)
    event.add("sequence", occasion.sequence)
    event.add("dtstamp", occasion.changed_at.astimezone(datetime.UTC))
    event.add("dtstart", occasion.starts_at)
    event.add("dtend", occasion.ends_at)
    event.add("summary", occasion.title)
    event.add("status", "CANCELLED" if occasion.is_off else "CONFIRMED")
    for name, said in (
        ("location", occasion.place),
        ("description", occasion.note),
        ("url", occasion.address),
    ):
        if said:
            event.add(name, said)
    return event
