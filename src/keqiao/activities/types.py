"""The words of the room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.phrases import N_

MOST_TIMES = 60  # sessions made in one go


class Kind(models.TextChoices):
    """What an activity is."""

    CAMP = "camp", _("科普营")
    LECTURE = "lecture", _("讲座")
    CONTEST = "contest", _("竞赛")
    OPEN_DAY = "open_day", _("开放日")
    TRAINING = "training", _("培训")
    ROAD_SHOW = "road_show", _("路演")
    VISIT = "visit", _("走访")
    MEETING = "meeting", _("会议")
    CONGRESS = "congress", _("代表大会")


class Way(models.TextChoices):
    """How places are given out."""

    FIRST_COME = "first_come", _("先到先得")
    DRAW = "draw", _("抽签")


class QuestionKind(models.TextChoices):
    """How a question of an activity's own is answered."""

    TEXT = "text", _("一行文字")
    ONE_OF = "one_of", _("选一项")
    YES_NO = "yes_no", _("是或否")


YES_NO = (N_("是"), N_("否"))  # the answers that are kept, whatever the language of the page


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an activity's own; ``why`` tells whoever answers what it is for. ``choices`` only for ONE_OF.

    ``key`` names the answer where answers are kept; a question that is kept already carries the one that it has.
    """

    text: str
    kind: str = QuestionKind.TEXT.value
    why: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What is entered for an activity; ``series`` is the code of one, or empty.

    ``minor_fields`` are what it needs to know of a child beyond name and birthday, each with its reason.
    """

    title: str
    kind: str
    about: str = ""
    series: str = ""
    themes: tuple[str, ...] = ()
    audience: str = ""
    least_age: int | None = None
    most_age: int | None = None
    partners: tuple[str, ...] = ()
    cost: str = ""
    accessibility: str = ""
    contact: str = ""
    questions: tuple[Question, ...] = ()
    minor_fields: Mapping[str, str] = field(default_factory=dict)
    retention_days: int | None = None


@dataclass(frozen=True, slots=True)
class Leader:
    """Who leads a session, as entered: the address and the whole name of one account."""

    email: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SessionContent:
    """What is entered for a session; times are aware."""

    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    place: str
    region_id: str
    title: str = ""
    address: str = ""
    leader: Leader = Leader()
    places: int | None = None
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    way: str = Way.FIRST_COME.value
    draws_at: dt.datetime | None = None
    most_waiting: int | None = None
    most_per_family: int | None = None
    most_per_school: int | None = None
    most_per_region: int | None = None
    offer_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Repetition:
    """On which days a session is held anew: ``weekdays`` (0 is Monday) of every few weeks to ``until``, ``days``."""

    weekdays: frozenset[int] = frozenset()
    until: dt.date | None = None
    every: int = 1
    days: tuple[dt.date, ...] = ()
