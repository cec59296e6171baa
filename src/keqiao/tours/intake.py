"""What the terms of a plan and its two sides must be."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import replace
from itertools import pairwise

from keqiao.base.errors import invalid
from keqiao.base.phrases import N_
from keqiao.base.text import Intake
from keqiao.engine.visits.types import MOST_DAYS, MOST_STOPS
from keqiao.engine.visits.wording import SPAN_SIGNS
from keqiao.tours.types import (
    LONGEST_STAY,
    MOST_FIELDS,
    MOST_IN_PLAN,
    MOST_SECONDS,
    MOST_SPANS,
    MOST_WANTED,
    SHORTEST_STAY,
    Going,
    Hours,
    Receiving,
    Terms,
)

DAYS_AHEAD, MOST_POINTS, MOST_HOUR = 366, 100, 100
SLOWEST, FASTEST, STRAIGHT, WINDING = 10, 120, 100, 300
MIDNIGHT = 24 * 60
SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
ENDS_BEFORE = N_("最后一天早于第一天，请核对。")
TOO_MANY_DAYS = N_("一份计划最多 %(most)s 天，现在是 %(count)s 天：请分成几份。")
DAY_PAST = N_("第一天已经过去，请改成今天或以后。")
DAY_FAR = N_("第一天离今天超过一年，请核对年份。")
NO_DAY = N_("每一天都勾成了不排，请至少留一天。")
BETWEEN = N_("请填 %(least)s 到 %(most)s 的整数。")
RETURNS_BEFORE = N_("回到出发地的时间应晚于出发的时间。")
HOURS_WRONG = N_(
    "请写成“9:00-12:00 14:00-18:00”这样：一天之内、先开后关、互不重叠，最多 %(most)s 段。"
)
HOURS_SHORT = N_("没有一段接待时间放得下 %(stay)s 分钟的停留，请改长接待时间或改短停留。")
TOO_MANY_FIELDS = N_("行业、学科各填最多 %(most)s 项，请留最要紧的。")
ABOUT_NEEDED = N_("请选一条需求，或者选行业或学科：系统按它比较谁合适。")


def terms(entered: Terms, *, today: dt.date, known: Terms | None = None) -> Terms:
    """Return the terms; raise Invalid with all that is wrong. A first day that is ``known`` may have passed."""
    intake = Intake()
    title = intake.line("title", entered.title, most=60, required=True)
    count = (entered.ends_on - entered.begins_on).days + 1
    intake.check(count > 0, "ends_on", ENDS_BEFORE)
    intake.check(count <= MOST_DAYS, "ends_on", TOO_MANY_DAYS, most=MOST_DAYS, count=count)
    is_known = known is not None and known.begins_on == entered.begins_on
    intake.check(is_known or entered.begins_on >= today, "begins_on", DAY_PAST)
    intake.check((entered.begins_on - today).days <= DAYS_AHEAD, "begins_on", DAY_FAR)
    off = {day for day in entered.off if entered.begins_on <= day <= entered.ends_on}
    intake.check(count < 1 or len(off) < count, "off", NO_DAY)
    for name, least, most in (
        ("threshold", 0, MOST_POINTS),
        ("hour_points", 0, MOST_HOUR),
        ("speed", SLOWEST, FASTEST),
        ("detour", STRAIGHT, WINDING),
        ("seconds", 1, MOST_SECONDS),
        ("leaves", 0, MIDNIGHT),
        ("returns", 0, MIDNIGHT),
    ):
        _between(intake, name, getattr(entered, name), least, most)
    intake.check(entered.leaves < entered.returns, "returns", RETURNS_BEFORE)
    intake.finish()
    return replace(entered, title=title, off=tuple(sorted(off)))


def going(entered: Going) -> Going:
    """Return how an expert goes; raise Invalid."""
    intake = Intake()
    _between(intake, "stops_a_day", entered.stops_a_day, 1, MOST_STOPS)
    _between(intake, "stops_count", entered.stops_count, 0, MOST_IN_PLAN)
    industries = tuple(dict.fromkeys(entered.industry_ids))
    subjects = tuple(dict.fromkeys(entered.subject_ids))
    for name, codes in (("industry_ids", industries), ("subject_ids", subjects)):
        intake.check(len(codes) <= MOST_FIELDS, name, TOO_MANY_FIELDS, most=MOST_FIELDS)
    intake.finish()
    return replace(entered, industry_ids=industries, subject_ids=subjects)


def receiving(entered: Receiving) -> Receiving:
    """Return how a firm receives; raise Invalid."""
    intake = Intake()
    address = intake.line("address", entered.address, most=120)
    _between(intake, "stay", entered.stay, SHORTEST_STAY, LONGEST_STAY)
    _between(intake, "wanted", entered.wanted, 1, MOST_WANTED)
    is_whole = _are_spans(entered.hours)
    intake.check(is_whole, "hours", HOURS_WRONG, most=MOST_SPANS)
    fits = any(closes - opens >= entered.stay for opens, closes in entered.hours)
    intake.check(fits or not is_whole, "hours", HOURS_SHORT, stay=entered.stay)
    is_about = bool(entered.need or entered.industry_id or entered.subject_id)
    intake.check(is_about, "need", ABOUT_NEEDED)
    intake.finish()
    return replace(entered, address=address)


def hours_written(text: str) -> Hours:
    """Return the spans that somebody wrote as 9:00-12:00 14:00-18:00; raise Invalid for anything else."""
    plain = unicodedata.normalize("NFKC", text).translate(SPAN_SIGNS)
    words = re.sub(r"\s*-\s*", "-", plain).split()
    found = [SPAN.fullmatch(word) for word in words[: MOST_SPANS + 1]]
    spans = []
    for one in found:
        if one is None:
            raise invalid("hours", HOURS_WRONG, most=MOST_SPANS)
        opens, closes = (int(one[at]) * 60 + int(one[at + 1]) for at in (1, 3))
        if int(one[2]) > 59 or int(one[4]) > 59:  # noqa: PLR2004 - minutes of an hour
            raise invalid("hours", HOURS_WRONG, most=MOST_SPANS)
        spans.append((opens, closes))
    return tuple(sorted(spans))


def _are_spans(hours: Hours) -> bool:
    in_day = all(0 <= opens < closes <= MIDNIGHT for opens, closes in hours)
    apart = all(one[1] <= other[0] for one, other in pairwise(hours))
    return in_day and apart and 0 < len(hours) <= MOST_SPANS


def _between(intake: Intake, field: str, number: int, least: int, most: int) -> None:
    intake.check(least <= number <= most, field, BETWEEN, least=least, most=most)
