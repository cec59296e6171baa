"""The words of the room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from keqiao.base.phrases import Phrase

OPENS_BEFORE = dt.timedelta(hours=12)  # a session's start, from when people are checked in
KEPT_AFTER = dt.timedelta(days=2)  # a session's end, until when a phone keeps its list
ASKED_WITHIN = dt.timedelta(days=7)  # of a session's end, once
FEEDBACK_DAYS = 30  # after a session's end
LEAST_ANSWERS = 5  # below it nothing of a feedback is shown: who said what could be guessed
MOST_PRESSES = 50  # in one delivery of a phone
MOST_HEADS = 100_000
QUESTIONS = ("understood", "learned", "comes_again")


class Answer(models.TextChoices):
    """What may be answered to each of the three questions."""

    YES = "yes", _("是")
    PARTLY = "partly", _("一般")
    NO = "no", _("不是")


class Result(StrEnum):
    """What became of one press."""

    NEW = "new"
    ALREADY = "already"  # checked in before, by this press or by another
    UNDONE = "undone"  # this very press was taken back since
    NO_PLACE = "no_place"  # kept, and the leader decides
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Press:
    """One press on a phone: the number that the phone gave it, the code, and how long before the delivery it was.

    ``age`` is by the phone's own clock on both ends, so that a clock that is wrong does no harm.
    """

    key: UUID
    code: str
    age: dt.timedelta = dt.timedelta()


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to a phone about one press; ``arrived_at`` is None for one that was refused."""

    key: str
    code: str
    result: Result
    said: Phrase
    arrived_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of a session had a place, came, came without one and wait for a decision, and were counted by number."""

    seated: int
    came: int
    undecided: int
    heads: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """What was said after a session: how many answered; for each question how many gave which answer; the texts.

    Below ``LEAST_ANSWERS`` there are no counts and no texts.
    """

    answered: int
    counts: Mapping[str, Mapping[Answer, int]]
    texts: tuple[str, ...]
