"""Sessions that move or are called off: told to who signed up, leads, helps or brings a class, for their calendars."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from email.utils import parseaddr

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities import selectors as activities
from keqiao.activities.models import Session
from keqiao.activities.states import SessionState
from keqiao.base.errors import Invalid
from keqiao.base.phrases import N_, Phrase
from keqiao.classes.models import SchoolClass
from keqiao.classes.states import State as PupilState
from keqiao.journal.models import Entry
from keqiao.messaging.types import Attendance, Kind, Message
from keqiao.paperwork import invitations
from keqiao.reactions.types import Telling, key_of
from keqiao.registrations.models import Registration
from keqiao.registrations.states import LIVE
from keqiao.volunteering.models import Shift, SignUp
from keqiao.volunteering.states import ShiftState

MOVED = N_("活动“%(title)s”有变动：%(when)s，%(place)s。")
CANCELLED = N_("活动“%(title)s”（原定 %(when)s）已取消：%(why)s")
TO_PASS_ON = {  # to a teacher, as guardians who answer by a link have no account
    MOVED: N_(
        "活动“%(title)s”有变动：%(when)s，%(place)s。您为班级报了名：凭链接确认的监护人收不到通知，请您转告。"
    ),
    CANCELLED: N_(
        "活动“%(title)s”（原定 %(when)s）已取消：%(why)s。您为班级报了名：凭链接确认的监护人收不到通知，请您转告。"
    ),
}
LATER = ("session.moved", "session.cancelled")  # that say more than what came before
Told = Iterator[tuple[Person, Message]]


def _moved(entry: Entry) -> Told:
    for session in _sessions([entry.subject_key]):
        if session.state == SessionState.PLANNED and not _is_overtaken(entry):
            yield from _told(entry, session, MOVED)


def _cancelled(entry: Entry) -> Told:
    for session in _sessions([entry.subject_key]):
        yield from _told(entry, session, CANCELLED)


def _all_cancelled(entry: Entry) -> Told:
    for session in _sessions(entry.data.get("sessions", [])):
        yield from _told(entry, session, CANCELLED)


def _sessions(codes: Iterable[str]) -> list[Session]:
    rows = Session.objects.filter(code__in=list(codes), activity__published_at__isnull=False)
    return list(rows.select_related("activity__association", "leader").order_by("pk"))


def _is_overtaken(entry: Entry) -> bool:
    later = Entry.objects.filter(
        subject_kind=entry.subject_kind,
        subject_key=entry.subject_key,
        position__gt=entry.position,
    )
    return later.filter(action__in=LATER).exists()


def _told(entry: Entry, session: Session, text: str) -> Told:
    teachers = _teachers(entry, session)
    for person in _concerned(entry, session, teachers):
        said = TO_PASS_ON[text] if person.pk in teachers else text
        yield person, _message(entry, session, said, person)


def _teachers(entry: Entry, session: Session) -> set[int]:
    """Return the numbers of those with a class in a session, whether its guardians have answered yet or are asked."""
    rows = SchoolClass.objects.filter(session=session, made_at__lte=entry.at)
    answered = Q(pupils__state=PupilState.CONFIRMED)
    asked = Q(ended_at=None) | Q(ended_at__gte=entry.at)
    return set(rows.filter(answered | asked).values_list("teacher_id", flat=True))


def _concerned(entry: Entry, session: Session, teachers: Collection[int]) -> list[Person]:
    """Return who had signed up, whether they wait or have a place, who leads, who helps in a shift, and ``teachers``.

    A registration that ended since may have ended because of what is told.
    """
    rows = Registration.objects.filter(session=session, made_at__lte=entry.at)
    signed_up = rows.filter(Q(state__in=LIVE) | Q(ended_at__gte=entry.at)).values("person")
    shifts = Shift.objects.filter(session=session, state=ShiftState.PLANNED)
    helping = SignUp.objects.filter(shift__in=shifts, withdrawn_at=None).values("person")
    running = Q(pk=session.leader_id) | Q(pk__in=shifts.values("leader"))
    wanted = running | Q(pk__in=signed_up) | Q(pk__in=helping) | Q(pk__in=teachers)
    found = Person.objects.filter(wanted, is_active=True)
    return list(found.order_by("pk"))


def _message(entry: Entry, session: Session, text: str, person: Person) -> Message:
    starts_at = timezone.localtime(session.starts_at)
    values = {
        "title": _title(session),
        "when": f"{starts_at:%Y-%m-%d %H:%M}",
        "place": session.place,
        "why": session.cancelled_why,
    }
    return Message(
        kind=Kind.ACTIVITY,
        key=f"{key_of(entry)}:{session.code}",
        phrase=Phrase(text, values),
        path=reverse("session_detail", args=[session.code]),
        about=f"session:{session.code}",
        attendance=_attendance(entry, session, person),
    )


def _attendance(entry: Entry, session: Session, person: Person) -> Attendance | None:
    """Return the calendar entry of one guest, called by the platform; None when a calendar would refuse it."""
    is_off = session.state == SessionState.CANCELLED
    draw = invitations.cancellation_ics if is_off else invitations.invitation_ics
    guest = invitations.Guest(name=person.name, address=person.email)
    called = replace(invitation(session), guests=(guest,), sent_at=entry.at)
    try:
        ics = draw(called)
    except Invalid:  # an address in a script of its own, say: the words of the mail have it all
        return None
    return Attendance("CANCEL" if is_off else "REQUEST", ics.decode())


def invitation(session: Session) -> invitations.Invitation:
    """Return a session as an entry for a calendar, from the association by the address of this site's mail."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    node = session.activity.association
    return invitations.Invitation(
        uid=activities.uid(session),
        sequence=session.sequence,
        title=_title(session),
        place=f"{session.place} {session.address}".strip()[:300],
        note=session.activity.about[:3000],
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        sent_at=session.changed_at,
        organiser=invitations.Guest(name=node.name, address=address),
    )


def _title(session: Session) -> str:
    return f"{session.activity.title} {session.title}".strip()


TELLINGS: Mapping[str, Telling] = {
    "session.moved": _moved,
    "session.cancelled": _cancelled,
    "activity.cancelled": _all_cancelled,
}
