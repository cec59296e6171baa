"""The only writer of sheets."""

from __future__ import annotations

from collections.abc import Collection
from typing import IO

from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.codes import new_code
from keqiao.base.errors import Missing, NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.needs import services as needs
from keqiao.organisations.models import Organisation
from keqiao.sheets import intake, policies, selectors
from keqiao.sheets.models import Sheet
from keqiao.sheets.states import MACHINE, State
from keqiao.sheets.types import Verdict, to_json

MOST_WAITING = 10  # sheets of one person


class TooManyWaiting(Refused):
    """Whoever has this many sheets waiting looks at them first."""

    text = N_("您已有 %(most)s 份表格等您确认，请先确认或删除，再上传新的。")


class NothingChosen(Refused):
    """No line of the sheet would become a draft."""

    text = N_("没有可以导入的行。请按提示改好表格再上传。")


def subject_of(sheet: Sheet) -> Subject:
    """Return how the journal names a sheet."""
    return Subject("sheet", sheet.code)


def hold(
    stream: IO[bytes], *, name: str, size: int, organisation: Organisation, by: Person
) -> Sheet:
    """Read a sheet and hold what it says; no need is made. Raise Invalid or Unreadable for the file as a whole.

    ``size`` in bytes. A large sheet takes seconds to read: nobody waits for it, the transaction comes after.
    """
    if not policies.may_hold(by, organisation):
        raise NotAllowed
    if selectors.waiting(by).count() >= MOST_WAITING:
        raise TooManyWaiting(most=MOST_WAITING)
    facts, lines = intake.read(stream, name=name, size=size, organisation=organisation, by=by)
    sheet = Sheet(
        code=new_code("T"),
        organisation=organisation,
        held_by=by,
        name=facts.name,
        sha256=facts.sha256,
        lines=[to_json(line) for line in lines],
    )
    data = {"sha256": facts.sha256, "lines": len(lines)}
    with transaction.atomic():
        sheet.save(force_insert=True)
        journal.record("sheet.held", subject_of(sheet), by=by, data=data)
    return sheet


@transaction.atomic
def apply(sheet: Sheet, *, by: Person, left_out: Collection[int] = ()) -> list[str]:
    """Make drafts of exactly the good lines that were shown, but those ``left_out`` by number; return their codes.

    It happens once: raise WrongState the second time. Of the sheet stays what is still to be put right.
    """
    if not policies.may_apply(by, sheet):
        raise NotAllowed
    state = MACHINE.after("apply", sheet.state)
    lines = selectors.lines(sheet)
    good = [line for line in lines if line.verdict == Verdict.NEW]
    wrong = [to_json(line) for line in lines if line.verdict == Verdict.WRONG]
    chosen = {new_code("N"): line for line in good if line.number not in left_out}
    if not chosen:
        raise NothingChosen
    made = list(chosen)
    changed = Sheet.objects.filter(pk=sheet.pk, state__in=MACHINE.sources("apply")).update(
        state=state, applied_at=timezone.now(), lines=wrong, made=made
    )
    if not changed:
        raise WrongState
    for code, line in chosen.items():
        needs.draft(
            line.content,
            by=by,
            organisation=sheet.organisation,
            code=code,
            proposed=line.proposed,
        )
    sheet.refresh_from_db()
    data = {"sha256": sheet.sha256, "needs": made, "left_out": len(good) - len(made)}
    journal.record("sheet.applied", subject_of(sheet), by=by, data=data)
    return made


@transaction.atomic
def drop(sheet: Sheet, *, by: Person | None) -> None:
    """Remove a sheet that was not applied; ``by`` None is the platform, when nobody confirmed it in time."""
    if by is not None and not policies.may_apply(by, sheet):
        raise NotAllowed
    if not Sheet.objects.filter(pk=sheet.pk, state=State.HELD).delete()[0]:
        raise WrongState if Sheet.objects.filter(pk=sheet.pk).exists() else Missing
    journal.record("sheet.dropped", subject_of(sheet), by=by, data={"sha256": sheet.sha256})


@transaction.atomic
def erase(person: Person, *, by: Person) -> None:
    """Drop what a person who leaves brought in and nobody confirmed."""
    if by.pk != person.pk:
        raise NotAllowed
    for sheet in Sheet.objects.filter(held_by=person, state=State.HELD).order_by("pk"):
        drop(sheet, by=by)
