"""The only writer of classes and pupils."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.activities.states import SessionState
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.classes import intake, policies, selectors
from keqiao.classes.models import Pupil, SchoolClass
from keqiao.classes.states import MACHINE, State
from keqiao.classes.types import Content, Link
from keqiao.guardians.types import Entered, Guardian
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.organisations.models import Organisation
from keqiao.registrations import pupils as registrations
from keqiao.registrations.models import Registration


class Over(Refused):
    """After the class's day nobody confirms any more."""

    text = N_("确认的期限已过，名额已经退回，这里没有保存孩子的任何信息。如需参加，请联系老师。")


class AnsweredAlready(Refused):
    """A link is answered once."""

    text = N_("这个链接已经答复过了，请重新打开查看。")


class NobodyAsked(Refused):
    """There is nobody left for whom a link could be printed."""

    text = N_("没有等待确认的学生，不用打印链接。")


def subject_of(school_class: SchoolClass) -> Subject:
    """Return how the journal names a class."""
    return Subject("class", school_class.code)


@transaction.atomic
def enter(session: Session, school: Organisation, content: Content, *, by: Person) -> SchoolClass:
    """Keep places for a class until its guardians have answered; all of them or none. Nobody is registered yet.

    Raise Invalid, and what refuses the places.
    """
    if not policies.may_enter(by, school):
        raise NotAllowed
    kept, due_at = intake.checked(session, content)
    count = len(kept.pupils)
    registrations.keep(session, count, school=school.name, region=school.region)
    made = SchoolClass(code=new_code("G"), session=session, school=school, teacher=by)
    made.name, made.due_at = kept.name, due_at
    made.save(force_insert=True)
    Pupil.objects.bulk_create(
        Pupil(school_class=made, number=number, called=called)
        for number, called in enumerate(kept.pupils, start=1)
    )
    told = {"session": session.code, "school": school.code, "pupils": count}
    journal.record("class.entered", subject_of(made), by=by, data=told)
    return made


@transaction.atomic
def issue_links(school_class: SchoolClass, *, by: Person) -> list[Link]:
    """Return a fresh link for each pupil whose guardian is asked; earlier ones work no more. They are told once."""
    if not policies.teaches(by, school_class):
        raise NotAllowed
    asked = Pupil.objects.filter(school_class=school_class, state=State.ASKED)
    rows = list(asked.select_for_update().order_by("number"))
    if not rows:
        raise NobodyAsked
    links = []
    for pupil in rows:
        link = Link(pupil.called, secrets.token_urlsafe(32))
        links.append(link)
        pupil.key_digest = selectors.digest(link.key)
    Pupil.objects.bulk_update(rows, ["key_digest"])
    told = {"pupils": len(rows)}
    journal.record("class.links_issued", subject_of(school_class), by=by, data=told)
    return links


@transaction.atomic
def confirm(
    pupil: Pupil, entered: Entered, guardian: Guardian, *, by: Person | None = None
) -> Registration:
    """Register a pupil, as its guardian says by the link; raise Over, AnsweredAlready, ConsentNeeded, Invalid.

    The school is the class's own. Nothing is kept when anything is refused.
    """
    row = _asked(pupil, by)
    own = row.school_class
    at_school = replace(entered, school=own.school.name)
    made = registrations.seat(
        own.session, at_school, guardian, teacher=own.teacher, region=own.school.region
    )
    _move(row, "confirm", {"registration": made, "called": ""})
    _record("class.confirmed", row)
    return made


@transaction.atomic
def refuse(pupil: Pupil, *, by: Person | None = None) -> None:
    """Say no by the link: the pupil's name goes at once, and the place is free."""
    row = _asked(pupil, by)
    _move(row, "refuse", {"key_digest": None, "called": ""})
    registrations.give_back(row.school_class.session, 1)
    _record("class.refused", row)


@transaction.atomic
def withdraw(pupil: Pupil, *, by: Person | None = None) -> None:
    """Take back, by the link, what was confirmed: everything about the child goes, and the place."""
    row = _linked(pupil, by)
    _move(row, "withdraw", {"key_digest": None})
    if row.registration is not None and row.registration.minor is not None:
        registrations.withdraw(row.registration.minor, by=None)
    _record("class.withdrawn", row)


@transaction.atomic
def end(school_class: SchoolClass, *, by: Person | None = None) -> int:
    """Ask no longer: names of whom nobody confirmed go, their places are free; return how many.

    The platform does at the class's day, its teacher whenever they want.
    """
    session = school_class.session
    is_over = min(school_class.due_at, session.starts_at) <= timezone.now()
    if by is not None and not policies.teaches(by, school_class):
        raise NotAllowed
    if by is None and not is_over and session.state != SessionState.CANCELLED:
        raise NotAllowed
    ended = SchoolClass.objects.filter(pk=school_class.pk, ended_at=None)
    if not ended.update(ended_at=timezone.now()):
        return 0
    state = MACHINE.after("lapse", State.ASKED)
    asked = Pupil.objects.filter(school_class=school_class, state__in=MACHINE.sources("lapse"))
    count: int = asked.update(state=state, called="", key_digest=None)
    registrations.give_back(school_class.session, count)
    told = {"session": school_class.session.code, "unanswered": count}
    journal.record("class.ended", subject_of(school_class), by=by, data=told)
    return count


def end_due(now: dt.datetime) -> int:
    """End the classes whose day is over; return how many. Any number of times is once."""
    ended = selectors.over(now)
    for school_class in ended:
        end(school_class)
    return len(ended)


@transaction.atomic
def erase(person: Person, *, by: Person) -> None:
    """End what a teacher who leaves has open; who is confirmed stays so."""
    if by.pk != person.pk:
        raise NotAllowed
    for one in SchoolClass.objects.filter(teacher=person, ended_at=None).select_related("session"):
        end(one, by=by)


def _linked(pupil: Pupil, by: Person | None) -> Pupil:
    """Return the pupil as it is now, locked, for whoever holds its link.

    Nobody with a log-in answers for a guardian, the teacher least of all; whoever holds the link is nobody here.
    """
    if by is not None:
        raise NotAllowed
    rows = Pupil.objects.filter(pk=pupil.pk, key_digest=pupil.key_digest)
    found = rows.select_for_update(of=("self",)).select_related(*selectors.OF_PUPIL).first()
    if found is None or found.key_digest is None:
        raise AnsweredAlready
    return found


def _asked(pupil: Pupil, by: Person | None) -> Pupil:
    """Return the pupil whose guardian answers now: in time, and for the first time."""
    row = _linked(pupil, by)
    if row.state != State.ASKED:
        raise AnsweredAlready
    if row.school_class.due_at <= timezone.now():
        raise Over
    return row


def _move(pupil: Pupil, verb: str, values: dict[str, Any]) -> None:
    state = MACHINE.after(verb, pupil.state)
    rows = Pupil.objects.filter(pk=pupil.pk, state=pupil.state)
    rows.update(**values, state=state, answered_at=timezone.now())


def _record(action: str, pupil: Pupil) -> None:
    own = pupil.school_class
    told = {"session": own.session.code, "number": pupil.number}
    journal.record(action, subject_of(own), by=None, data=told)
