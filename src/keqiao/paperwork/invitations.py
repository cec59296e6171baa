"""Invitations to a meeting as iCalendar (RFC 5545, 5546), and their cancellation; times in Asia/Shanghai."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from keqiao.base.errors import Invalid, Problem
from keqiao.base.phrases import N_, Phrase
from keqiao.paperwork.fields import cleaned, line, many, text

SHANGHAI = ZoneInfo("Asia/Shanghai")
PRODUCT = "-//Keqiao//Keqiao//ZH"
ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+"
)
UID = re.compile(r"[A-Za-z0-9.@_-]{3,200}")
ADDRESS_WRONG = N_("电子邮箱“%(address)s”不完整，请检查后重新填写。")
ENDS_BEFORE = N_("结束时间应在开始时间以后，请核对。")
NO_ZONE = N_("请给出带时区的时间。")
UID_WRONG = N_("邀请的编号里只能有字母、数字和 . @ _ -。")
SEQUENCE_WRONG = N_("邀请的序号应从 0 开始，每改一次加 1。")
TITLE_NEEDED = N_("请填写座谈的名称。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody with an address for mail."""

    name: str = line(100)
    address: str = line(254)
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What is sent. ``uid`` stays one meeting's; ``sequence`` grows with every change, the cancellation too."""

    uid: str
    sequence: int = 0
    title: str = line(200)
    place: str = line(300)
    note: str = text(3000)
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    sent_at: datetime.datetime
    organiser: Guest
    guests: tuple[Guest, ...] = many(200)


def invitation_ics(invitation: Invitation) -> bytes:
    """Return a request to come (METHOD:REQUEST); raise Invalid for what a calendar would not understand."""
    return _calendar(_checked(invitation), "REQUEST", "CONFIRMED")


def cancellation_ics(invitation: Invitation) -> bytes:
    """Return the word that the meeting is off (METHOD:CANCEL); its sequence is higher than the last one sent."""
    return _calendar(_checked(invitation), "CANCEL", "CANCELLED")


def _checked(invitation: Invitation) -> Invitation:
    invitation = cleaned(invitation)
    problems = []
    if not UID.fullmatch(invitation.uid):
        problems.append(Problem("uid", Phrase(UID_WRONG)))
    if invitation.sequence < 0:
        problems.append(Problem("sequence", Phrase(SEQUENCE_WRONG)))
    if not invitation.title:
        problems.append(Problem("title", Phrase(TITLE_NEEDED)))
    times = {name: getattr(invitation, name) for name in ("starts_at", "ends_at", "sent_at")}
    naive = [name for name, time in times.items() if time.tzinfo is None]
    problems += [Problem(name, Phrase(NO_ZONE)) for name in naive]
    if not naive and invitation.ends_at <= invitation.starts_at:
        problems.append(Problem("ends_at", Phrase(ENDS_BEFORE)))
    people = {"organiser": invitation.organiser}
    people |= {f"guests.{place}": guest for place, guest in enumerate(invitation.guests)}
    problems += [
        Problem(f"{field}.address", Phrase(ADDRESS_WRONG, {"address": guest.address}))
        for field, guest in people.items()
        if not ADDRESS.fullmatch(guest.address)
    ]
    if problems:
        raise Invalid(problems)
    return invitation


def _calendar(invitation: Invitation, method: str, status: str) -> bytes:
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.sent_at.astimezone(datetime.UTC))
    event.add("dtstart", invitation.starts_at.astimezone(SHANGHAI))
    event.add("dtend", invitation.ends_at.astimezone(SHANGHAI))
    event.add("summary", invitation.title)
    event.add("status", status)
    for name, said in (("location", invitation.place), ("description", invitation.note)):
        if said:
            event.add(name, said)
    event.add("organizer", _address(invitation.organiser))
    for guest in invitation.guests:
        event.add("attendee", _attendee(guest, is_asked=method == "REQUEST"))
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _attendee(guest: Guest, *, is_asked: bool) -> vCalAddress:
    address = _address(guest)
    address.params["ROLE"] = vText("REQ-PARTICIPANT" if guest.is_required else "OPT-PARTICIPANT")
    if is_asked:
        address.params["PARTSTAT"] = vText("NEEDS-ACTION")
        address.params["RSVP"] = vText("TRUE")
    return address


def _address(guest: Guest) -> vCalAddress:
    address = vCalAddress(f"mailto:{guest.address}")
    if guest.name:
        address.params["CN"] = vText(guest.name.replace('"', "”"))
    return address
