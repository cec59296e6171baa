"""From stage to stage: the steps of a case, and the day on which it is looked at again. Part of the room's writer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import Intake
from keqiao.casework import policies
from keqiao.casework.concerns import subject_of
from keqiao.casework.models import Case, Step
from keqiao.casework.states import LIVE, MACHINE, needs_reason
from keqiao.casework.types import StepContent
from keqiao.journal import services as journal

REASON_NEEDED = N_("这一步跳过、退回或终止了对接，请写明原因，以后的人才看得懂。")
LONGEST_DAYS = 730
NEXT_FAR = N_("下次跟进最远可以定在两年以后，请核对年份。")
NEXT_PAST = N_("下次跟进的日期已经过去，请改为今天或以后的日期。")


class ChangedMeanwhile(Refused):
    """Somebody moved the case after this page was opened."""

    text = N_("这个对接单刚才被其他人更新过，请核对现在的阶段后再操作。")


@transaction.atomic
def look_again(case: Case, next_on: dt.date | None, *, by: Person) -> None:
    """Set the day on which the broker wants to look at the case again; None for no day."""
    if not policies.works(by, case):
        raise NotAllowed
    _refuse_beyond(next_on)
    now = timezone.now()
    rows = Case.objects.filter(pk=case.pk, state__in=LIVE)
    if not rows.update(next_on=next_on, changed_at=now):
        raise WrongState
    data = {"next_on": next_on.isoformat() if next_on else None}
    journal.record("case.next_set", subject_of(case), by=by, data=data)


@transaction.atomic
def go(
    case: Case,
    verb: str,
    entered: StepContent,
    *,
    by: Person,
    revision: int | None = None,
    values: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
) -> Case:
    """Go one step by a verb of the table; raise Invalid when a step off the usual way says no reason.

    ``values`` are other columns of the case that change with it, ``data`` what the journal keeps besides.
    """
    state = MACHINE.after(verb, case.state)
    intake = Intake()
    noted = intake.text("note", entered.note, most=5000)
    reason = intake.line("reason", entered.reason, most=300)
    off_the_way = needs_reason(verb, case.state)
    intake.check(bool(reason) or not off_the_way, "reason", REASON_NEEDED)
    next_on = entered.next_on if state in LIVE else None
    intake.finish()
    _refuse_beyond(next_on)
    known = case.revision if revision is None else revision
    now = timezone.now()
    changed = Case.objects.filter(pk=case.pk, revision=known, state=case.state).update(
        **(values or {}),
        state=state,
        next_on=next_on,
        revision=known + 1,
        changed_at=now,
        closed_at=None if state in LIVE else now,
    )
    if not changed:
        raise ChangedMeanwhile
    came_from = case.state
    case.refresh_from_db()
    number = case.steps.count() + 1
    step = Step(case=case, number=number, verb=verb, came_from=came_from, went_to=case.state)
    step.note, step.reason, step.next_on, step.by = noted, reason, next_on, by
    step.save(force_insert=True)
    told = {"verb": verb, "from": came_from, "to": case.state, **(data or {})}
    journal.record("case.moved", subject_of(case), by=by, data=told)
    return case


def _refuse_beyond(next_on: dt.date | None) -> None:
    if next_on is None:
        return
    today = timezone.localdate()
    if next_on < today:
        raise invalid("next_on", NEXT_PAST)
    if next_on > today + dt.timedelta(days=LONGEST_DAYS):
        raise invalid("next_on", NEXT_FAR)
