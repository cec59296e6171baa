"""May A do B to a dispatch."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access.policies import Visitor, areas, may_any, within
from keqiao.access.types import Role
from keqiao.articles.models import Dispatch
from keqiao.articles.states import State

DESK = (Role.EDITOR, Role.ADMINISTRATOR)


def has_desk(person: Visitor) -> bool:
    """Tell whether the person edits anywhere, and so may bring in a page."""
    return bool(areas(person, *DESK))


def may_place(person: Visitor, region_code: str | None) -> bool:
    """Tell whether the person edits what is of this region; what has no place is any editor's."""
    if region_code is None:
        return has_desk(person)
    return may_any(person, DESK, region_code)


def may_edit(person: Visitor, dispatch: Dispatch) -> bool:
    """Tell whether the person edits this dispatch."""
    return may_place(person, dispatch.region_id)


def editable_by(person: Visitor) -> Q:
    """Return ``may_edit`` as a condition."""
    condition = within(person, *DESK)
    return condition | Q(region=None) if has_desk(person) else condition


def may_see(person: Visitor, dispatch: Dispatch) -> bool:
    """Tell whether the person may know of the dispatch."""
    return dispatch.state == State.PUBLISHED or may_edit(person, dispatch)


def visible_to(person: Visitor) -> Q:
    """Return ``may_see`` as a condition."""
    return Q(state=State.PUBLISHED) | editable_by(person)
