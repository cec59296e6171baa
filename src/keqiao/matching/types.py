"""The words of the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.phrases import Phrase
from keqiao.engine import ranker
from keqiao.engine.matching import SURE_ENOUGH
from keqiao.engine.types import Part, Reason

if TYPE_CHECKING:
    from keqiao.matching.models import Run
    from keqiao.needs.models import Need
    from keqiao.offers.models import Offer


class SubjectKind(models.TextChoices):
    """For what a run was asked."""

    NEED = "need", _("需求")
    OFFER = "offer", _("所能")


class RefusalReason(models.TextChoices):
    """Why a studio will not answer a need."""

    NO_CAPACITY = "no_capacity", _("目前没有人手")
    WRONG_SUBJECT = "wrong_subject", _("专业不对口")
    TOO_EARLY = "too_early", _("技术成熟度太低，还做不到")
    TOO_LATE = "too_late", _("已过研发阶段，不需要我们")
    TERMS = "terms", _("费用、期限等条件不合适")
    CONFLICT = "conflict", _("与现有合作有冲突")
    SECRECY = "secrecy", _("涉及保密，不便参与")
    OTHER = "other", _("其他原因")


class Grade(models.IntegerChoices):
    """How well a broker thinks that an offer answers a need; the grades of the bench's judgements."""

    UNRELATED = 0, _("不相关")
    DISTANT = 1, _("有点关系")
    FITTING = 2, _("合适")
    BEST = 3, _("很合适")


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

    @property
    def is_sure(self) -> bool:
        """Whether the engine would call it a match at all."""
        return is_sure(self.parts)


def is_sure(parts: Sequence[Part]) -> bool:
    """Tell whether an answer with these parts is probable enough to be called a match."""
    return ranker.probability(parts) >= SURE_ENOUGH


@dataclass(frozen=True, slots=True)
class NeedMatches:
    """The answers to one need; ``run`` is None until the engine was asked."""

    run: Run | None
    items: tuple[Suggested, ...] = ()
    is_good: bool = False
    missing: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks the engine without keeping it: the words of a need, with what codes are known."""

    title: str
    text: str
    region: str = ""
    industry: str = ""
    subject: str = ""
    stage: int | None = None
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One open offer that may answer a question; see Suggested. ``probability`` goes from 0 to 1."""

    offer: Offer
    score: float
    probability: float
    parts: tuple[Part, ...]
    ahead: Reason | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to a question, best first; when none is good enough, what is missing."""

    items: tuple[Answer, ...]
    is_good: bool
    missing: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """What several refusals for one reason ask of a need."""

    reason: RefusalReason
    count: int
    sentence: Phrase


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
