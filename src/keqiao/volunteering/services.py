"""The writer of volunteers and teams: who may join, who leads, what is written down of a member."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.activities.policies import may_organise
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import Intake, clean_line
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.places.models import Association, Region
from keqiao.volunteering import intake as rules
from keqiao.volunteering import policies, projects
from keqiao.volunteering.models import Mark, Member, SignUp, Team, Volunteer
from keqiao.volunteering.states import LIVE, Membership, ShiftState
from keqiao.volunteering.states import MEMBERS as MACHINE
from keqiao.volunteering.types import Marked, Profile

NOBODY = N_("没有找到用这个邮箱登录的人，请核对后再填。")
NO_REGION = N_("没有这个地区，请重新选择。")


class AlreadyThere(Refused):
    """Nobody is twice in a team."""

    text = N_("您已经是这个队的成员，或者已经申请过了。")


class LastLeader(Refused):
    """A team keeps a leader."""

    text = N_("队里只有这一位负责人。请先再设一位负责人。")


def subject_of(team: Team) -> Subject:
    """Return how the journal names a team."""
    return Subject("team", team.code)


@transaction.atomic
def describe(entered: Profile, *, by: Person) -> Volunteer:
    """Keep what a person states of themself as a volunteer; raise Invalid."""
    columns = rules.profile(entered)
    if columns["region_id"] and not Region.objects.filter(pk=columns["region_id"]).exists():
        raise invalid("region", NO_REGION)
    kept = projects.held_volunteer(by)
    rows = Volunteer.objects.filter(pk=kept.pk)
    rows.update(**columns, changed_at=timezone.now())
    told = {"fields": sorted(name for name, value in columns.items() if value)}
    journal.record("volunteer.described", Subject("person", str(by.pk)), by=by, data=told)
    kept.refresh_from_db()
    return kept


@transaction.atomic
def found(
    association: Association, name: str, about: str, leader: str, *, by: Person, code: str = "",
    is_example: bool = False,
) -> Team:  # fmt: skip
    """Found a team of a node; ``leader`` is the e-mail of who leads it. Raise Invalid."""
    if not may_organise(by, association):
        raise NotAllowed
    intake = Intake()
    line = intake.line("name", name, most=60, required=True)
    text = intake.text("about", about, most=2000)
    person = accounts.person_by_email(leader)
    intake.check(person is not None and person.is_active, "leader", NOBODY)
    intake.finish()
    team: Team = Team.objects.create(
        code=code or new_code("G"),
        association=association,
        name=line,
        about=text,
        made_by=by,
        is_example=is_example,
    )
    assert person is not None  # noqa: S101 - finish() refused otherwise
    projects.held_volunteer(person)
    first: Member = Member.objects.create(team=team, person=person)
    _move(first, "admit", {"is_leader": True, "answered_by": by, "answered_at": timezone.now()})
    data = {"association": association.code, "leader": person.pk}
    journal.record("team.founded", subject_of(team), by=by, data=data)
    return team


@transaction.atomic
def apply(team: Team, text: str = "", *, by: Person) -> Member:
    """Ask to join a team; raise AlreadyThere."""
    said = clean_line(text, most=300, field="text")
    projects.held_volunteer(by)
    try:
        with transaction.atomic():
            asked: Member = Member.objects.create(team=team, person=by, text=said)
    except IntegrityError:
        raise AlreadyThere from None
    _record("team.asked", asked, by=by)
    return asked


@transaction.atomic
def admit(member: Member, *, by: Person) -> Member:
    """Take somebody in who asked."""
    return _answer(member, "admit", by=by)


@transaction.atomic
def refuse(member: Member, *, by: Person) -> Member:
    """Not take somebody in who asked."""
    return _answer(member, "refuse", by=by)


@transaction.atomic
def leave(member: Member, *, by: Person) -> Member:
    """Leave a team, or have somebody leave it that one leads; raise LastLeader. Places in its coming shifts go back."""
    if by.pk != member.person_id and not policies.leads(by, member.team):
        raise NotAllowed
    if member.is_leader:
        _refuse_last(member)
    _move(member, "leave", {"left_at": timezone.now(), "is_leader": False})
    _free_places(member.person, member.team, by=by)
    _record("team.left", member, by=by)
    return member


@transaction.atomic
def set_leader(member: Member, *, is_leader: bool, by: Person) -> Member:
    """Make a member a leader, or no longer; raise LastLeader."""
    if not policies.leads(by, member.team):
        raise NotAllowed
    if not is_leader:
        _refuse_last(member)
    rows = Member.objects.filter(pk=member.pk, state=Membership.MEMBER, is_leader=not is_leader)
    if not rows.update(is_leader=is_leader):
        raise WrongState
    member.refresh_from_db()
    _record("team.leader_set" if is_leader else "team.leader_ended", member, by=by)
    return member


@transaction.atomic
def mark(member: Member, entered: Marked, *, by: Person) -> Mark:
    """Write down insurance, training, a commendation or an evaluation of another member; raise Invalid."""
    if not policies.leads(by, member.team) or by.pk == member.person_id:
        raise NotAllowed
    if member.state != Membership.MEMBER:
        raise WrongState
    made: Mark = Mark.objects.create(member=member, given_by=by, **rules.mark(entered))
    _record("team.marked", member, by=by, data={"mark": made.pk, "kind": made.kind})
    return made


@transaction.atomic
def unmark(mark: Mark, *, by: Person) -> None:
    """Take back what was written down of a member; it stays on record as taken back."""
    if not policies.leads(by, mark.member.team) or by.pk == mark.member.person_id:
        raise NotAllowed
    rows = Mark.objects.filter(pk=mark.pk, withdrawn_at=None)
    if not rows.update(withdrawn_at=timezone.now()):
        raise WrongState
    _record("team.unmarked", mark.member, by=by, data={"mark": mark.pk, "kind": mark.kind})


@transaction.atomic
def erase(person: Person, *, by: Person) -> None:
    """Take a person who leaves out of teams and coming shifts, and forget what they stated; hours stay, of nobody."""
    if by.pk != person.pk:
        raise NotAllowed
    rows = Member.objects.filter(person=person, state__in=LIVE).select_related("team", "person")
    for one in rows.order_by("pk"):
        _move(one, "leave", {"left_at": timezone.now(), "is_leader": False, "text": ""})
        _free_places(person, one.team, by=by)
        _record("team.left", one, by=by)
    _free_places(person, None, by=by)
    Volunteer.objects.filter(person=person).delete()


def _free_places(person: Person, team: Team | None, *, by: Person) -> None:
    rows = SignUp.objects.filter(
        person=person,
        withdrawn_at=None,
        shift__state=ShiftState.PLANNED,
        shift__starts_at__gt=timezone.now(),
    )
    if team is not None:
        rows = rows.filter(shift__project__team=team)
    for one in rows.select_related("shift__project", "person").order_by("pk"):
        projects.give_up(one, by=by)


def _refuse_last(member: Member) -> None:
    """Refuse unless another leads too; the team's row is held, so that two do not step down at once."""
    Team.objects.select_for_update().get(pk=member.team_id)
    others = Member.objects.filter(team=member.team, state=Membership.MEMBER, is_leader=True)
    if not others.exclude(pk=member.pk).exists():
        raise LastLeader


def _answer(member: Member, verb: str, *, by: Person) -> Member:
    if not policies.leads(by, member.team) or by.pk == member.person_id:
        raise NotAllowed
    _move(member, verb, {"answered_by": by, "answered_at": timezone.now()})
    _record("team.admitted" if verb == "admit" else "team.refused", member, by=by)
    return member


def _move(member: Member, verb: str, values: dict[str, Any]) -> None:
    state = MACHINE.after(verb, member.state)
    rows = Member.objects.filter(pk=member.pk, state=member.state)
    if not rows.update(**values, state=state):
        raise WrongState
    member.refresh_from_db()


def _record(action: str, member: Member, *, by: Person, data: dict[str, Any] | None = None) -> None:
    told = {"member": member.pk, "person": member.person_id, **(data or {})}
    journal.record(action, subject_of(member.team), by=by, data=told)
