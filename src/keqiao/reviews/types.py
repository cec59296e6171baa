"""The words of the room: four criteria with what each score means, scores, comments, decisions."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BEST = 5  # of each criterion
ENOUGH = 10  # of 20, in all


class Criterion(models.TextChoices):
    """What an entry is looked at for."""

    CLARITY = "clarity", _("清楚")
    FIGURES = "figures", _("指标")
    COOPERATION = "cooperation", _("合作")
    RULES = "rules", _("合规与用语")


class Decision(models.TextChoices):
    """What a review came to."""

    OPENED = "opened", _("通过并公开")
    SENT_BACK = "sent_back", _("退回修改")


GUIDANCE: dict[Criterion, tuple[tuple[str, Promise], ...]] = {
    Criterion.CLARITY: (
        ("0", _("看不出要解决什么，或能提供什么")),
        ("1–2", _("只有方向或口号，内行也要猜")),
        ("3–4", _("问题（或做法）和条件基本清楚，个别地方还要问")),
        ("5", _("内行读完不用再问，就能判断接不接")),
    ),
    Criterion.FIGURES: (
        ("0", _("没有任何可以检验的说法")),
        ("1–2", _("只说“提高”“降低”，没有数")),
        ("3–4", _("主要指标有数有单位，个别缺现状或检验办法")),
        ("5", _("指标、单位、现状和检验办法都有")),
    ),
    Criterion.COOPERATION: (
        ("0", _("不是来合作的：只打广告、只找投资，或无法合作")),
        ("1–2", _("想合作，但方式、期限、投入都没有说清")),
        ("3–4", _("方式说清了，期限或投入大体有数")),
        ("5", _("方式、期限、投入和各方分工都清楚")),
    ),
    Criterion.RULES: (
        ("0", _("涉密、违法、侵权，或公开的文字露出了秘密、个人信息")),
        ("1–2", _("夸大、套话或错别字多，要改多处")),
        ("3–4", _("合规，个别词句要改")),
        ("5", _("合规，用语平实准确，公开的文字没有多露一个字")),
    ),
}


@dataclass(frozen=True, slots=True)
class Scores:
    """0–5 for each criterion; a zero holds the entry back, and so does a sum below ``ENOUGH``."""

    clarity: int
    figures: int
    cooperation: int
    rules: int

    @property
    def total(self) -> int:
        """Return the sum, of 20."""
        return sum(astuple(self))

    @property
    def zeros(self) -> tuple[Criterion, ...]:
        """Return the criteria that hold the entry back."""
        return tuple(one for one in Criterion if getattr(self, one.value) == 0)

    @property
    def is_enough(self) -> bool:
        """Tell whether the entry may be opened."""
        return not self.zeros and self.total >= ENOUGH

    def by_criterion(self) -> dict[str, int]:
        """Return the scores by the names of their criteria."""
        return {one.value: getattr(self, one.value) for one in Criterion}


@dataclass(frozen=True, slots=True)
class Comment:
    """One thing for the author to change; ``field`` is empty when it concerns the whole."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision with its grounds, found to be complete."""

    decision: Decision
    scores: Scores
    comments: tuple[Comment, ...]

    def told(self) -> dict[str, object]:
        """Return what the journal may know: the scores and the number of comments, never their text."""
        return {"scores": self.scores.by_criterion(), "comments": len(self.comments)}
