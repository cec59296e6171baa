"""Calls to a meeting, with an entry for each person's own calendar; what is overtaken by a later change is not sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.urls import reverse
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.errors import Invalid
from keqiao.base.phrases import N_, Phrase
from keqiao.casework.models import Case, Party
from keqiao.journal.models import Entry
from keqiao.meetings import selectors as meetings
from keqiao.meetings.models import Meeting
from keqiao.messaging.types import Attendance, Kind, Message
from keqiao.paperwork import invitations
from keqiao.reactions import audience
from keqiao.reactions.about_cases import case_of
from keqiao.reactions.types import Telling, key_of

CALLED = N_("请参加座谈“%(title)s”：%(when)s，%(place)s。")
CHANGED = N_("座谈“%(title)s”有变动：%(when)s，%(place)s。")
CANCELLED = N_("座谈“%(title)s”已取消（原定 %(when)s）。")
NO_LONGER = N_("座谈“%(title)s”（%(when)s）不再需要您方参加。")
CALLS = ("meeting.called", "meeting.changed")
Told = Iterator[tuple[Person, Message]]


def _called(entry: Entry) -> Told:
    yield from _request(entry, CALLED)


def _changed(entry: Entry) -> Told:
    yield from _request(entry, CHANGED)
    case, meeting = _current(entry)
    if case is None or meeting is None:
        return
    gone = _seated_before(entry) - set(entry.data.get("parties", []))
    for person in _staying_away(case, gone, set(entry.data.get("parties", []))):
        yield person, _message(entry, case, meeting, NO_LONGER, person, is_off=True)


def _cancelled(entry: Entry) -> Told:
    case, meeting = _current(entry)
    if case is None or meeting is None:
        return
    seated = Party.objects.filter(case=case, pk__in=_seated_before(entry))
    for person in audience.at_table(case, seated):
        yield person, _message(entry, case, meeting, CANCELLED, person, is_off=True)


def _request(entry: Entry, text: str) -> Told:
    case, meeting = _current(entry)
    if case is None or meeting is None:
        return
    seated = Party.objects.filter(case=case, left_at=None, pk__in=entry.data.get("parties", []))
    for person in audience.at_table(case, seated):
        yield person, _message(entry, case, meeting, text, person, is_off=False)


def _current(entry: Entry) -> tuple[Case | None, Meeting | None]:
    """Return the case and the meeting of an entry, unless the meeting was changed again since."""
    rows = Meeting.objects.select_related("case", "called_by")
    meeting = rows.filter(
        pk=entry.data.get("meeting", 0), sequence=entry.data.get("sequence", -1)
    ).first()
    return case_of(entry), meeting


def _seated_before(entry: Entry) -> set[int]:
    """Return the parties that the last call before an entry named."""
    rows = Entry.objects.filter(
        subject_kind=entry.subject_kind,
        subject_key=entry.subject_key,
        action__in=CALLS,
        position__lt=entry.position,
    )
    for earlier in rows.order_by("-position"):
        if earlier.data.get("meeting") == entry.data.get("meeting"):
            return set(earlier.data.get("parties", []))
    return set()


def _staying_away(case: Case, gone: set[int], seated: set[int]) -> list[Person]:
    """Return who acts for a party that is called no longer, and for none that is."""
    left = audience.at_table(case, Party.objects.filter(case=case, pk__in=gone))
    stays = {one.pk for one in audience.at_table(case, Party.objects.filter(pk__in=seated))}
    return [person for person in left if person.pk not in stays]


def _message(
    entry: Entry, case: Case, meeting: Meeting, text: str, person: Person, *, is_off: bool
) -> Message:
    starts_at = timezone.localtime(meeting.starts_at)
    values = {"title": meeting.title, "when": f"{starts_at:%Y-%m-%d %H:%M}", "place": meeting.place}
    return Message(
        kind=Kind.MEETING,
        key=key_of(entry),
        phrase=Phrase(text, values),
        path=reverse("meeting_detail", args=[meeting.pk]),
        about=f"case:{case.code}",
        attendance=_attendance(entry, meeting, person, is_off=is_off),
    )


def _attendance(
    entry: Entry, meeting: Meeting, person: Person, *, is_off: bool
) -> Attendance | None:
    """Return the calendar entry of one guest, who learns no other's address; None when a calendar would refuse it."""
    guest = invitations.Guest(name=person.name, address=person.email)
    called = replace(meetings.invitation(meeting), guests=(guest,), sent_at=entry.at)
    draw = invitations.cancellation_ics if is_off else invitations.invitation_ics
    try:
        ics = draw(called)
    except Invalid:  # an address in a script of its own, say: the words of the mail have it all
        return None
    return Attendance("CANCEL" if is_off else "REQUEST", ics.decode())


TELLINGS: Mapping[str, Telling] = {
    "meeting.called": _called,
    "meeting.changed": _changed,
    "meeting.cancelled": _cancelled,
}
