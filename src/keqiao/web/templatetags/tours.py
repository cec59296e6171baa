"""How the rows of a plan of visits are said on its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from keqiao.engine.types import Part, Reason
from keqiao.matching.types import part_from_json, reason_from_json
from keqiao.places import reference
from keqiao.tours.models import Expert, Firm, Ruling, Stop
from keqiao.tours.types import PARTS, RulingKind, sentence

register = template.Library()


@register.simple_tag
def say_tour(kept: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Say a kept reason of a plan, with names for codes."""
    return sentence(reason_from_json(kept), names, _)


@register.simple_tag
def say_field(reason: Reason) -> str:
    """Say why a part by industry or subject has its points."""
    return sentence(reason, {}, _)


@register.filter
def tour_parts(kept: Sequence[Mapping[str, Any]]) -> list[Part]:
    """Return the parts of a score as they were kept."""
    return [part_from_json(one) for one in kept]


@register.filter
def is_by_field(kept: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a score compares industry and subject instead of a need with an offer."""
    return bool(kept) and all(one["code"] in PARTS for one in kept)


@register.filter
def field_part(code: str) -> str:
    """Return the name of a part by industry or subject."""
    return _(PARTS[code]) if code in PARTS else code


@register.filter
def about(firm: Firm) -> str:
    """Return what a visit to a firm is about: the public title of its need, else industry and subject."""
    if firm.need is not None:
        return firm.need.public_title
    names = [row.name for row in (firm.industry, firm.subject) if row is not None]
    return "、".join(names)


@register.filter
def knows(expert: Expert) -> list[str]:
    """Return the names of the industries and subjects that the desk entered for an expert."""
    industries = [reference.called("industry", code) for code in expert.industries]
    return industries + [reference.called("subject", code) for code in expert.subjects]


@register.filter
def locks_of(firm: Firm) -> list[Ruling]:
    """Return the locks of a firm that no stop of the proposal shows yet."""
    shown = {stop.day.expert_id for stop in firm.stops.all() if stop.is_locked}
    rows = [one for one in firm.rulings.all() if one.kind == RulingKind.LOCK]
    return [one for one in rows if one.expert_id not in shown]


@register.filter
def bans_of(firm: Firm) -> list[Ruling]:
    """Return the exclusions of a firm."""
    return [one for one in firm.rulings.all() if one.kind == RulingKind.BAN]


@register.filter
def giving_way_at(firm: Firm) -> Stop | None:
    """Return which stop makes room for another expert: the weakest, locked ones last; None where there is room."""
    stops = list(firm.stops.all())
    if firm.missing_count or not stops:
        return None
    return min(stops, key=lambda one: (one.is_locked, one.score))


@register.filter
def clock(minutes: int) -> str:
    """Return minutes after midnight as an hour of the day."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
