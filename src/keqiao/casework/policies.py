"""May A do B to a case: yes or no, and the same answer as a condition on rows."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access.policies import NOTHING, Visitor, areas, grants, may, may_any, within
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.casework.models import Case, Party
from keqiao.needs.models import Need
from keqiao.offers import policies as offers
from keqiao.organisations import policies as organisations

STAFF = (Role.BROKER, Role.ADMINISTRATOR)
SEATED = (
    Role.BROKER,
    Role.ORGANISER,
    Role.ADMINISTRATOR,
)  # who speaks for an association at a table


def may_open(person: Visitor, need: Need) -> bool:
    """Tell whether the person may take the need up: a broker of its area with no stake in it."""
    if need.region_id is None or not may(person, Role.BROKER, need.region_id):
        return False
    return need.organisation_id not in organisations.member_of(person)


def works(person: Visitor, case: Case) -> bool:
    """Tell whether the case is the person's work: its broker, as long as the grant for its area lives."""
    return case.broker_id == person.pk and may(person, Role.BROKER, case.region_id)


def oversees(person: Visitor, case: Case) -> bool:
    """Tell whether the person may give the case to another broker: an administrator of its area or above."""
    return may(person, Role.ADMINISTRATOR, case.region_id)


def may_take_over(person: Visitor, case: Case, *, has_broker: bool) -> bool:
    """Tell whether a broker of the area may take the case over: when the one it had may work no longer."""
    return not has_broker and may(person, Role.BROKER, case.region_id)


def attends(person: Visitor, case: Case) -> bool:
    """Tell whether the person is staff of the case's area."""
    return may_any(person, STAFF, case.region_id)


def acting_for(person: Visitor) -> Q:
    """Return the condition that a party is one that the person acts for, and still in the case."""
    if not isinstance(person, Person):
        return NOTHING
    nodes = [grant.association_id for grant in grants(person) if grant.role in SEATED]
    return Q(left_at=None) & (
        Q(organisation__in=organisations.member_of(person))
        | offers.run_by(person, through="studio__")
        | Q(association__in=nodes)
        | Q(person=person)
    )


def takes_part(person: Visitor, case: Case) -> bool:
    """Tell whether the person acts for a party of the case."""
    if not isinstance(person, Person):
        return False
    return Party.objects.filter(acting_for(person), case=case).exists()


def may_see(person: Visitor, case: Case) -> bool:
    """Tell whether the person may know that the case exists."""
    return attends(person, case) or takes_part(person, case)


def visible_to(person: Visitor) -> Q:
    """Return ``may_see`` as a condition."""
    if not isinstance(person, Person):
        return NOTHING
    taking_part = Party.objects.filter(acting_for(person)).values("case")
    return attended_by(person) | Q(pk__in=taking_part)


def is_staff(person: Visitor) -> bool:
    """Tell whether the person attends cases of any area."""
    return bool(areas(person, *STAFF))


def attended_by(person: Visitor) -> Q:
    """Return ``attends`` as a condition."""
    return within(person, *STAFF)


def may_share(person: Visitor, need: Need) -> bool:
    """Tell whether the person may let the answering parties read the private version: its owner, never the staff."""
    if need.organisation_id is not None:
        return need.organisation_id in organisations.member_of(person)
    return person.pk is not None and need.author_id == person.pk
