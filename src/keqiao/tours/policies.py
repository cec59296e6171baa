"""May A do B to a plan of visits: yes or no, and the same answer as a condition on rows."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access.policies import Visitor, areas, may_any, within
from keqiao.access.types import Role
from keqiao.offers import policies as offers
from keqiao.organisations import policies as organisations
from keqiao.places.models import Association
from keqiao.tours.models import Expert, Firm
from keqiao.tours.states import State
from keqiao.visits.policies import seated

PLANNERS = (Role.BROKER, Role.ORGANISER, Role.ADMINISTRATOR)


def may_plan(person: Visitor, association: Association) -> bool:
    """Tell whether the person plans visits in an association's area: a planner of it or above."""
    return association.kind == Association.Kind.ASSOCIATION and may_any(
        person, PLANNERS, association.region_id
    )


def is_planner(person: Visitor) -> bool:
    """Tell whether the person plans visits anywhere."""
    return bool(areas(person, *PLANNERS))


def visible_to(person: Visitor) -> Q:
    """Return ``may_plan`` as a condition: whoever plans sees the plan, and nobody else."""
    return within(person, *PLANNERS, field="association__region__code")


def going_for(person: Visitor) -> Q:
    """Return the condition that an expert is a studio that the person runs, or a society that the person sits for."""
    return offers.run_by(person, through="studio__") | Q(society__in=seated(person))


def may_see_itinerary(person: Visitor, side: Expert | Firm) -> bool:
    """Tell whether the person may read the way of an expert or the visits of a firm.

    Whoever plans may; whoever runs the studio, sits for the society or acts for the firm, once the plan was applied.
    """
    if may_plan(person, side.plan.association):
        return True
    if side.plan.state != State.APPLIED:
        return False
    if isinstance(side, Expert):
        return Expert.objects.filter(going_for(person), pk=side.pk).exists()
    return side.organisation_id in organisations.member_of(person)
