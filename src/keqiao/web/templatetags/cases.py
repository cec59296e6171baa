"""How cases and their parties are named on pages."""

from __future__ import annotations

from django import template

from keqiao.casework import selectors as casework
from keqiao.casework.models import Party
from keqiao.casework.states import LIVE, Stage

register = template.Library()


@register.filter
def party_name(party: Party) -> str:
    """Return the name of who sits there."""
    return casework.name_of(party)


@register.simple_tag
def stage_labels() -> list[str]:
    """Return the names of the stages on the usual way, in their order."""
    return [str(stage.label) for stage in (*LIVE, Stage.CONFIRMED)]


@register.filter
def stage_number(state: str) -> int:
    """Return the place of a stage on the usual way, from 1; 0 for a case that ended."""
    way = [*LIVE, Stage.CONFIRMED]
    return way.index(Stage(state)) + 1 if state in way else 0
