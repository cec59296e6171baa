"""The words of the room: the terms of a plan, its two sides as they are entered, and what its reasons say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.phrases import N_, Phrase
from keqiao.engine.types import Reason
from keqiao.engine.visits.types import AFTER_NOON, EVENING, MORNING, NOON
from keqiao.engine.visits.wording import SENTENCES as ENGINE_SENTENCES

MOST_EXPERTS, MOST_FIRMS = 100, 300  # of a plan
MOST_WANTED = 5  # experts at one firm
MOST_FIELDS = 3  # industries, and as many subjects, of an expert
MOST_IN_PLAN = 31  # stops of one expert
MOST_SPANS = 4  # of a firm's hours in a day
LONGEST_STAY, SHORTEST_STAY = 480, 15  # minutes
MOST_SECONDS = 60  # of one search; a plan needs three at most
NAME_LENGTH = 24  # characters of a name inside a reason
CODE = re.compile(r"\b[A-Z]-[0-9A-Z]+\b")
Hours = tuple[tuple[int, int], ...]  # spans of a day, in minutes after midnight
USUAL_HOURS: Hours = ((MORNING, NOON), (AFTER_NOON, EVENING))


class RulingKind(models.TextChoices):
    """What somebody ruled about a pair: always together, or never."""

    LOCK = "lock", _("锁定")
    BAN = "ban", _("排除")


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of a plan. ``off`` are days between the first and the last on which nobody travels.

    ``threshold`` is in points 0–100, ``hour_points`` what an hour on the road costs, ``speed`` in km/h on a road that
    is ``detour`` hundredths as long as the line of sight; ``leaves`` and ``returns`` in minutes after midnight;
    ``seconds`` bounds each search.
    """

    title: str
    begins_on: dt.date
    ends_on: dt.date
    off: tuple[dt.date, ...] = ()
    is_fair: bool = True
    threshold: int = 30
    leaves: int = 480
    returns: int = 1140
    hour_points: int = 5
    speed: int = 50
    detour: int = 140
    seconds: int = 15


@dataclass(frozen=True, slots=True)
class Going:
    """How an expert goes: from which region, on which days not, how many stops a day and in the whole plan.

    ``industry_ids`` and ``subject_ids`` are fields it knows, beside those of a studio's open offers.
    """

    home_id: str
    stops_a_day: int = 3
    stops_count: int = 6
    away: tuple[dt.date, ...] = ()
    industry_ids: tuple[str, ...] = ()
    subject_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receiving:
    """How a firm receives: where, about which need (by code) or industry and subject, when, how long, how many."""

    region_id: str
    address: str = ""
    need: str = ""
    industry_id: str = ""
    subject_id: str = ""
    hours: Hours = USUAL_HOURS
    stay: int = 90
    wanted: int = 1
    away: tuple[dt.date, ...] = field(default=())


SENTENCES: Mapping[str, str] = {
    **ENGINE_SENTENCES,
    "gap.nothing": N_("没有专家与它配过分：请加专家，或给它选需求、行业或学科"),
    "input.no_place": N_("“%(who)s”所在的地区没有坐标，算不了路程：请改选它的县或市。"),
    "input.no_firms": N_("还没有企业：请先加企业。"),
    "input.no_experts": N_("还没有专家：请先加专家。"),
    "solve.failed": N_("计算时出了错，已记入日志：请按“重新计算”再试，仍不行请联系管理员。"),
    "note.need_closed": N_("“%(firm)s”原来的需求已不在征集，这次按行业和学科比较。"),
    "part.industry": N_("做过或熟悉同一%(level)s：%(name)s"),
    "part.no_industry": N_("没有做过或熟悉相近行业的记录"),
    "part.subject": N_("同一%(level)s：%(name)s"),
    "part.no_subject": N_("学科不相近"),
}
PARTS: Mapping[str, str] = {
    "same_industry": N_("行业"),
    "same_subject": N_("学科"),
}
LEVELS: Mapping[str, str] = {
    "class": N_("行业小类"),
    "group": N_("行业中类"),
    "division": N_("行业大类"),
    "section": N_("行业门类"),
    "exact": N_("学科方向"),
    "field": N_("学科"),
    "department": N_("学部"),
}


def names_within(reasons: Iterable[Reason]) -> set[str]:
    """Return the codes that the values of some reasons name."""
    texts = (str(value) for reason in reasons for value in reason.values.values())
    return {code for text in texts for code in CODE.findall(text)}


def sentence(
    reason: Reason, names: Mapping[str, str], translate: Callable[[str], str] = str
) -> str:
    """Say a reason of a plan, each code replaced by its name, each level by its word."""

    def named(name: str, value: object) -> object:
        if not isinstance(value, str):
            return value
        if name == "level":
            return Phrase(LEVELS.get(value, value))
        return CODE.sub(lambda hit: names.get(hit[0], hit[0]), value)

    values = {name: named(name, value) for name, value in reason.values.items()}
    return Phrase(SENTENCES.get(reason.code, reason.code), values).say(translate)


def short(name: str) -> str:
    """Return a name as a reason says it."""
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"
