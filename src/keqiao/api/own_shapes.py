"""What the interface says of what is a person's own: cases, outcomes, deeds, the token itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Schema

from keqiao.access.policies import Visitor
from keqiao.api import shapes
from keqiao.casework import persons, policies
from keqiao.casework import selectors as casework
from keqiao.casework.models import Case as CaseRow
from keqiao.casework.models import Note as NoteRow
from keqiao.casework.models import Party as PartyRow
from keqiao.casework.models import Step as StepRow
from keqiao.casework.models import Task as TaskRow
from keqiao.journal.models import Entry as EntryRow
from keqiao.outcomes import selectors as outcomes
from keqiao.outcomes.models import Milestone as MilestoneRow
from keqiao.outcomes.models import Outcome as OutcomeRow


class Party(Schema):
    """Who sits at the table; `side` is asks, answers or supports."""

    side: str
    name: str


class CaseHead(Schema):
    """A case in a list; `state` is its stage."""

    code: str
    title: str
    state: str
    end_reason: str
    region: shapes.Coded
    broker: str
    parties: list[Party]
    opened_at: dt.datetime
    changed_at: dt.datetime
    closed_at: dt.datetime | None
    url: str


class CasePage(Schema):
    """Cases, newest first; `next` is the address of the next page."""

    items: list[CaseHead]
    next: str | None


class Concern(Schema):
    """A need that the case is about, by its public title."""

    code: str
    title: str
    state: str


class Step(Schema):
    """From stage to stage. What the broker wrote, `note` and `reason`, is told to the staff only."""

    number: int
    came_from: str
    went_to: str
    at: dt.datetime
    by: str
    note: str | None
    reason: str | None


class Task(Schema):
    """Something to do; without a party it is the broker's."""

    text: str
    party: str | None
    due_on: dt.date | None
    done_at: dt.datetime | None


class Note(Schema):
    """Word that came or was given; to a party only what is shared is told."""

    kind: str
    text: str
    is_shared: bool
    by: str
    at: dt.datetime


class Milestone(Schema):
    """Something to be delivered until a day."""

    title: str
    criteria: str
    due_on: dt.date | None
    delivered_at: dt.datetime | None
    accepted_at: dt.datetime | None


class Confirmation(Schema):
    """One side's word."""

    side: str
    at: dt.datetime


class Outcome(Schema):
    """What came of a case; it counts only while `state` is confirmed. `amount` is in yuan, as a decimal."""

    code: str
    case: str
    state: str
    kind: str
    text: str
    happened_on: dt.date
    amount: Decimal | None
    people: int | None
    corrects: str | None
    confirmations: list[Confirmation]
    dispute: str
    decision: str
    entered_at: dt.datetime
    confirmed_at: dt.datetime | None
    is_example: bool
    url: str


class OutcomePage(Schema):
    """Outcomes, newest first; `next` is the address of the next page."""

    items: list[Outcome]
    next: str | None


class Case(CaseHead):
    """A case with what its page shows to this person."""

    needs: list[Concern]
    steps: list[Step]
    tasks: list[Task]
    notes: list[Note]
    milestones: list[Milestone]
    outcomes: list[Outcome]


class Deed(Schema):
    """One entry of the journal; `hash` is the link of its chain."""

    position: int
    at: dt.datetime
    action: str
    subject_kind: str
    subject_key: str
    is_success: bool
    values: dict[str, Any]
    hash: str


class DeedPage(Schema):
    """Deeds, newest first; `next` is the address of the next page."""

    items: list[Deed]
    next: str | None


class Me(Schema):
    """Whose token this is, and what it is for. `is_ending` begins two weeks before its end."""

    name: str
    token: str
    prefix: str
    scopes: list[str]
    expires_at: dt.datetime
    is_ending: bool


def case_head(request: HttpRequest, row: CaseRow, parties: Iterable[PartyRow]) -> CaseHead:
    """Return a case as a list shows it."""
    return CaseHead(**_head(request, row, parties))


def case(request: HttpRequest, row: CaseRow, *, by: Visitor) -> Case:
    """Return a case with what its page shows to ``by``: to the staff also what the broker wrote."""
    needs = [one.need for one in casework.concerns(row)]
    is_staff = policies.attends(by, row)
    unnamed = persons.unnamed(row, by=by)
    return Case(
        **_head(request, row, casework.parties(row)),
        needs=[Concern(code=one.code, title=one.public_title, state=one.state) for one in needs],
        steps=[_step(one, is_staff=is_staff) for one in casework.steps(row)],
        tasks=[_task(one) for one in casework.tasks(row)],
        notes=[_note(one, unnamed) for one in casework.notes(row, by=by)],
        milestones=[_milestone(one) for one in outcomes.milestones(row)],
        outcomes=[outcome(request, one) for one in outcomes.of_case(row)],
    )


def outcome(request: HttpRequest, row: OutcomeRow) -> Outcome:
    """Return an outcome with each side's word."""
    return Outcome(
        code=row.code,
        case=row.case.code,
        state=row.state,
        kind=row.kind,
        text=row.text,
        happened_on=row.happened_on,
        amount=row.amount,
        people=row.people,
        corrects=row.corrects.code if row.corrects is not None else None,
        confirmations=[Confirmation(side=one.side, at=one.at) for one in row.confirmations.all()],
        dispute=row.dispute,
        decision=row.decision,
        entered_at=row.entered_at,
        confirmed_at=row.confirmed_at,
        is_example=row.is_example,
        url=shapes.page_at(request, "outcome_detail", row.code),
    )


def deed(row: EntryRow) -> Deed:
    """Return an entry of the journal."""
    return Deed(
        position=row.position,
        at=row.at,
        action=row.action,
        subject_kind=row.subject_kind,
        subject_key=row.subject_key,
        is_success=row.is_success,
        values=row.data,
        hash=row.hash,
    )


def _head(request: HttpRequest, row: CaseRow, parties: Iterable[PartyRow]) -> dict[str, Any]:
    return {
        "code": row.code,
        "title": row.title,
        "state": row.state,
        "end_reason": row.end_reason,
        "region": shapes.some(row.region),
        "broker": row.broker.name,
        "parties": [Party(side=one.side, name=casework.name_of(one)) for one in parties],
        "opened_at": row.opened_at,
        "changed_at": row.changed_at,
        "closed_at": row.closed_at,
        "url": shapes.page_at(request, "case_detail", row.code),
    }


def _step(row: StepRow, *, is_staff: bool) -> Step:
    return Step(
        number=row.number,
        came_from=row.came_from,
        went_to=row.went_to,
        at=row.at,
        by=row.by.name,
        note=row.note if is_staff else None,
        reason=row.reason if is_staff else None,
    )


def _task(row: TaskRow) -> Task:
    party = casework.name_of(row.party) if row.party is not None else None
    return Task(text=row.text, party=party, due_on=row.due_on, done_at=row.done_at)


def _note(row: NoteRow, unnamed: Collection[int]) -> Note:
    said_by = "" if row.by_id in unnamed else row.by.name
    return Note(kind=row.kind, text=row.text, is_shared=row.is_shared, by=said_by, at=row.at)


def _milestone(row: MilestoneRow) -> Milestone:
    return Milestone(
        title=row.title,
        criteria=row.criteria,
        due_on=row.due_on,
        delivered_at=row.delivered_at,
        accepted_at=row.accepted_at,
    )
