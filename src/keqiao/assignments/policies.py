"""May A do B to a plan: yes or no, and the same answer as a condition on rows."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access.policies import Visitor, may_any, within
from keqiao.casework.policies import STAFF
from keqiao.places.models import Association


def may_plan(person: Visitor, association: Association) -> bool:
    """Tell whether the person plans the weeks of an association: a broker or administrator of its area or above."""
    return association.kind == Association.Kind.ASSOCIATION and may_any(
        person, STAFF, association.region_id
    )


def visible_to(person: Visitor) -> Q:
    """Return ``may_plan`` as a condition: whoever plans sees the plan, and nobody else."""
    return within(person, *STAFF, field="association__region__code")
