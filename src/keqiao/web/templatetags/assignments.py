"""How the rows of a plan are said on its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from keqiao.assignments import selectors
from keqiao.assignments.models import Choice, Item, Ruling
from keqiao.assignments.types import BROKER_KEY, PARTS, sentence
from keqiao.engine.types import Part, Reason
from keqiao.matching.types import part_from_json, reason_from_json

register = template.Library()


@register.simple_tag
def say_row(kept: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Say a kept reason of a plan, with names for codes."""
    return sentence(reason_from_json(kept), names, _)


@register.simple_tag
def say_part(reason: Reason) -> str:
    """Say why a broker has the points of one part."""
    return sentence(reason, {}, _)


@register.filter
def broker_part(code: str) -> str:
    """Return the name of a part of a broker's score."""
    return _(PARTS[code]) if code in PARTS else code


@register.filter
def as_parts(kept: Sequence[Mapping[str, Any]]) -> list[Part]:
    """Return the parts of a score as they were kept."""
    return [part_from_json(one) for one in kept]


@register.filter
def studios_of(item: Item) -> list[Choice]:
    """Return the studios chosen for a row."""
    return [one for one in item.choices.all() if one.is_chosen and one.studio_id is not None]


@register.filter
def other_studios(item: Item) -> list[Choice]:
    """Return the next best studios of a row."""
    return [one for one in item.choices.all() if not one.is_chosen and one.studio_id is not None]


@register.filter
def broker_of(item: Item) -> Choice | None:
    """Return the broker chosen for a row."""
    rows = (one for one in item.choices.all() if one.is_chosen and one.broker_id is not None)
    return next(rows, None)


@register.filter
def broker_list(item: Item) -> list[Choice]:
    """Return the broker chosen for a row as a list."""
    found = broker_of(item)
    return [] if found is None else [found]


@register.filter
def other_brokers(item: Item) -> list[Choice]:
    """Return the next best brokers of a row."""
    return [one for one in item.choices.all() if not one.is_chosen and one.broker_id is not None]


@register.filter
def who(row: Choice | Ruling) -> str:
    """Return the key of the studio or broker that a row speaks of."""
    return row.studio.code if row.studio is not None else BROKER_KEY.format(row.broker_id)


@register.filter
def who_name(row: Choice | Ruling) -> str:
    """Return the name of the studio or broker that a row speaks of."""
    body = row.studio or row.broker
    return body.name if body is not None else ""


@register.filter
def gone(item: Item) -> bool:
    """Tell whether there is nothing to take up any more."""
    return selectors.is_gone(item)


@register.filter
def named(codes: Sequence[str], names: Mapping[str, str]) -> str:
    """Return the names of some codes."""
    return "、".join(names.get(code, code) for code in codes)


@register.filter
def of_row(found: Mapping[str, Sequence[Ruling]], key: str) -> Sequence[Ruling]:
    """Return what was excluded from a row."""
    return found.get(key, ())


@register.filter
def giving_way(item: Item) -> Choice | None:
    """Return which studio makes room for another: the weakest, locked ones last; None where there is room."""
    chosen = studios_of(item)
    if item.missing_count or not chosen:
        return None
    return min(chosen, key=lambda one: (one.is_locked, one.score, -one.rank))
