"""The only writer of cases."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused, invalid
from keqiao.base.files import inspect
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import Intake, clean_text
from keqiao.casework import concerns, policies, selectors, steps
from keqiao.casework.concerns import NeedTaken, subject_of
from keqiao.casework.models import Case, CaseFile, Note, Party, Task
from keqiao.casework.states import LIVE, STEPS
from keqiao.casework.steps import ChangedMeanwhile
from keqiao.casework.types import EndReason, NoteKind, Side, StepContent
from keqiao.journal import services as journal
from keqiao.needs import services as needs
from keqiao.needs.models import Need
from keqiao.needs.states import State as NeedState
from keqiao.offers.models import Offer, Studio
from keqiao.organisations.models import Organisation
from keqiao.organisations.types import Standing
from keqiao.places.models import Association

__all__ = [
    "ChangedMeanwhile",
    "NeedTaken",
    "subject_of",
]  # words of the room that its neighbours use
MOST_FILES = 50
NOT_UNVERIFIED = N_("这家单位还没有通过核验，请先核验再请它参加。")
NONE_SOLVED = N_("请至少选一条这次解决了的需求。")
ONLY_SUPPORTS = N_("科协不替任何一方说话，只能作为支持方参加。")
LEAVE_REASON = N_("请写明退出的原因，留在对接单里的各方会看到。")
END_REASON_NEEDED = N_("请选择终止的原因。")
DUE_PAST = N_("期限已经过去，请改为今天或以后的日期。")
TOO_MANY_FILES = N_("每个对接单最多附 %(most)s 个文件。")
Body = Organisation | Studio | Association | Person


class NoBrokerThere(Refused):
    """Only a broker of the case's area can carry it."""

    text = N_("对方不是本地区的经纪人，不能接手这个对接单。")


class AlreadyTheirs(Refused):
    """A case is handed to somebody else."""

    text = N_("这个对接单已经由这位经纪人经办。")


class HasStake(Refused):
    """Whoever acts for a party does not broker between the parties."""

    text = N_("经办的经纪人是这一方的成员，不能既做参与方又做经纪人，请先换一位经纪人。")


class AlreadyThere(Refused):
    """A party sits at the table once."""

    text = N_("这一方已经在对接单里了。")


class LastAsking(Refused):
    """A case without anybody who asks has no purpose."""

    text = N_("至少要保留一个需求方。如果不再对接，请终止这个对接单。")


@transaction.atomic
def open_case(
    wanted: Sequence[Need], *, by: Person, title: str = "", code: str = "", is_example: bool = False
) -> Case:
    """Take up one open need or several; those who ask become its first parties. Raise NeedTaken."""
    if not wanted or not all(policies.may_open(by, need) for need in wanted):
        raise NotAllowed
    first = wanted[0]
    intake = Intake()
    line = intake.line("title", title or first.public_title, most=80, required=True)
    intake.finish()
    case = Case(
        code=code or new_code("C"),
        title=line,
        region=first.region,
        broker=by,
        is_example=is_example,
    )
    case.save(force_insert=True)
    journal.record("case.opened", subject_of(case), by=by, data={"title": line})
    for need in wanted:
        _take(case, need, by=by)
    return case


@transaction.atomic
def add_need(case: Case, need: Need, *, by: Person) -> None:
    """Have the case carry one more open need, and those who ask it sit at its table."""
    if not (policies.works(by, case) and policies.may_open(by, need)):
        raise NotAllowed
    _locked_live(case)
    _take(case, need, by=by)


@transaction.atomic
def advance(
    case: Case, verb: str, entered: StepContent, *, by: Person, revision: int | None = None
) -> Case:
    """Go one step: one of ``states.STEPS``. Raise Invalid when a step off the usual way says no reason."""
    if not policies.works(by, case):
        raise NotAllowed
    if verb not in STEPS:
        raise WrongState
    return steps.go(case, verb, entered, by=by, revision=revision)


@transaction.atomic
def confirm(
    case: Case,
    entered: StepContent,
    *,
    by: Person,
    outcome: str,
    solved: Collection[str] | None = None,
) -> Case:
    """Close the case as a success; the room above calls this, once both sides confirmed ``outcome`` (its code).

    ``solved`` are the codes of the needs that it solves, None for all; the others are open to other answers again.
    """
    if not policies.works(by, case):
        raise NotAllowed
    carried = {one.need.code for one in selectors.concerns(case) if one.released_at is None}
    chosen = carried if solved is None else carried & set(solved)
    if not chosen:
        raise invalid("solved", NONE_SOLVED)
    steps.go(case, "confirm", entered, by=by, data={"outcome": outcome, "solved": sorted(chosen)})
    for concern in concerns.released(case):
        settle = needs.solve if concern.need.code in chosen else needs.release
        settle(concern.need, by=by)
    return case


@transaction.atomic
def end(
    case: Case,
    reason: EndReason | None,
    entered: StepContent,
    *,
    by: Person,
    revision: int | None = None,
) -> Case:
    """End the case without an outcome; its needs are open to other answers again, or withdrawn."""
    if not policies.works(by, case):
        raise NotAllowed
    if reason is None:
        raise invalid("end_reason", END_REASON_NEEDED)
    values = {"end_reason": reason}
    steps.go(
        case, "end", entered, by=by, revision=revision, values=values, data={"end": reason.value}
    )
    for concern in concerns.released(case):
        needs.release(concern.need, by=by)
    return case


@transaction.atomic
def reopen(case: Case, entered: StepContent, *, by: Person) -> Case:
    """Take up an ended case again, with the needs that it was about and that are still open."""
    if not policies.works(by, case):
        raise NotAllowed
    steps.go(case, "reopen", entered, by=by, values={"end_reason": ""})
    for concern in selectors.concerns(case):
        if concern.need.state == NeedState.OPEN:
            concerns.carry(case, concern.need, by=by)
    return case


@transaction.atomic
def hand_over(case: Case, to: Person, *, by: Person) -> Case:
    """Give the case to another broker of its area and of its needs'.

    Its own broker does, an administrator, or whoever takes it up when the broker that it had may work no longer.
    """
    takes = to.pk == by.pk and policies.may_take_over(
        by, case, has_broker=selectors.has_broker(case)
    )
    if not (policies.works(by, case) or policies.oversees(by, case) or takes):
        raise NotAllowed
    if to.pk == case.broker_id:
        raise AlreadyTheirs
    if to not in selectors.brokers(case):
        raise NoBrokerThere
    if selectors.has_stake(to, case):
        raise HasStake
    values = {"broker": to, "revision": case.revision + 1, "changed_at": timezone.now()}
    if not Case.objects.filter(pk=case.pk, revision=case.revision, state__in=LIVE).update(**values):
        raise ChangedMeanwhile
    data = {"from": case.broker_id, "to": to.pk}
    case.refresh_from_db()
    journal.record("case.handed_over", subject_of(case), by=by, data=data)
    for concern in case.concerns.filter(released_at=None).select_related("need").order_by("pk"):
        needs.pass_on(concern.need, to, by=by)
    return case


@transaction.atomic
def add_party(
    case: Case, body: Body, side: Side, *, by: Person | None, offer: Offer | None = None
) -> Party:
    """Seat somebody at the table. ``by`` None is the room above, when the invited accepted themselves."""
    if by is not None and not policies.works(by, case):
        raise NotAllowed
    if isinstance(body, Organisation) and body.standing != Standing.VERIFIED:
        raise invalid("code", NOT_UNVERIFIED)
    is_node = isinstance(body, Association) and body.kind == Association.Kind.ASSOCIATION
    if is_node and side != Side.SUPPORTS:
        raise invalid("side", ONLY_SUPPORTS)
    _locked_live(case)
    who = {_column(body): body}
    if Party.objects.filter(case=case, left_at=None, **who).exists():
        raise AlreadyThere
    party = Party(case=case, side=side, offer=offer, **who)
    if selectors.stands_for(case.broker, party):
        raise HasStake
    party.save(force_insert=True)
    data = {"side": side.value, "party": party.pk, "kind": _column(body)}
    journal.record("case.party_joined", subject_of(case), by=by, data=data)
    return party


@transaction.atomic
def remove_party(party: Party, *, by: Person, reason: str) -> None:
    """Have a party leave, and say why: the broker does, or somebody who acts for it. What it did stays."""
    acts = Party.objects.filter(policies.acting_for(by), pk=party.pk).exists()
    if not (acts or policies.works(by, party.case)):
        raise NotAllowed
    intake = Intake()
    why = intake.line("reason", reason, most=300)
    intake.check(bool(why), "reason", LEAVE_REASON)
    intake.finish()
    case = _locked_live(party.case)
    asking = Party.objects.filter(case=case, side=Side.ASKS, left_at=None).exclude(pk=party.pk)
    if party.side == Side.ASKS and not asking.exists():
        raise LastAsking
    values = {"left_at": timezone.now(), "left_reason": why}
    if Party.objects.filter(pk=party.pk, left_at=None).update(**values):
        journal.record("case.party_left", subject_of(case), by=by, data={"party": party.pk})


@transaction.atomic
def add_task(
    case: Case,
    text: str,
    *,
    by: Person,
    party: Party | None = None,
    due_on: dt.date | None = None,
    since: dt.date | None = None,
) -> Task:
    """Write down something to do; it is due after ``since`` at the earliest, today if nobody says otherwise."""
    values = _task(case, text, party=party, due_on=due_on, since=since, by=by)
    task: Task = Task.objects.create(case=case, added_by=by, **values)
    journal.record("case.task_added", subject_of(case), by=by, data={"task": task.pk})
    return task


@transaction.atomic
def change_task(
    task: Task,
    text: str,
    *,
    by: Person,
    party: Party | None = None,
    due_on: dt.date | None = None,
    since: dt.date | None = None,
) -> None:
    """Write an open task anew; one that is done stays as it was."""
    values = _task(task.case, text, party=party, due_on=due_on, since=since, by=by)
    if Task.objects.filter(pk=task.pk, done_at=None).exclude(**values).update(**values):
        data = {"task": task.pk}
        journal.record("case.task_changed", subject_of(task.case), by=by, data=data)


@transaction.atomic
def withdraw_task(task: Task, *, by: Person) -> None:
    """Take an open task back, as when it was given in error; raise WrongState when it is done."""
    if not policies.works(by, task.case):
        raise NotAllowed
    _locked_live(task.case)
    number = task.pk
    if not Task.objects.filter(pk=number, done_at=None).delete()[0]:
        raise WrongState
    journal.record("case.task_withdrawn", subject_of(task.case), by=by, data={"task": number})


@transaction.atomic
def finish_task(task: Task, *, by: Person) -> None:
    """Mark a task as done: the broker, or whoever acts for the party that it was given to; twice is once."""
    own = Party.objects.filter(policies.acting_for(by), pk=task.party_id or 0).exists()
    if not (own or policies.works(by, task.case)):
        raise NotAllowed
    now = timezone.now()
    if Task.objects.filter(pk=task.pk, done_at=None).update(done_at=now, done_by=by):
        journal.record("case.task_done", subject_of(task.case), by=by, data={"task": task.pk})


@transaction.atomic
def note(case: Case, text: str, *, by: Person, kind: NoteKind, is_shared: bool = False) -> Note:
    """Write down word that came; a party's own note is always shared with the table."""
    if not (policies.works(by, case) or policies.takes_part(by, case)):
        raise NotAllowed
    cleaned = clean_text(text, most=5000, field="text", required=True)
    shown = is_shared or not policies.works(by, case)
    kept: Note = Note.objects.create(case=case, kind=kind, text=cleaned, is_shared=shown, by=by)
    data = {"note": kept.pk, "kind": kind.value, "shared": shown}
    journal.record("case.noted", subject_of(case), by=by, data=data)
    return kept


@transaction.atomic
def attach(
    case: Case, stream: IO[bytes], *, name: str, size: int, most_mib: int, by: Person
) -> CaseFile:
    """Keep a file for the table; raise Invalid when it may not be kept. ``size`` in bytes."""
    if not (policies.works(by, case) or policies.takes_part(by, case)):
        raise NotAllowed
    facts = inspect(stream, name=name, size=size, most_mib=most_mib)
    _locked_live(case)
    if CaseFile.objects.filter(case=case).count() >= MOST_FILES:
        raise invalid("files", TOO_MANY_FILES, most=MOST_FILES)
    kept = CaseFile(case=case, name=facts.name, size=facts.size, sha256=facts.sha256, added_by=by)
    kept.content.save(f"{uuid.uuid4().hex}{facts.ending}", File(stream), save=False)
    try:
        kept.save()
        data = {"sha256": facts.sha256, "size": facts.size}
        journal.record("case.file_added", subject_of(case), by=by, data=data)
    except BaseException:
        kept.content.delete(save=False)
        raise
    return kept


def _task(
    case: Case,
    text: str,
    *,
    party: Party | None,
    due_on: dt.date | None,
    since: dt.date | None,
    by: Person,
) -> dict[str, Any]:
    """Return the columns of a task; raise Invalid, NotAllowed, WrongState."""
    if not policies.works(by, case):
        raise NotAllowed
    intake = Intake()
    line = intake.line("text", text, most=200, required=True)
    earliest = since or timezone.localdate()
    intake.check(due_on is None or due_on >= earliest, "due_on", DUE_PAST)
    intake.finish()
    _locked_live(case)
    if party is not None and party.case_id != case.pk:
        raise NotAllowed
    return {"text": line, "party": party, "due_on": due_on}


def _take(case: Case, need: Need, *, by: Person) -> None:
    concerns.carry(case, need, by=by)
    body: Body = need.organisation if need.organisation is not None else need.author
    there = Party.objects.filter(case=case, left_at=None, **{_column(body): body})
    if not there.exists():
        add_party(case, body, Side.ASKS, by=by)


def _locked_live(case: Case) -> Case:
    """Return the row, locked until the end of the transaction; raise WrongState when the case is closed."""
    row: Case = Case.objects.select_for_update().get(pk=case.pk)
    if row.state not in LIVE:
        raise WrongState
    return row


def _column(body: Body) -> str:
    return type(body).__name__.lower()
