"""May A do B in a team, a project, a shift: yes or no, and the same answer as a condition on rows."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access import policies as access
from keqiao.access.policies import NOTHING, Visitor
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.activities.policies import may_organise, organised_by
from keqiao.places.models import Association
from keqiao.volunteering.models import (
    Hours,
    Member,
    Milestone,
    Project,
    Review,
    Reviewer,
    Shift,
    SignUp,
    Team,
    Value,
)
from keqiao.volunteering.states import Membership


def administers(person: Visitor, association: Association) -> bool:
    """Tell whether the person is an administrator of the node or above it."""
    if access.may(person, Role.ADMINISTRATOR, association.region_id):
        return True
    return any(
        grant.role == Role.ADMINISTRATOR and association.path.startswith(grant.association.path)
        for grant in access.grants(person)
    )


def leads(person: Visitor, team: Team) -> bool:
    """Tell whether the person leads the team, or organises for its node."""
    if not isinstance(person, Person):
        return False
    own = Member.objects.filter(
        team=team, person=person, state=Membership.MEMBER, is_leader=True
    ).exists()
    return own or may_organise(person, team.association)


def manages(person: Visitor, project: Project) -> bool:
    """Tell whether the person runs the project: who leads its team, who organises for its node."""
    if project.team is not None:
        return leads(person, project.team)
    return may_organise(person, project.association)


def runs(person: Visitor, shift: Shift) -> bool:
    """Tell whether the person runs the shift: its leader, and who runs its project."""
    if not isinstance(person, Person):
        return False
    return shift.leader_id == person.pk or manages(person, shift.project)


def may_record(person: Visitor, shift: Shift, volunteer_id: int) -> bool:
    """Tell whether the person records a volunteer's hours: who runs the shift, for others only."""
    return runs(person, shift) and person.pk != volunteer_id


def may_check(person: Visitor, hours: Hours) -> bool:
    """Tell whether the person is the second one for an entry: runs the shift, did not record it, did not do it."""
    if person.pk in {hours.recorded_by_id, hours.person_id}:
        return False
    return runs(person, hours.shift)


def may_see_hours(person: Visitor, hours: Hours) -> bool:
    """Tell whether the person may read an entry: whose it is, and who runs its shift."""
    return hours.person_id == person.pk or runs(person, hours.shift)


def worked_in(person: Person, project: Project) -> bool:
    """Tell whether the person had a hand in the project: nobody reviews the own work."""
    own = Q(person=person)
    entered = Q(recorded_by=person) | Q(checked_by=person)
    return (
        project.made_by_id == person.pk
        or (project.team is not None and Member.objects.filter(own, team=project.team).exists())
        or Shift.objects.filter(Q(leader=person) | Q(made_by=person), project=project).exists()
        or SignUp.objects.filter(own, shift__project=project).exists()
        or Hours.objects.filter(own | entered, shift__project=project).exists()
        or Milestone.objects.filter(
            Q(added_by=person) | Q(reached_by=person), project=project
        ).exists()
        or Value.objects.filter(entered_by=person, indicator__project=project).exists()
    )


def may_open_review(person: Visitor, project: Project) -> bool:
    """Tell whether the person has a project reviewed: who organises for its node, not its team itself."""
    return isinstance(person, Person) and may_organise(person, project.association)


def may_see_review(person: Visitor, review: Review) -> bool:
    """Tell whether the person may read a review: the node, the team's leaders, who was invited to it."""
    if not isinstance(person, Person):
        return False
    if manages(person, review.project):
        return True
    return Reviewer.objects.filter(person=person, review=review).exists()


def run_by(person: Visitor, *, through: str = "") -> Q:
    """Return the condition that the person runs the shift that a row belongs to: ``runs`` for rows."""
    if not isinstance(person, Person):
        return NOTHING
    led = Member.objects.filter(person=person, state=Membership.MEMBER, is_leader=True)
    return (
        Q(**{f"{through}leader": person})
        | Q(**{f"{through}project__team__in": led.values("team")})
        | organised_by(person, f"{through}project__association")
    )
