"""The only writer of complaints."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import MOST_EMAIL, Person
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import Intake, clean_text
from keqiao.complaints import policies, selectors
from keqiao.complaints.models import Barred, Complaint, Step
from keqiao.complaints.states import MACHINE, State
from keqiao.complaints.types import TAKEN_DAYS, TERM_DAYS, About, Content, Measure, Thing
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.places.models import Region

LEAST_TEXT = 5
MOST_TEXT = 3000
TEXT_NEEDED = N_("请写清楚哪里有问题，至少 %(least)s 个字。")
WRONG_CONTACT = N_("邮箱的写法不对，请写成 name@example.cn 的样子，或者留空。")


class NothingAbove(Refused):
    """The topmost desk has nobody to refer to."""

    text = N_("上面没有可以转办的科协，请在本级办理。")


class ObjectedAlready(Refused):
    """An answer is objected to once, and not for ever."""

    text = N_("对答复的异议只能提一次，并且要在答复后 15 天以内。")


def subject_of(complaint: Complaint) -> Subject:
    """Return how the journal names a complaint."""
    return Subject("complaint", complaint.code)


@transaction.atomic
def lodge(about: About, content: Content, *, by: Person | None) -> tuple[Complaint, str]:
    """Take a complaint in, of anybody, and put it on a desk; return it with the key of its secret link.

    The key is not kept: it is told once. Raise Invalid.
    """
    values = _cleaned(content)
    today = timezone.localdate()
    region = _region(about.region_id)
    barred = {*about.persons, *([by.pk] if by is not None else [])}
    is_raised = about.thing == Thing.CASE  # reviewers do not see cases
    desk = selectors.desk_for(
        region, barred=barred, organisation=about.organisation_id, is_raised=is_raised
    )
    key = secrets.token_urlsafe(32)
    complaint = Complaint(
        code=new_code("T"),
        key_digest=selectors.digest(key),
        author=by,
        thing=about.thing,
        thing_code=about.code,
        path=about.path[:200],
        title=about.title[:120],
        region_id=region,
        organisation_id=about.organisation_id,
        desk_id=desk or settings.HOME_REGION,
        is_raised=is_raised,
        act_on=today + dt.timedelta(days=TAKEN_DAYS),
        due_on=today + dt.timedelta(days=TERM_DAYS),
        **values,
    )
    complaint.save(force_insert=True)
    Barred.objects.bulk_create(Barred(complaint=complaint, person_id=one) for one in sorted(barred))
    data = {"kind": content.kind.value, "about": f"{about.thing.value} {about.code}".strip()}
    journal.record("complaint.received", subject_of(complaint), by=by, data=data)
    return complaint, key


@transaction.atomic
def take(complaint: Complaint, *, by: Person) -> Complaint:
    """Take a complaint up, which tells whoever complained that it is looked into; or over from a colleague."""
    if not policies.may_handle(by, complaint) or complaint.handler_id == by.pk:
        raise NotAllowed
    values = {"handler": by, "act_on": max(complaint.due_on, _acting())}
    if complaint.taken_at is None:
        values["taken_at"] = timezone.now()
    return _move(complaint, "take", values, by=by)


@transaction.atomic
def refer(complaint: Complaint, text: str, *, by: Person) -> Complaint:
    """Give a complaint to the desk above, and say why; raise NothingAbove."""
    if not policies.may_handle(by, complaint):
        raise NotAllowed
    why = clean_text(text, most=MOST_TEXT, field="text", required=True)
    desk = _above(complaint)
    if desk is None:
        raise NothingAbove
    values = {"desk_id": desk, "handler": None, "act_on": _acting(), "is_raised": True}
    return _move(complaint, "refer", values, by=by, text=why)


@transaction.atomic
def answer(complaint: Complaint, text: str, measure: Measure, *, by: Person) -> Complaint:
    """Answer whoever complained, and note what was done about the thing; who took it up does."""
    if complaint.handler_id != by.pk or not policies.may_handle(by, complaint):
        raise NotAllowed
    said = clean_text(text, most=MOST_TEXT, field="text", required=True)
    values = {"answered_at": timezone.now()}
    return _move(complaint, "answer", values, by=by, text=said, measure=measure)


@transaction.atomic
def withdraw(complaint: Complaint, *, by: Person | None, key: str = "") -> Complaint:
    """Take a complaint back: its author, or whoever holds the key."""
    _refuse_others(complaint, by, key)
    return _move(complaint, "withdraw", {"handler": None}, by=by)


@transaction.atomic
def object_to(complaint: Complaint, text: str, *, by: Person | None, key: str = "") -> Complaint:
    """Say why the answer does not do; it goes to an administrator above. Raise ObjectedAlready.

    Who gave the answer does not decide about it, unless there is nobody else at the top.
    """
    _refuse_others(complaint, by, key)
    said = clean_text(text, most=MOST_TEXT, field="text", required=True)
    MACHINE.after("object", complaint.state)
    if not selectors.may_object(complaint, timezone.localdate()):
        raise ObjectedAlready
    desk = _above(complaint, without=complaint.handler_id)
    if desk is not None and complaint.handler_id is not None:
        Barred.objects.get_or_create(complaint=complaint, person_id=complaint.handler_id)
    values = {
        "desk_id": desk or complaint.desk_id,
        "is_raised": True,
        "handler": None,
        "objected_at": timezone.now(),
        "act_on": _acting(),
        "due_on": timezone.localdate() + dt.timedelta(days=TERM_DAYS),
    }
    return _move(complaint, "object", values, by=by, text=said)


@transaction.atomic
def rise(complaint: Complaint, *, by: Person | None = None) -> Complaint:
    """Have an overdue complaint rise to the administrators above; the platform does. At the top it stays, overdue."""
    if by is not None or complaint.act_on >= timezone.localdate():
        raise NotAllowed
    desk = _above(complaint) or complaint.desk_id
    values = {"desk_id": desk, "is_raised": True, "handler": None, "act_on": _acting()}
    return _move(complaint, "rise", values, by=None)


@transaction.atomic
def erase(person: Person, *, by: Person) -> None:
    """Take the person off: own complaints lose name and address, those in hand go back to their desks."""
    if by.pk != person.pk:
        raise NotAllowed
    Complaint.objects.filter(author=person).update(author=None, contact="")
    Step.objects.filter(complaint__author=None, by=person, verb__in=("object", "withdraw")).update(
        by=None
    )
    for one in Complaint.objects.filter(handler=person, state=State.TAKEN).order_by("pk"):
        _move(one, "give_back", {"handler": None, "act_on": _acting()}, by=by)


def _cleaned(content: Content) -> dict[str, Any]:
    intake = Intake()
    text = intake.text("text", content.text, most=MOST_TEXT)
    intake.check(len(text) >= LEAST_TEXT, "text", TEXT_NEEDED, least=LEAST_TEXT)
    contact = intake.line("contact", content.contact, most=MOST_EMAIL)
    intake.check(not contact or _is_email(contact), "contact", WRONG_CONTACT)
    intake.finish()
    return {"kind": content.kind, "text": text, "contact": contact}


def _is_email(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _region(code: str) -> str:
    is_known = bool(code) and Region.objects.filter(pk=code).exists()
    return code if is_known else settings.HOME_REGION


def _acting() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=TAKEN_DAYS)


def _above(complaint: Complaint, *, without: int | None = None) -> str | None:
    """Return the desk above that has an administrator to ask; None when there is none.

    An answer objected to (``without`` who gave it) may also be decided by a second administrator of its own desk, when
    that one is the topmost.
    """
    barred = set(complaint.barred.values_list("person_id", flat=True))
    if without is not None:
        barred.add(without)
    desk = selectors.desk_for(
        complaint.region_id,
        barred=barred,
        organisation=complaint.organisation_id,
        above=complaint.desk_id,
    )
    if desk is None and without is not None:
        desk = selectors.second_at(complaint, barred)
    return desk


def _refuse_others(complaint: Complaint, by: Person | None, key: str) -> None:
    is_author = by is not None and policies.wrote(by, complaint)
    if not (is_author or selectors.opens(key, complaint)):
        raise NotAllowed


def _move(
    complaint: Complaint,
    verb: str,
    values: dict[str, Any],
    *,
    by: Person | None,
    text: str = "",
    measure: str = "",
) -> Complaint:
    state = MACHINE.after(verb, complaint.state)
    rows = Complaint.objects.filter(
        pk=complaint.pk, state=complaint.state, handler=complaint.handler_id
    )
    if not rows.update(**values, state=state):
        raise WrongState
    Step.objects.create(complaint=complaint, verb=verb, text=text, measure=measure, by=by)
    complaint.refresh_from_db()
    data = {"desk": complaint.desk_id, **({"measure": measure} if measure else {})}
    journal.record(f"complaint.{verb}", subject_of(complaint), by=by, data=data)
    return complaint
