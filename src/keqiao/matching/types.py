"""The words of the room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.engine.types import Part, Reason

if TYPE_CHECKING:
    from keqiao.matching.models import Run
    from keqiao.needs.models import Need
    from keqiao.offers.models import Offer


class SubjectKind(models.TextChoices):
    """For what a run was asked."""

    NEED = "need", _("需求")
    OFFER = "offer", _("所能")


@dataclass(frozen=True, slots=True)
class Suggested:
    """One need and one offer that fit, with a score (0–100) that is the sum of its parts.

    `sure` (0–100) is how probable it is that a broker would call them relevant; `ahead` says what puts this answer
    before the next one, where that may be known.
    """

    need: Need
    offer: Offer
    score: float
    parts: tuple[Part, ...]
    sure: int
    ahead: Reason | None = None


@dataclass(frozen=True, slots=True)
class NeedMatches:
    """The answers to one need; ``run`` is None until the engine was asked."""

    run: Run | None
    items: tuple[Suggested, ...] = ()
    is_good: bool = False
    missing: tuple[Reason, ...] = ()


def reason_as_json(reason: Reason) -> dict[str, Any]:
    """Return a reason as it is kept."""
    return {"code": reason.code, "values": dict(reason.values)}


def reason_from_json(kept: Mapping[str, Any]) -> Reason:
    """Return a kept reason."""
    return Reason(kept["code"], kept["values"])


def part_as_json(part: Part) -> dict[str, Any]:
    """Return a part as it is kept."""
    return {"code": part.code, "points": part.points, "reason": reason_as_json(part.reason)}


def part_from_json(kept: Mapping[str, Any]) -> Part:
    """Return a kept part."""
    return Part(kept["code"], kept["points"], reason_from_json(kept["reason"]))
