"""Questions about teams, projects and shifts: what may be seen, by whom."""

from __future__ import annotations

import datetime as dt

from django.db.models import Prefetch, Q, QuerySet

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.activities import policies as activities
from keqiao.activities.models import Session
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.places.models import Association
from keqiao.volunteering import policies
from keqiao.volunteering.models import (
    Indicator,
    Mark,
    Member,
    Milestone,
    Project,
    Shift,
    SignUp,
    Team,
    Value,
    Volunteer,
)
from keqiao.volunteering.states import LIVE, Membership, ShiftState
from keqiao.volunteering.types import MarkKind

PROJECT = ("association__region", "team__association")
SHIFT = ("project__association__region", "project__team__association", "leader", "session")


def team(code: str) -> Team:
    """Return a team, which everybody may know of; raise Missing."""
    rows = Team.objects.filter(code=code).select_related("association__region")
    found = rows.first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def project(code: str) -> Project:
    """Return a project, which everybody may know of; raise Missing."""
    rows = Project.objects.filter(code=code).select_related(*PROJECT)
    found = rows.first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def shift(code: str) -> Shift:
    """Return a shift, which everybody may know of; raise Missing."""
    rows = Shift.objects.filter(code=code).select_related(*SHIFT)
    found = rows.first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def session(code: str, *, by: Visitor) -> Session | None:
    """Return a session of an activity on which ``by`` may lay shifts: one that they organise or lead."""
    rows = Session.objects.filter(activities.run_by(by), code=code)
    return rows.first() if is_code(code) else None


def teams() -> QuerySet[Team]:
    """Return every team, by name."""
    return Team.objects.select_related("association").order_by("name", "pk")


def projects(today: dt.date) -> QuerySet[Project]:
    """Return the projects that are not over, the newest first."""
    rows = Project.objects.filter(until_on__gte=today).select_related(*PROJECT)
    return rows.order_by("-from_on", "-pk")


def coming(now: dt.datetime) -> QuerySet[Shift]:
    """Return the shifts that have not begun and were not cancelled, the next first."""
    rows = Shift.objects.filter(starts_at__gt=now, state=ShiftState.PLANNED)
    return rows.select_related(*SHIFT).order_by("starts_at", "pk")


def projects_of(team: Team) -> QuerySet[Project]:
    """Return the projects of a team, the newest first."""
    return Project.objects.filter(team=team).order_by("-from_on", "-pk")


def shifts_of(project: Project) -> QuerySet[Shift]:
    """Return the shifts of a project, the last first."""
    return Shift.objects.filter(project=project).select_related(*SHIFT).order_by("-starts_at", "pk")


def milestones(project: Project) -> QuerySet[Milestone]:
    """Return the milestones of a project in the order of their days."""
    return Milestone.objects.filter(project=project).order_by("due_on", "pk")


def milestone(project: Project, number: int) -> Milestone:
    """Return one milestone of a project; raise Missing."""
    found = Milestone.objects.filter(project=project, pk=number).first()
    if found is None:
        raise Missing
    return found


def indicators(project: Project) -> QuerySet[Indicator]:
    """Return the indicators of a project with their values, the newest first."""
    values = Prefetch("values", Value.objects.order_by("-measured_on", "-pk"))
    return Indicator.objects.filter(project=project).prefetch_related(values).order_by("pk")


def indicator(project: Project, number: int) -> Indicator:
    """Return one indicator of a project; raise Missing."""
    found = Indicator.objects.filter(project=project, pk=number).first()
    if found is None:
        raise Missing
    return found


def membership(team: Team, person: Visitor) -> Member | None:
    """Return where the person stands in the team now, None who neither is nor asked to be a member."""
    if not isinstance(person, Person):
        return None
    return Member.objects.filter(team=team, person=person, state__in=LIVE).first()


def leaders(team: Team) -> list[str]:
    """Return the names of a team's leaders."""
    rows = Member.objects.filter(team=team, state=Membership.MEMBER, is_leader=True)
    return list(rows.order_by("pk").values_list("person__name", flat=True))


def members(team: Team, *, by: Visitor) -> list[Member]:
    """Return who asked to join and who is a member, with what was written down of each; leaders only may know."""
    if not policies.leads(by, team):
        return []
    marks = Prefetch("marks", Mark.objects.filter(withdrawn_at=None).order_by("-given_on", "-pk"))
    rows = Member.objects.filter(team=team, state__in=LIVE).select_related("person__volunteer")
    return list(rows.prefetch_related(marks).order_by("state", "asked_at", "pk"))


def member(team: Team, number: int) -> Member:
    """Return one live row of a team's members; raise Missing."""
    rows = Member.objects.filter(team=team, pk=number, state__in=LIVE)
    found = rows.select_related("team__association", "person").first()
    if found is None:
        raise Missing
    return found


def mark(team: Team, number: int) -> Mark:
    """Return one mark that stands, of a member of the team; raise Missing."""
    rows = Mark.objects.filter(pk=number, member__team=team, withdrawn_at=None)
    found = rows.select_related("member__team__association").first()
    if found is None:
        raise Missing
    return found


def marks_of(person: Person) -> QuerySet[Mark]:
    """Return what stands written down of a person in any team, the newest first."""
    rows = Mark.objects.filter(member__person=person, withdrawn_at=None)
    return rows.select_related("member__team").order_by("-given_on", "-pk")


def volunteer(person: Person) -> Volunteer | None:
    """Return what a person stated of themself."""
    return Volunteer.objects.filter(person=person).select_related("region").first()


def memberships(person: Person) -> QuerySet[Member]:
    """Return the teams that a person is or was in, the newest first."""
    rows = Member.objects.filter(person=person).exclude(state=Membership.REFUSED)
    return rows.select_related("team__association").order_by("-asked_at", "-pk")


def sign_up(shift: Shift, person: Visitor) -> SignUp | None:
    """Return the person's own place in a shift."""
    if not isinstance(person, Person):
        return None
    return SignUp.objects.filter(shift=shift, person=person, withdrawn_at=None).first()


def sign_ups(shift: Shift, *, by: Visitor) -> list[SignUp]:
    """Return who has a place, in the order of signing up; only who runs the shift may know."""
    if not policies.runs(by, shift):
        return []
    rows = SignUp.objects.filter(shift=shift, withdrawn_at=None).select_related("person__volunteer")
    return list(rows.order_by("at", "pk"))


def signed_up(shift: Shift, number: int) -> SignUp:
    """Return one live place in a shift; raise Missing."""
    rows = SignUp.objects.filter(shift=shift, pk=number, withdrawn_at=None)
    found = rows.select_related("person").first()
    if found is None:
        raise Missing
    return found


def own_shifts(person: Person, now: dt.datetime) -> QuerySet[SignUp]:
    """Return the person's places in shifts that are not over, the next first."""
    rows = SignUp.objects.filter(person=person, withdrawn_at=None, shift__ends_at__gt=now)
    return rows.select_related("shift__project").order_by("shift__starts_at", "pk")


def led_shifts(person: Person, since: dt.datetime) -> QuerySet[Shift]:
    """Return the shifts that the person runs and that began after ``since``, the last first."""
    rows = Shift.objects.filter(policies.run_by(person), starts_at__gt=since)
    return rows.select_related(*SHIFT).distinct().order_by("-starts_at", "pk")


def lacking(shift: Shift, person: Person) -> list[MarkKind]:
    """Return which marks a shift asks for and the person does not hold on its last day, by any team of its node."""
    wanted = []
    if shift.needs_insurance:
        wanted.append(MarkKind.INSURANCE)
    if shift.needs_training:
        wanted.append(MarkKind.TRAINING)
    if not wanted:
        return []
    day = activities.last_day(shift.ends_at)
    rows = Mark.objects.filter(
        Q(until_on=None) | Q(until_on__gte=day),
        given_on__lte=day,
        member__person=person,
        member__state=Membership.MEMBER,
        member__team__association=shift.project.association_id,
        kind__in=wanted,
        withdrawn_at=None,
    )
    held = set(rows.values_list("kind", flat=True))
    return [kind for kind in wanted if kind not in held]


def unskilled(shift: Shift, person: Person) -> list[str]:
    """Return which of the wanted skills the person did not state."""
    stated = volunteer(person)
    own = set(stated.skills) if stated is not None else set()
    return [skill for skill in shift.skills if skill not in own]


def nodes(person: Visitor) -> list[Association]:
    """Return the live nodes for which the person organises, by their place in the tree."""
    rows = Association.objects.filter(is_active=True).select_related("region").order_by("path")
    return [one for one in rows if activities.may_organise(person, one)]


def team_choices(person: Person) -> list[Team]:
    """Return the teams that the person leads or organises for."""
    led = Member.objects.filter(person=person, state=Membership.MEMBER, is_leader=True)
    own = Q(pk__in=led.values("team")) | activities.organised_by(person)
    return list(teams().filter(own))
