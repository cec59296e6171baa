"""The writer of hours: recorded by one, checked by a second, corrected by a new entry; their proofs and spot checks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import Intake, clean_line, clean_text
from keqiao.engine import lots
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.paperwork import proof as certificates
from keqiao.places.models import Association
from keqiao.proofs import services as proofs
from keqiao.proofs.models import Proof
from keqiao.proofs.types import Content, Kind
from keqiao.volunteering import counted, intake, policies, projects
from keqiao.volunteering.models import Draw, Hours, Proven, Sample, Shift, SignUp, Wish
from keqiao.volunteering.states import MACHINE, ShiftState, State
from keqiao.volunteering.types import ANSWER_DAYS, Finding, Worked

MOST_DRAWN = 50
TIMES_WRONG = N_("请填写开始和结束时间，结束不早于开始，也不能晚于现在。")
MINUTES_LONG = N_("时长请填 0 到 %(most)s 分钟之间的整数，不超过起止时间之间的长度。")
REASON_NEEDED = N_("超出了班次的起止时间，请写明原因，复核人会看到。")
OVERLAP = N_("这位志愿者同一时间已经记了别的时长（%(code)s），请先核对；确实都属实的，请写明原因。")
WHY_CORRECTED = N_("请写明为什么更正。")
FROM_LATE = N_("请填写起止日期，开始不晚于结束。")
COUNT_WRONG = N_("请填 1 到 %(most)s 之间的条数。")
VOIDED = N_("时长记录 %(code)s 已更正")
CORRECTED = N_("已按新的记录更正，复核后生效。")
MONTH_WRONG = N_("请选择已经开始的月份。")


class NotThere(Refused):
    """Hours are recorded for who has a place in the shift."""

    text = N_("这位志愿者没有报这个班次，不能记时长。")


class Cancelled(Refused):
    """Nobody worked in what did not take place."""

    text = N_("这个班次已经取消，不能记时长。")


class CorrectedAlready(Refused):
    """One correction of an entry at a time."""

    text = N_("这条记录已经有一条更正在等复核，或者已经更正过了。")


class WishWaits(Refused):
    """One wish about a volunteer's hours in a shift at a time."""

    text = N_("这个班次已经有一条更正申请在等答复。")


class NothingCounts(Refused):
    """A proof shows checked entries, and there are none."""

    text = N_("这段时间里没有已复核的志愿服务记录，不能出具证明。")


class OtherName(Refused):
    """A paper says the name that its page knows, or it is none."""

    text = N_("这份证明是用您以前的姓名出具的，不能再下载。请重新出具一份；以前下载的仍可核验。")


class NothingToDraw(Refused):
    """A month without checked entries."""

    text = N_("这个月没有已复核的记录可以抽查。")


def subject_of(hours: Hours) -> Subject:
    """Return how the journal names an entry of hours."""
    return Subject("hours", hours.code)


@transaction.atomic
def record(shift: Shift, volunteer: Person, worked: Worked, *, by: Person) -> Hours:
    """Record what a volunteer did in a shift; it counts when a second person has checked it.

    An open wish about the volunteer's hours there is answered by it. Raise NotThere for who has no place, Cancelled,
    Invalid.
    """
    if not policies.may_record(by, shift, volunteer.pk):
        raise NotAllowed
    projects.held_volunteer(volunteer)
    if Shift.objects.select_for_update().get(pk=shift.pk).state != ShiftState.PLANNED:
        raise Cancelled
    if not SignUp.objects.filter(shift=shift, person=volunteer, withdrawn_at=None).exists():
        raise NotThere
    return _keep(shift, volunteer, worked, by=by)


@transaction.atomic
def correct(hours: Hours, worked: Worked, *, by: Person) -> Hours:
    """Record a new entry in the place of a checked one; the old one stays, and counts until the new one is checked."""
    if not policies.may_record(by, hours.shift, hours.person_id):
        raise NotAllowed
    if hours.state != State.CHECKED:
        raise WrongState if hours.state != State.REPLACED else CorrectedAlready
    return _keep(hours.shift, hours.person, worked, by=by, replaces=hours)


@transaction.atomic
def check(hours: Hours, *, by: Person) -> Hours:
    """Say as the second person that an entry is true: now it counts, and what it replaces counts no more.

    Proofs that rest on the replaced entry are void from now on.
    """
    if not policies.may_check(by, hours):
        raise NotAllowed
    projects.held_volunteer(hours.person)
    _move(hours, "check", {"checked_by": by, "checked_at": timezone.now()})
    _record("hours.checked", hours, by=by, data={"minutes": hours.minutes})
    old = hours.replaces
    if old is not None:
        _move(old, "replace", {})
        why = str(VOIDED) % {"code": old.code}
        for proof in counted.resting_on(old):
            proofs.void(proof, why, by=by)
        _record("hours.replaced", old, by=by, data={"by": hours.code})
    return hours


@transaction.atomic
def return_(hours: Hours, note: str, *, by: Person) -> Hours:
    """Send an entry back as the second person, and say what is wrong; it never counts."""
    if not policies.may_check(by, hours):
        raise NotAllowed
    said = clean_line(note, most=300, field="note", required=True)
    values = {"checked_by": by, "checked_at": timezone.now(), "note": said}
    _move(hours, "return", values)
    _record("hours.returned", hours, by=by)
    return hours


@transaction.atomic
def wish(shift: Shift, text: str, *, by: Person, hours: Hours | None = None) -> Wish:
    """Ask, as the volunteer, for a correction of hours or for hours that are missing, and say why; raise WishWaits."""
    own = Hours.objects.filter(shift=shift, person=by)
    was_there = SignUp.objects.filter(shift=shift, person=by, withdrawn_at=None).exists()
    if hours is not None and (hours.person_id != by.pk or hours.shift_id != shift.pk):
        raise NotAllowed
    if not (was_there or own.exists()):
        raise NotAllowed
    return _wish(shift, by, text, hours=hours, by=by)


@transaction.atomic
def decline(wish: Wish, answer: str, *, by: Person) -> Wish:
    """Answer a wish without a correction, and say why."""
    if not policies.may_record(by, wish.shift, wish.person_id):
        raise NotAllowed
    said = clean_text(answer, most=2000, field="answer", required=True)
    _answer(wish, said, by=by)
    return wish


@transaction.atomic
def prove(
    association: Association, from_on: dt.date | None, until_on: dt.date | None, *, by: Person
) -> Proof:
    """Issue to a volunteer, by the node that recorded, a proof of what counts in some days; raise NothingCounts.

    Proofs of the same entries under another name are void from now on.
    """
    if from_on is None or until_on is None or from_on > until_on:
        raise invalid("until_on", FROM_LATE)
    projects.held_volunteer(by)
    found = counted.counting(by, association=association, from_on=from_on, until_on=until_on)
    rows = list(found)
    if not rows:
        raise NothingCounts
    proofs.void_other_names(counted.proved_by(rows), by.name, by=by)
    proof = proofs.issue(
        Kind.HOURS,
        content=_content(rows, from_on, until_on),
        association=association,
        holder=by,
        name=by.name,
        about=f"hours:{by.pk}:{from_on:%Y%m%d}:{until_on:%Y%m%d}",
        by=by,
    )
    Proven.objects.bulk_create(Proven(proof=proof, hours=one) for one in rows)
    return proof


@transaction.atomic
def draw(association: Association, month_on: dt.date | None, count: int, *, by: Person) -> Draw:
    """Draw checked entries of a month at random, by a seed that is kept, to be looked at; raise NothingToDraw."""
    if not policies.administers(by, association):
        raise NotAllowed
    taken = Intake()
    taken.check(month_on is not None and month_on <= timezone.localdate(), "month_on", MONTH_WRONG)
    taken.check(1 <= count <= MOST_DRAWN, "count", COUNT_WRONG, most=MOST_DRAWN)
    taken.finish()
    month = (month_on or timezone.localdate()).replace(day=1)
    among = {one.code: one for one in counted.of_month(association, month)}
    if not among:
        raise NothingToDraw
    seed = lots.new_seed()
    made: Draw = Draw.objects.create(
        association=association, month_on=month, seed=seed, among_count=len(among), drawn_by=by
    )
    codes = lots.order(seed, lots.sealed([code] for code in among))[:count]
    Sample.objects.bulk_create(
        Sample(draw=made, place=place, hours=among[code])
        for place, code in enumerate(codes, start=1)
    )
    told = {"month": month.isoformat(), "seed": seed, "among": len(among), "drawn": codes}
    journal.record("hours.drawn", Subject("draw", str(made.pk)), by=by, data=told)
    return made


@transaction.atomic
def find(sample: Sample, finding: Finding, text: str, *, by: Person) -> Sample:
    """Say what a spot check found; a wrong entry becomes a wish to correct it. Nobody judges the own work."""
    hours = sample.hours
    if not policies.administers(by, sample.draw.association):
        raise NotAllowed
    if by.pk in {hours.person_id, hours.recorded_by_id, hours.checked_by_id}:
        raise NotAllowed
    said = clean_line(text, most=300, field="text", required=finding == Finding.WRONG)
    rows = Sample.objects.filter(pk=sample.pk, found_at=None)
    if not rows.update(finding=finding, text=said, found_by=by, found_at=timezone.now()):
        raise WrongState
    if finding == Finding.WRONG and counted.open_wish(hours.shift, hours.person) is None:
        _wish(hours.shift, hours.person, said, hours=hours, by=by)
    _record("hours.spot_checked", hours, by=by, data={"finding": finding.value})
    sample.refresh_from_db()
    return sample


def _keep(
    shift: Shift, volunteer: Person, worked: Worked, *, by: Person, replaces: Hours | None = None
) -> Hours:
    projects.held_volunteer(volunteer)
    columns = _columns(shift, volunteer, worked, replaces)
    made = Hours(
        code=new_code("Z"),
        shift=shift,
        person=volunteer,
        recorded_by=by,
        replaces=replaces,
        **columns,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise CorrectedAlready from None
    told = {"minutes": made.minutes, "replaces": replaces.code if replaces is not None else ""}
    _record("hours.recorded", made, by=by, data={**told, "overlaps": made.is_overlapping})
    waiting = counted.open_wish(shift, volunteer)
    if waiting is not None:
        _answer(waiting, str(CORRECTED), by=by, correction=made)
    return made


def _columns(
    shift: Shift, volunteer: Person, worked: Worked, replaces: Hours | None
) -> dict[str, Any]:
    """Return the columns of an entry; raise Invalid with all that is wrong."""
    taken = Intake()
    starts, ends = worked.starts_at, worked.ends_at
    reason = taken.line("reason", worked.reason, most=300)
    quality = taken.line("quality", worked.quality, most=200)
    work = taken.text("work", worked.work or shift.work, most=2000)
    if starts is None or ends is None or starts > ends or ends > timezone.now():
        raise invalid("ends_at", TIMES_WRONG)
    span = int((ends - starts).total_seconds() // 60)
    minutes = span if worked.minutes is None else worked.minutes
    most = min(span, intake.MOST_MINUTES)
    taken.check(0 <= minutes <= most, "minutes", MINUTES_LONG, most=most)
    is_beyond = starts < shift.starts_at or ends > shift.ends_at
    taken.check(not is_beyond or bool(reason), "reason", REASON_NEEDED)
    taken.check(replaces is None or bool(reason), "reason", WHY_CORRECTED)
    others = counted.overlapping(volunteer, starts, ends, but=replaces) if minutes else None
    other = others.first() if others is not None else None
    if other is not None:
        taken.check(bool(reason), "reason", OVERLAP, code=other.code)
    taken.finish()
    return {
        "starts_at": starts,
        "ends_at": ends,
        "minutes": minutes,
        "work": work,
        "quality": quality,
        "reason": reason,
        "is_overlapping": other is not None,
    }


def _wish(shift: Shift, volunteer: Person, text: str, *, hours: Hours | None, by: Person) -> Wish:
    said = clean_text(text, most=2000, field="text", required=True)
    due_on = timezone.localdate() + dt.timedelta(days=ANSWER_DAYS)
    try:
        with transaction.atomic():
            made: Wish = Wish.objects.create(
                shift=shift, hours=hours, person=volunteer, text=said, asked_by=by, due_on=due_on
            )
    except IntegrityError:
        raise WishWaits from None
    told = {"wish": made.pk, "hours": hours.code if hours is not None else ""}
    journal.record("hours.wished", projects.subject_of_shift(shift), by=by, data=told)
    return made


def _answer(wish: Wish, text: str, *, by: Person, correction: Hours | None = None) -> None:
    rows = Wish.objects.filter(pk=wish.pk, answered_at=None)
    values = {"answer": text, "answered_by": by, "correction": correction}
    if not rows.update(**values, answered_at=timezone.now()):
        raise WrongState
    wish.refresh_from_db()
    told = {"wish": wish.pk, "correction": correction.code if correction is not None else ""}
    journal.record("hours.answered", projects.subject_of_shift(wish.shift), by=by, data=told)


def _content(rows: list[Hours], from_on: dt.date, until_on: dt.date) -> Content:
    """Return what a proof says: it names nobody, as its page is for everybody who has the number."""
    total = sum(one.minutes for one in rows)
    lines = certificates.hours_lines(from_on, until_on, count=len(rows), minutes=total)
    head = certificates.HOURS_HEAD
    return Content(str(Kind.HOURS.label), lines, head, tuple(_row(one) for one in rows))


def _row(hours: Hours) -> tuple[str, ...]:
    shift = hours.shift
    day = timezone.localtime(hours.starts_at)
    work = hours.work.replace("\n", " ")
    said = certificates.said_minutes(hours.minutes)
    return (f"{day:%Y-%m-%d}", shift.project.title, work, shift.served, shift.place, said)


def _move(hours: Hours, verb: str, values: dict[str, Any]) -> None:
    state = MACHINE.after(verb, hours.state)
    rows = Hours.objects.filter(pk=hours.pk, state=hours.state)
    if not rows.update(**values, state=state):
        raise WrongState
    hours.refresh_from_db(fields=["state", *values])


def _record(action: str, hours: Hours, *, by: Person, data: dict[str, Any] | None = None) -> None:
    told = {"shift": hours.shift.code, "person": hours.person_id, **(data or {})}
    journal.record(action, subject_of(hours), by=by, data=told)
