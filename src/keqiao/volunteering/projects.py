"""The writer of projects and shifts: milestones, indicators, places counted by one update."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.activities.policies import may_organise
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import Intake, clean_line
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.outcomes import selectors as outcomes
from keqiao.places.models import Association
from keqiao.volunteering import intake as rules
from keqiao.volunteering import policies, selectors
from keqiao.volunteering.models import (
    Hours,
    Indicator,
    Milestone,
    Project,
    Shift,
    SignUp,
    Team,
    Value,
    Volunteer,
)
from keqiao.volunteering.states import SHIFTS as MACHINE
from keqiao.volunteering.states import Membership, ShiftState
from keqiao.volunteering.types import Measured, ProjectContent, ShiftContent

NOBODY = N_("没有找到用这个邮箱登录的人，请核对后再填。")
NO_OUTCOME = N_("没有找到成果 %(code)s，或者您不能查看它。")
NO_SESSION = N_("没有找到这个场次，或者它不归您组织。")
NAMED_TWICE = N_("项目里已经有这个名称的指标。")


class ShiftFull(Refused):
    """All places are taken."""

    text = N_("这个班次的名额已满。")


class ShiftOver(Refused):
    """Nobody signs up for, or gives up, a shift that has begun or was cancelled."""

    text = N_("这个班次已经开始或已取消，不能再报名或退出。")


class Lacking(Refused):
    """The shift asks for something that the volunteer does not have."""

    text = N_(
        "报名这个班次还缺：%(missing)s。技能在“志愿者资料”里填写；保险和培训由队里的负责人登记。"
    )


class MembersOnly(Refused):
    """A team's shifts are for its members."""

    text = N_("这个班次由志愿服务队“%(team)s”的成员报名。请先申请加入。")


class SignedUp(Refused):
    """A person has one place in a shift."""

    text = N_("您已经报过这个班次。")


class HoursThere(Refused):
    """Who has hours in a shift was there."""

    text = N_("这个班次已经记了时长，不能取消。")


def subject_of(project: Project) -> Subject:
    """Return how the journal names a project."""
    return Subject("project", project.code)


def subject_of_shift(shift: Shift) -> Subject:
    """Return how the journal names a shift."""
    return Subject("shift", shift.code)


def held_volunteer(person: Person) -> Volunteer:
    """Return the person's row as a volunteer, made if it is not there, and locked until the commit.

    Whatever is counted for one volunteer waits for it, so that two entries do not overlap unseen.
    """
    Volunteer.objects.get_or_create(person=person)
    return Volunteer.objects.select_for_update().get(person=person)


@transaction.atomic
def plan(
    association: Association, entered: ProjectContent, *, by: Person, team: Team | None = None, code: str = "",
    is_example: bool = False,
) -> Project:  # fmt: skip
    """Set out a project of a node, or of one of its teams; raise Invalid."""
    allowed = policies.leads(by, team) if team is not None else may_organise(by, association)
    if not allowed or (team is not None and team.association_id != association.pk):
        raise NotAllowed
    columns = rules.project(entered)
    _refuse_unseen(columns["outcomes"], by)
    made: Project = Project.objects.create(
        code=code or new_code("J"),
        association=association,
        team=team,
        made_by=by,
        is_example=is_example,
        **columns,
    )
    told = {"association": association.code, "team": team.code if team is not None else ""}
    journal.record("project.planned", subject_of(made), by=by, data=told)
    return made


@transaction.atomic
def change(project: Project, entered: ProjectContent, *, by: Person) -> Project:
    """Write a project anew; raise Invalid."""
    _refuse_unless(by, project)
    columns = rules.project(entered)
    _refuse_unseen([one for one in columns["outcomes"] if one not in project.outcomes], by)
    Project.objects.filter(pk=project.pk).update(**columns)
    changed = sorted(name for name, value in columns.items() if getattr(project, name) != value)
    journal.record("project.changed", subject_of(project), by=by, data={"fields": changed})
    project.refresh_from_db()
    return project


@transaction.atomic
def add_milestone(project: Project, title: str, due_on: dt.date | None, *, by: Person) -> Milestone:
    """Write down what is to be reached until a day."""
    _refuse_unless(by, project)
    intake = Intake()
    line = intake.line("title", title, most=80, required=True)
    intake.check(due_on is not None, "due_on", rules.DUE_NEEDED)
    intake.finish()
    columns: dict[str, Any] = {"title": line, "due_on": due_on, "added_by": by}
    made: Milestone = Milestone.objects.create(project=project, **columns)
    _record("project.milestone_added", project, by=by, data={"milestone": made.pk})
    return made


@transaction.atomic
def reach(milestone: Milestone, reached_on: dt.date | None, note: str, *, by: Person) -> None:
    """Say when a milestone was reached, and by what one sees it."""
    _refuse_unless(by, milestone.project)
    intake = Intake()
    is_right = reached_on is not None and reached_on <= timezone.localdate()
    intake.check(is_right, "reached_on", rules.GIVEN_WRONG)
    line = intake.line("note", note, most=300)
    intake.finish()
    rows = Milestone.objects.filter(pk=milestone.pk, reached_on=None)
    if not rows.update(reached_on=reached_on, note=line, reached_by=by):
        raise WrongState
    _record("project.milestone_reached", milestone.project, by=by, data={"milestone": milestone.pk})


@transaction.atomic
def add_indicator(
    project: Project, name: str, unit: str, target: Decimal | None, *, by: Person
) -> Indicator:
    """Write down what the project measures itself by."""
    _refuse_unless(by, project)
    intake = Intake()
    line = intake.line("name", name, most=60, required=True)
    counted = intake.line("unit", unit, most=20, required=True)
    intake.check(rules.is_amount(target), "target", rules.AMOUNT_WRONG)
    intake.finish()
    columns: dict[str, Any] = {"name": line, "unit": counted, "target": target}
    try:
        with transaction.atomic():
            made: Indicator = Indicator.objects.create(project=project, added_by=by, **columns)
    except IntegrityError:
        raise invalid("name", NAMED_TWICE) from None
    _record("project.indicator_added", project, by=by, data={"indicator": made.pk})
    return made


@transaction.atomic
def measure(indicator: Indicator, entered: Measured, *, by: Person) -> Value:
    """Enter what an indicator stood at on a day, and where that was read; none is ever changed."""
    _refuse_unless(by, indicator.project)
    made: Value = Value.objects.create(
        indicator=indicator, entered_by=by, **rules.measured(entered)
    )
    told = {"indicator": indicator.pk, "amount": str(made.amount), "on": str(made.measured_on)}
    _record("project.measured", indicator.project, by=by, data=told)
    return made


@transaction.atomic
def offer_shift(project: Project, entered: ShiftContent, *, by: Person, code: str = "") -> Shift:
    """Offer a shift, on a session of an activity or alone; raise Invalid."""
    _refuse_unless(by, project)
    session = None
    if entered.session:
        session = selectors.session(entered.session, by=by)
        if session is None:
            raise invalid("session", NO_SESSION)
        entered = _on_session(entered, session)
    columns = rules.shift(entered)
    leader = accounts.person_by_email(entered.leader) if entered.leader else by
    if leader is None or not leader.is_active:
        raise invalid("leader", NOBODY)
    made: Shift = Shift.objects.create(
        code=code or new_code("B"),
        project=project,
        session=session,
        leader=leader,
        made_by=by,
        **columns,
    )
    told = {"project": project.code, "leader": leader.pk, "places": made.places}
    journal.record("shift.offered", subject_of_shift(made), by=by, data=told)
    return made


@transaction.atomic
def cancel_shift(shift: Shift, why: str, *, by: Person) -> Shift:
    """Cancel a shift and say why; who has a place is told. Raise HoursThere."""
    if not policies.runs(by, shift):
        raise NotAllowed
    said = clean_line(why, most=200, field="why", required=True)
    state = MACHINE.after("cancel", shift.state)
    rows = Shift.objects.filter(pk=shift.pk, state=shift.state)
    if not rows.update(state=state, cancelled_why=said):
        raise WrongState
    if Hours.objects.filter(shift=shift).exists():
        raise HoursThere
    journal.record("shift.cancelled", subject_of_shift(shift), by=by, data={"why": said})
    shift.refresh_from_db()
    return shift


@transaction.atomic
def sign_up(shift: Shift, *, by: Person) -> SignUp:
    """Take a place in a shift; raise MembersOnly, Lacking, ShiftFull, ShiftOver, SignedUp."""
    _refuse_unfit(shift, by)
    held_volunteer(by)
    if not take_place(shift):
        current = Shift.objects.get(pk=shift.pk)
        is_over = current.state != ShiftState.PLANNED or current.starts_at <= timezone.now()
        raise ShiftOver if is_over else ShiftFull
    try:
        with transaction.atomic():
            made: SignUp = SignUp.objects.create(shift=shift, person=by)
    except IntegrityError:
        raise SignedUp from None
    journal.record("shift.signed_up", subject_of_shift(shift), by=by, data={"person": by.pk})
    return made


@transaction.atomic
def withdraw(sign_up: SignUp, *, by: Person) -> None:
    """Give one's own place back before the shift begins; raise ShiftOver."""
    if sign_up.person_id != by.pk:
        raise NotAllowed
    if sign_up.shift.starts_at <= timezone.now():
        raise ShiftOver
    give_up(sign_up, by=by)


def give_up(sign_up: SignUp, *, by: Person) -> None:
    """Give a place back, inside the caller's transaction; raise WrongState when somebody did before."""
    rows = SignUp.objects.filter(pk=sign_up.pk, withdrawn_at=None)
    if not rows.update(withdrawn_at=timezone.now()):
        raise WrongState
    Shift.objects.filter(pk=sign_up.shift_id).update(taken=F("taken") - 1)
    told = {"person": sign_up.person_id}
    journal.record("shift.withdrawn", subject_of_shift(sign_up.shift), by=by, data=told)


def take_place(shift: Shift) -> bool:
    """Take one place inside the caller's transaction; tell whether there was one. One update, a constraint below it."""
    rows = Shift.objects.filter(pk=shift.pk, state=ShiftState.PLANNED, starts_at__gt=timezone.now())
    return bool(rows.filter(taken__lt=F("places")).update(taken=F("taken") + 1))


def _refuse_unfit(shift: Shift, person: Person) -> None:
    team = shift.project.team
    if team is not None:
        member = selectors.membership(team, person)
        if member is None or member.state != Membership.MEMBER:
            raise MembersOnly(team=team.name)
    missing = [_("技能“%(skill)s”") % {"skill": one} for one in selectors.unskilled(shift, person)]
    missing += [str(kind.label) for kind in selectors.lacking(shift, person)]
    if missing:
        raise Lacking(missing=_("、").join(missing))


def _on_session(entered: ShiftContent, session: Session) -> ShiftContent:
    """Return the shift with the session's time and place where nothing else was entered."""
    return replace(
        entered,
        starts_at=entered.starts_at or session.starts_at,
        ends_at=entered.ends_at or session.ends_at,
        place=entered.place or session.place,
    )


def _refuse_unseen(codes: list[str], person: Person) -> None:
    """Refuse codes of outcomes that the person may not know of."""
    known = set(outcomes.visible(person).filter(code__in=codes).values_list("code", flat=True))
    for code in codes:
        if code not in known:
            raise invalid("outcomes", NO_OUTCOME, code=code)


def _refuse_unless(person: Person, project: Project) -> None:
    if not policies.manages(person, project):
        raise NotAllowed


def _record(action: str, project: Project, *, by: Person, data: dict[str, Any]) -> None:
    journal.record(action, subject_of(project), by=by, data=data)
