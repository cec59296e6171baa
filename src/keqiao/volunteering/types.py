"""The words of the room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

ANSWER_DAYS = 10  # until a wish for a correction is answered; ours, as the rules only say "in time"
PASS_MARKS = range(101)


class Gender(models.TextChoices):
    """As a volunteer states it; nobody has to."""

    UNSAID = "", _("不填")
    FEMALE = "female", _("女")
    MALE = "male", _("男")


class MarkKind(models.TextChoices):
    """What a leader writes down about a member."""

    INSURANCE = "insurance", _("保险")
    TRAINING = "training", _("培训")
    COMMENDATION = "commendation", _("表彰奖励")
    EVALUATION = "evaluation", _("评价")


class Finding(models.TextChoices):
    """What a spot check found."""

    CONFIRMED = "confirmed", _("属实")
    WRONG = "wrong", _("不符，需更正")


class Result(models.TextChoices):
    """How a review of a project ends."""

    PASSED = "passed", _("通过")
    REWORK = "rework", _("整改后再评")
    FAILED = "failed", _("不通过")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a volunteer states of themself; all of it optional."""

    gender: str = ""
    born_on: dt.date | None = None
    region_id: str = ""
    phone: str = ""
    skills: tuple[str, ...] = ()
    services: tuple[str, ...] = ()  # what they would like to do


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark as a leader enters it; ``minutes`` of a training."""

    kind: MarkKind
    title: str
    issuer: str = ""
    place: str = ""
    given_on: dt.date | None = None
    until_on: dt.date | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class ProjectContent:
    """What a project says of itself; ``outcomes`` are codes of outcomes of cases that it helped to."""

    title: str
    aim: str
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShiftContent:
    """What a shift says: when, where, what is to be done for whom, how many are wanted and what they must bring."""

    title: str
    work: str
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    place: str = ""
    served: str = ""
    places: int | None = None
    skills: tuple[str, ...] = ()
    needs_insurance: bool = False
    needs_training: bool = False
    session: str = ""  # code of a session of an activity; its time and place then
    leader: str = ""  # e-mail of who runs it; else who makes it


@dataclass(frozen=True, slots=True)
class Worked:
    """Hours as they are recorded. ``reason`` is asked for when they pass the shift's span or overlap others."""

    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    minutes: int | None = None  # None: from the start to the end
    work: str = ""
    quality: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that reviewers score from 0 to 100, and its share in the whole."""

    name: str
    weight: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A value of an indicator, and where it was read."""

    amount: Decimal | None
    measured_on: dt.date | None
    source: str


@dataclass(frozen=True, slots=True)
class Scored:
    """One reviewer's scores by the number of the criterion, and the words to them."""

    scores: Mapping[int, int | None]
    text: str
