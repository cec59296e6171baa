"""The words of the room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from keqiao.casework.models import Case
    from keqiao.needs.models import Need
    from keqiao.outcomes.models import Outcome
    from keqiao.visits.models import Finding

AGAIN_DAYS = 30  # after a "not yet" that both sides are asked once more
MOST_ASKED = 12  # times about one promise; then it is left to the persons


class Side(models.TextChoices):
    """For whom somebody speaks on a visit."""

    FIRM = "firm", _("企业方")
    EXPERTS = "experts", _("专家方")
    HOST = "host", _("科协")


CONFIRMING = (Side.FIRM, Side.EXPERTS)  # the sides that have to confirm, and are asked afterwards


class Kind(models.TextChoices):
    """What was promised, or what both sides intend: build together, train, and the chain of talent (引育留用)."""

    PROMISE = "promise", _("承诺")
    CENTRE = "centre", _("共建联合中心")
    BASE = "base", _("共建基地")
    LABORATORY = "laboratory", _("共建实验室")
    TRAINING = "training", _("开展培训")
    ATTRACT = "attract", _("引才")
    RAISE = "raise", _("育才")
    RETAIN = "retain", _("留才")
    USE = "use", _("用才")


class Answer(models.TextChoices):
    """What a side says when the day of a promise or an intent has come."""

    KEPT = "kept", _("已经兑现")
    NOT_YET = "not_yet", _("还没有")
    NO_LONGER = "no_longer", _("不再进行")


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who came, and for whom, in the writer's words."""

    name: str
    whom: str = ""


@dataclass(frozen=True, slots=True)
class FoundNeed:
    """A need found, in one sentence; ``number`` is that of a finding that the record has already."""

    text: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Pledged:
    """A promise with who promised, or an intent of both sides (``who`` is empty), until a day."""

    text: str
    kind: Kind = Kind.PROMISE
    due_on: dt.date | None = None
    who: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What is written down about a visit; what it does not name any more goes, but for what the firm has decided."""

    seen: str = ""
    advice: str = ""
    attendees: tuple[Attendee, ...] = ()
    found: tuple[FoundNeed, ...] = ()
    pledges: tuple[Pledged, ...] = ()


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a need found, as far as somebody may know: the need, its case, the outcomes that count."""

    finding: Finding
    need: Need | None
    case: Case | None
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of one visit; ``refused`` sentences are gone, ``pledges`` counts promises and intents by state."""

    found: tuple[Became, ...]
    refused: int
    pledges: Mapping[str, int]

    @property
    def drafted(self) -> int:
        """How many of the needs found the enterprise made drafts of."""
        return sum(one.finding.need_id is not None for one in self.found)

    @property
    def waiting(self) -> int:
        """How many wait for the enterprise's word."""
        return len(self.found) - self.drafted

    @property
    def opened(self) -> int:
        """How many are open for answers now."""
        return self._in("open")

    @property
    def in_case(self) -> int:
        """How many a case carries now."""
        return self._in("in_case")

    @property
    def solved(self) -> int:
        """How many are solved."""
        return sum(one.need is not None and one.need.resolution == "solved" for one in self.found)

    @property
    def outcomes(self) -> int:
        """How many outcomes both sides confirmed; one of a case with two of the needs counts once."""
        return len({outcome.pk for one in self.found for outcome in one.outcomes})

    def _in(self, state: str) -> int:
        return sum(one.need is not None and one.need.state == state for one in self.found)
