"""May A do B to a dispatch."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access.policies import Visitor, areas, may_any, within
from keqiao.access.types import Role
from keqiao.articles.models import Dispatch
from keqiao.articles.states import State

DESK = (Role.EDITOR, Role.ADMINISTRATOR)


def may_edit(person: Visitor, dispatch: Dispatch) -> bool:
    """Tell whether the person edits dispatches of this area; one without a place is any editor's."""
    if dispatch.region_id is None:
        return bool(areas(person, *DESK))
    return may_any(person, DESK, dispatch.region_id)


def editable_by(person: Visitor) -> Q:
    """Return ``may_edit`` as a condition."""
    condition = within(person, *DESK)
    if areas(person, *DESK):
        condition |= Q(region=None)
    return condition


def visible_to(person: Visitor) -> Q:
    """Return which dispatches the person may know of."""
    return Q(state=State.PUBLISHED) | editable_by(person)
