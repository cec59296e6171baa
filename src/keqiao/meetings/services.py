"""The only writer of meetings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.casework import policies as casework_policies
from keqiao.casework import selectors as casework_selectors
from keqiao.casework import services as casework
from keqiao.casework.models import Case, Party
from keqiao.casework.states import LIVE
from keqiao.journal import services as journal
from keqiao.meetings import intake, policies
from keqiao.meetings.models import Meeting, Seat
from keqiao.meetings.states import MACHINE
from keqiao.meetings.types import Content, Minutes


class ChangedMeanwhile(Refused):
    """Somebody moved or wrote down the meeting after this page was opened."""

    text = N_("这次座谈刚才被其他人更新过，请核对后再保存。")


@transaction.atomic
def call(case: Case, content: Content, *, by: Person) -> Meeting:
    """Call some parties of a case to a table; raise Invalid with all that is missing."""
    if not casework_policies.works(by, case):
        raise NotAllowed
    if case.state not in LIVE:
        raise WrongState
    meeting = Meeting(case=case, called_by=by, **intake.cleaned(content))
    meeting.save(force_insert=True)
    _seat(meeting, content.parties)
    _record("meeting.called", meeting, by=by, parties=sorted(set(content.parties)))
    return meeting


@transaction.atomic
def change(
    meeting: Meeting, content: Content, *, by: Person, sequence: int | None = None
) -> Meeting:
    """Move a planned meeting or change who is called; ``sequence`` is the one that the page showed."""
    if not policies.may_call(by, meeting):
        raise NotAllowed
    _move(meeting, "change", intake.cleaned(content), sequence=sequence)
    Seat.objects.filter(meeting=meeting).exclude(party__in=content.parties).delete()
    _seat(meeting, content.parties)
    _record("meeting.changed", meeting, by=by, parties=sorted(set(content.parties)))
    return meeting


@transaction.atomic
def cancel(meeting: Meeting, *, by: Person) -> Meeting:
    """Call a planned meeting off."""
    if not policies.may_call(by, meeting):
        raise NotAllowed
    _move(meeting, "cancel", {})
    _record("meeting.cancelled", meeting, by=by)
    return meeting


@transaction.atomic
def hold(meeting: Meeting, minutes: Minutes, *, by: Person, sequence: int | None = None) -> Meeting:
    """Write down who came, what was said and decided; a decision with a day is a task of the case.

    Written down anew, a decision keeps its task: the open task changes with it, and goes when it goes.
    """
    if not policies.may_call(by, meeting):
        raise NotAllowed
    values = intake.cleaned_minutes(minutes, day=timezone.localdate(meeting.starts_at))
    names = values.pop("names")
    before = meeting.decisions
    if meeting.case.state in LIVE:
        _give_tasks(meeting, before, values["decisions"], by=by)
    _move(meeting, "hold", {**values, "held_by": by}, sequence=sequence)
    for seat in meeting.seats.all():
        if seat.party_id in names or seat.party_id in minutes.absent:
            Seat.objects.filter(pk=seat.pk).update(
                names=names.get(seat.party_id, ""), is_absent=seat.party_id in minutes.absent
            )
    _record("meeting.held", meeting, by=by, decisions=len(values["decisions"]))
    return meeting


def _give_tasks(
    meeting: Meeting, before: list[dict[str, Any]], now: list[dict[str, Any]], *, by: Person
) -> None:
    """Add, change and take back tasks, so that each decision with a day has its own; write its number into ``now``."""
    day = timezone.localdate(meeting.starts_at)
    known = {one["task"]: one["text"] for one in before if one.get("task")}
    by_text = {text: number for number, text in known.items()}
    tasks = {one.pk: one for one in casework_selectors.tasks(meeting.case) if one.pk in known}
    kept: set[int] = set()
    for decision in now:
        number = decision["task"] if decision["task"] in known else by_text.get(decision["text"])
        decision["task"] = None
        if not decision["due_on"]:
            continue
        party = _party(meeting, decision["party"])
        due_on = dt.date.fromisoformat(decision["due_on"])
        text = decision["text"]
        if number is None or number in kept:
            made = casework.add_task(
                meeting.case, text, party=party, due_on=due_on, since=day, by=by
            )
            number = made.pk
        elif number in tasks:  # one that was taken back by hand stays away
            casework.change_task(tasks[number], text, party=party, due_on=due_on, since=day, by=by)
        kept.add(number)
        decision["task"] = number
    for number, task in tasks.items():
        if number not in kept and task.done_at is None:
            casework.withdraw_task(task, by=by)


def _party(meeting: Meeting, number: int | None) -> Party | None:
    """Return who of the case has to do something, None for its broker; raise NotAllowed for a stranger."""
    if not number:
        return None
    found = Party.objects.filter(case=meeting.case_id, pk=number).first()
    if found is None:
        raise NotAllowed
    return found


def _seat(meeting: Meeting, parties: Sequence[int]) -> None:
    live = Party.objects.filter(case=meeting.case_id, left_at=None, pk__in=set(parties))
    if live.count() != len(set(parties)):
        raise NotAllowed
    for party in live.order_by("pk"):
        Seat.objects.get_or_create(meeting=meeting, party=party)


def _move(
    meeting: Meeting, verb: str, values: dict[str, Any], *, sequence: int | None = None
) -> None:
    state = MACHINE.after(verb, meeting.state)
    known = meeting.sequence if sequence is None else sequence
    rows = Meeting.objects.filter(pk=meeting.pk, sequence=known, state=meeting.state)
    if not rows.update(**values, state=state, sequence=known + 1):
        raise ChangedMeanwhile
    meeting.refresh_from_db()


def _record(action: str, meeting: Meeting, *, by: Person, **data: Any) -> None:
    told = {"meeting": meeting.pk, "sequence": meeting.sequence, **data}
    journal.record(action, casework.subject_of(meeting.case), by=by, data=told)
