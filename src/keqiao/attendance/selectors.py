"""Who came, what was said, and who may know of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from keqiao.access.policies import NOTHING, Visitor
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.activities.models import Session
from keqiao.attendance import policies
from keqiao.attendance.models import CheckIn, Feedback, HeadCount
from keqiao.attendance.types import (
    ASKED_WITHIN,
    FEEDBACK_DAYS,
    KEPT_AFTER,
    LEAST_ANSWERS,
    OPENS_BEFORE,
    QUESTIONS,
    Answer,
    Counts,
    Said,
)
from keqiao.base.codes import is_code
from keqiao.base.errors import Invalid, Missing
from keqiao.base.phrases import N_
from keqiao.base.text import clean_line
from keqiao.paperwork.proof import Certificate
from keqiao.proofs import selectors as proofs
from keqiao.proofs.models import Proof
from keqiao.proofs.types import Content
from keqiao.registrations.models import Registration
from keqiao.registrations.states import SEATED

SHOWN = (  # a list at a door needs a name and a code; what else is held about a child never leaves the table here
    "code", "state", "session_id", "person_id", "person__name", "person__email", "person__is_active",
    "minor_id", "minor__name", "minor__deleted_at", "minor__guardian_id",
)  # fmt: skip
TITLE = N_("参加证明")
CERTIFIED = N_("下列人员参加了以下活动，到场有签到记录。特此证明。")
CODE = F("registration__code")
STANDING = Q(undone_at=None)
CAME = STANDING & (Q(is_admitted=True) | Q(registration__state__in=SEATED))


@dataclass(frozen=True, slots=True)
class AtDoor:
    """One line of the list at a door: a registration, and the check-in of it that stands.

    ``is_settled`` is false of whoever came without a place, as long as nobody has let them in.
    """

    registration: Registration
    came: CheckIn | None
    is_settled: bool


def session_to_run(code: str, *, by: Visitor) -> Session:
    """Return a session at which ``by`` checks people in; raise Missing."""
    found = _session(code)
    if found is None or not policies.may_check_in(by, found):
        raise Missing
    return found


def session_to_read(code: str, *, by: Visitor) -> Session:
    """Return a session of which ``by`` reads the feedback; raise Missing."""
    found = _session(code)
    if found is None or not policies.may_read_feedback(by, found):
        raise Missing
    return found


def get(code: str, *, by: Visitor) -> Registration:
    """Return a registration with its session, for who has its ticket and for who runs the session; raise Missing."""
    rows = _shown().select_related("session__activity__association__region")
    found = rows.filter(code=code).first() if is_code(code) else None
    if found is None:
        raise Missing
    if not policies.holds(by, found) and not policies.may_check_in(by, found.session):
        raise Missing
    return found


def own(code: str, *, by: Person) -> Registration:
    """Return a registration whose ticket the person has; raise Missing."""
    found = get(code, by=by)
    if not policies.holds(by, found):
        raise Missing
    return found


def registration_in(session: Session, code: str) -> Registration | None:
    """Return the registration of a session with that code, whatever its state."""
    return _shown().filter(session=session, code=code).first()


def at_the_door(session: Session, query: str = "") -> list[AtDoor]:
    """Return who is expected or came, by name; ``query`` is a part of a name, or a code."""
    came = CheckIn.objects.filter(STANDING, registration__session=session)
    rows = _shown().filter(session=session)
    rows = rows.filter(Q(state__in=SEATED) | Q(pk__in=came.values("registration")))
    if query:
        rows = rows.filter(_called(query))
    named_last = sorted(rows, key=lambda one: (not name_of(one), name_of(one), one.code))
    found = {one.registration_id: one for one in came}
    return [_at_door(one, found.get(one.pk)) for one in named_last]


def name_of(registration: Registration) -> str:
    """Return the name of who has the place: of a child its own; empty when it was deleted."""
    minor = registration.minor
    return registration.person.name if minor is None else minor.name


def has_place(registration: Registration) -> bool:
    """Tell whether a place is counted for the registration."""
    return registration.state in SEATED


def check_in(registration: Registration) -> CheckIn | None:
    """Return the check-in that stands, decided or not."""
    return CheckIn.objects.filter(STANDING, registration=registration).first()


def came(registration: Registration) -> bool:
    """Tell whether who has the registration came, and had a place or was let in."""
    return CheckIn.objects.filter(CAME, registration=registration).exists()


def opens_at(session: Session) -> dt.datetime:
    """Return from when people are checked in."""
    return session.starts_at - OPENS_BEFORE


def keep_until(session: Session) -> dt.datetime:
    """Return until when a phone may keep the list of a session."""
    return session.ends_at + KEPT_AFTER


def plausible(session: Session, pressed_at: dt.datetime, received_at: dt.datetime) -> dt.datetime:
    """Return when somebody arrived: when it was pressed, or when we heard of it if that cannot be."""
    return pressed_at if opens_at(session) <= pressed_at <= received_at else received_at


def may_answer_now(session: Session, now: dt.datetime) -> bool:
    """Tell whether feedback is taken: from the end of the session, for 30 days."""
    return session.ends_at <= now < session.ends_at + dt.timedelta(days=FEEDBACK_DAYS)


def feedback(registration: Registration) -> Feedback | None:
    """Return what was answered for a registration."""
    return Feedback.objects.filter(registration=registration).first()


def to_ask(now: dt.datetime) -> list[Registration]:
    """Return who came to what ended within a week and has said nothing, if there is somebody to ask."""
    week = (now - ASKED_WITHIN, now)
    rows = _shown().filter(feedback=None, session__ends_at__range=week, person__is_active=True)
    rows = rows.filter(Q(minor=None) | Q(minor__guardian__isnull=False))
    there = CheckIn.objects.filter(CAME, registration__session__ends_at__range=week)
    rows = rows.filter(pk__in=there.values("registration"))
    return list(rows.select_related("session__activity", "minor__guardian").order_by("pk"))


def counts(session: Session) -> Counts:
    """Return how many had a place, came, wait for a decision and were counted by number."""
    standing = CheckIn.objects.filter(STANDING, registration__session=session)
    came_count = standing.filter(CAME).count()
    counted = HeadCount.objects.filter(session=session).order_by("-pk").first()
    return Counts(
        seated=Registration.objects.filter(session=session, state__in=SEATED).count(),
        came=came_count,
        undecided=standing.count() - came_count,
        heads=counted.count if counted is not None else None,
    )


def said(session: Session) -> Said:
    """Return what was said after a session, nameless; the texts in the order of their characters, not of time."""
    rows = list(Feedback.objects.filter(registration__session=session).order_by("text", "pk"))
    if len(rows) < LEAST_ANSWERS:
        return Said(len(rows), {}, ())
    tallies = {name: Counter(getattr(row, name) for row in rows) for name in QUESTIONS}
    counted = {
        name: {answer: tally[answer] for answer in Answer} for name, tally in tallies.items()
    }
    return Said(len(rows), counted, tuple(row.text for row in rows if row.text))


def certified(session: Session) -> Content:
    """Return what a certificate says of a session, which names nobody."""
    activity = session.activity
    begun, ended = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    until = f"{ended:%H:%M}" if ended.date() == begun.date() else f"{ended:%Y-%m-%d %H:%M}"
    lines = (
        (N_("活动"), activity.title),
        (N_("场次"), session.title),
        (N_("时间"), f"{begun:%Y-%m-%d %H:%M}—{until}"),
        (N_("地点"), session.place),
        (N_("主办单位"), activity.association.name),
    )
    return Content(TITLE, tuple(line for line in lines if line[1]))


def certificate(proof: Proof, registration: Registration) -> Certificate:
    """Return the paper of a proof with the name on it."""
    content = Content.of(proof.content)
    return Certificate(
        title=content.title,
        code=proof.code,
        name=name_of(registration),
        text=CERTIFIED,
        lines=content.lines,
        issuer=proof.association.name,
        issued_on=timezone.localdate(proof.issued_at),
        address=proofs.address(proof),
        hash=proof.hash,
    )


def clock(moment: dt.datetime, session: Session) -> str:
    """Return a time as it is read at the door: the day too where it is not the one on which the session starts."""
    local = timezone.localtime(moment)
    is_same = local.date() == timezone.localdate(session.starts_at)
    return f"{local:%H:%M}" if is_same else f"{local:%m-%d %H:%M}"


def held_about(person: Person) -> Held:
    """Return what is held about a person: where they or their children came, what they said, whom they checked in."""
    own_rows = Q(registration__person=person) | Q(registration__minor__guardian=person)
    attended = CheckIn.objects.filter(own_rows).select_related("registration__session__activity")
    told = Feedback.objects.filter(own_rows).order_by("pk")
    made = CheckIn.objects.filter(Q(by=person) | Q(undone_by=person)).order_by("pk")
    counted = HeadCount.objects.filter(by=person).order_by("pk")
    return {
        "attendance": [
            {
                "registration_code": one.registration.code,
                "title": one.registration.session.activity.title,
                "arrived_at": one.arrived_at,
                "undone_at": one.undone_at,
            }
            for one in attended.order_by("pk")
        ],
        "feedback": list(told.values(*QUESTIONS, "text", "at", registration_code=CODE)),
        "check_ins_made": list(
            made.values("arrived_at", "received_at", "undone_at", registration_code=CODE)
        ),
        "head_counts": list(counted.values("count", "at", session_code=F("session__code"))),
    }


def _called(query: str) -> Q:
    """Return the condition that somebody is meant by what was typed; one character of a Chinese name is enough."""
    try:
        part = clean_line(query, most=60)
    except Invalid:  # what no name holds finds nobody
        return NOTHING
    named = Q(minor=None, person__name__icontains=part) | Q(minor__name__icontains=part)
    return named | Q(code__iexact=part)


def _at_door(registration: Registration, came: CheckIn | None) -> AtDoor:
    is_settled = has_place(registration) or (came is not None and came.is_admitted is True)
    return AtDoor(registration, came, is_settled)


def _session(code: str) -> Session | None:
    rows = Session.objects.select_related("activity__association__region", "region", "leader")
    return rows.filter(code=code).first() if is_code(code) else None


def _shown() -> QuerySet[Registration]:
    return Registration.objects.select_related("person", "minor").only(*SHOWN)
