"""Takes copies and erases, by the services of every room; the room has no table of its own."""

from __future__ import annotations

from django.db import transaction

from keqiao.access import services as access
from keqiao.accounts import services as accounts
from keqiao.accounts.models import Person
from keqiao.attendance import services as attendance
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.casework import persons
from keqiao.casework import services as case_services
from keqiao.casework.models import Party
from keqiao.casework.policies import acting_for
from keqiao.casework.states import LIVE
from keqiao.casework.types import NoteKind
from keqiao.classes import services as classes
from keqiao.complaints import services as complaints
from keqiao.guardians import services as guardians
from keqiao.invitations import services as invitations
from keqiao.messaging import services as messaging
from keqiao.needs import services as needs
from keqiao.offers import services as offers
from keqiao.organisations import services as organisations
from keqiao.privacy import selectors
from keqiao.privacy.types import Copy, Plan
from keqiao.registrations import services as registrations
from keqiao.sheets import services as sheets
from keqiao.tokens import services as tokens
from keqiao.volunteering import services as volunteering

NOT_YOURS = N_("请输入您登录用的邮箱，一个字母都不能差。")
LEFT_SEAT = N_("账号已注销")
LEFT = N_("本方的一位经办人已注销账号。还没有确认的成果，请本方其他成员登录确认。")


class Blocked(Refused):
    """Others would be left with something that only this person can do."""

    text = N_("还有事情要先交接，账号现在不能注销。请看页面上列出的各项。")


class NotConfirmed(Refused):
    """Erasure is typed, not clicked."""

    text = NOT_YOURS


@transaction.atomic
def take_copy(person: Person, *, by: Person) -> Copy:
    """Return a copy of all that is held about the person, and record that it was taken."""
    if by.pk != person.pk:
        raise NotAllowed
    made = selectors.copy(person)
    rows = sum(len(held) for held in made.sections.values())
    accounts.record_copy(person, {"rows": rows, "files": len(made.files)}, by=by)
    return made


@transaction.atomic
def erase(person: Person, typed: str, *, by: Person) -> Plan:
    """Erase the account and what was only the person's, all or nothing; return what was erased and what is kept.

    ``typed`` is the person's own e-mail address. Raise NotConfirmed, Blocked, NotAllowed. What a confirmation, a
    minute, a contract says stays: it is the other side's too.
    """
    row = accounts.hold(person, by=by)
    if typed.strip().lower() != row.email:
        raise NotConfirmed
    access.hold(row, by=row)
    organisations.hold(row, by=row)
    planned = selectors.plan(row)
    if planned.blocks:
        raise Blocked
    carried = persons.carried_needs(row), persons.carried_offers(row)
    tokens.erase(row, by=row)
    invitations.erase(row, by=row)
    _leave_tables(row)
    complaints.erase(row, by=row)
    sheets.erase(row, by=row)
    classes.erase(row, by=row)
    registrations.erase(row, by=row)
    attendance.erase(row, by=row)
    guardians.erase(row, by=row)
    volunteering.erase(row, by=row)
    offers.erase(row, carried=carried[1], by=row)
    needs.erase(row, carried=carried[0], by=row)
    organisations.erase(row, by=row)
    access.erase(row, by=row)
    messaging.erase(row, by=row)
    counted = {one.section.key: one.count for one in (*planned.goes, *planned.kept)}
    accounts.erase(row, counted, by=row)
    return planned


def _leave_tables(person: Person) -> None:
    """Tell the tables at which the person acts for a body; rise from those where the seat is the person's own."""
    own = list(persons.own_seats(person))
    shared = Party.objects.filter(acting_for(person), case__state__in=LIVE)
    told = set()
    for seat in shared.exclude(pk__in=[one.pk for one in own]).select_related("case"):
        if seat.case_id not in told:
            case_services.note(seat.case, LEFT, by=person, kind=NoteKind.NOTE)
            told.add(seat.case_id)
    for seat in own:
        case_services.remove_party(seat, by=person, reason=LEFT_SEAT)
