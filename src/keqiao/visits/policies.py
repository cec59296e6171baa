"""May A do B to a visit: yes or no, and the same answer as a condition on rows."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access.policies import NOTHING, Visitor, grants, may_any, within
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.offers import policies as offers
from keqiao.organisations import policies as organisations
from keqiao.places.models import Association
from keqiao.visits.models import Expert, Finding, Round, Visit
from keqiao.visits.types import Side

ARRANGERS = (Role.BROKER, Role.ORGANISER, Role.ADMINISTRATOR)


def may_arrange(person: Visitor, association: Association) -> bool:
    """Tell whether the person arranges visits for an association: with a role on it, or in an area that it lies in."""
    if association.pk in seated(person):
        return True
    return may_any(person, ARRANGERS, association.region_id)


def arranged_by(person: Visitor) -> Q:
    """Return ``may_arrange`` as a condition on what has an association: visits, rounds."""
    covered = within(person, *ARRANGERS, field="association__region__code")
    return Q(association__in=seated(person)) | covered


def nodes_of(person: Visitor) -> Q:
    """Return ``may_arrange`` as a condition on associations."""
    return Q(pk__in=seated(person)) | within(person, *ARRANGERS)


def visiting(person: Visitor) -> Q:
    """Return the condition that an expert is the person, a studio that the person runs, or a society acted for."""
    if not isinstance(person, Person):
        return NOTHING
    return (
        Q(person=person) | offers.run_by(person, through="studio__") | Q(society__in=seated(person))
    )


def sides(person: Visitor, visit: Visit) -> list[Side]:
    """Return the sides that the person speaks for: none, one, or both."""
    found = []
    if organisations.is_member(person, visit.organisation):
        found.append(Side.FIRM)
    if Expert.objects.filter(visiting(person), visit=visit).exists():
        found.append(Side.EXPERTS)
    return found


def hosts(person: Visitor, visit: Visit) -> bool:
    """Tell whether the person is of the association that arranges the visit; such a one confirms for nobody."""
    return may_arrange(person, visit.association)


def may_see(person: Visitor, visit: Visit) -> bool:
    """Tell whether the person may know of the visit: whoever arranges it, and both sides."""
    return hosts(person, visit) or bool(sides(person, visit))


def visible_to(person: Visitor) -> Q:
    """Return ``may_see`` as a condition."""
    if not isinstance(person, Person):
        return NOTHING
    as_expert = Expert.objects.filter(visiting(person)).values("visit")
    as_firm = Q(organisation__in=organisations.member_of(person))
    return arranged_by(person) | as_firm | Q(pk__in=as_expert)


def may_write(person: Visitor, visit: Visit) -> bool:
    """Tell whether the person may write the record: whoever arranges the visit, and its experts."""
    return hosts(person, visit) or Side.EXPERTS in sides(person, visit)


def may_decide(person: Visitor, finding: Finding) -> bool:
    """Tell whether the person says what becomes of a need found: the enterprise alone."""
    return organisations.is_member(person, finding.visit.organisation)


def may_see_round(person: Visitor, round_: Round) -> bool:
    """Tell whether the person may know of the round: whoever arranges it, and who may know of one of its visits."""
    if may_arrange(person, round_.association):
        return True
    return Visit.objects.filter(visible_to(person), round=round_).exists()


def seated(person: Visitor) -> list[int]:
    """Return the numbers of the nodes that the person acts for in visits: associations, and societies that go."""
    return [grant.association_id for grant in grants(person) if grant.role in ARRANGERS]
