"""What a plan's terms and numbers must be."""

from __future__ import annotations

import datetime as dt

from keqiao.assignments.types import MOST_PLACES, MOST_WANTED, SENTENCES, Terms
from keqiao.base.phrases import N_
from keqiao.base.text import Intake

MOST = 100
WEEKS_AHEAD, WEEKS_BACK = 8, 1
WEEK_FAR = N_("请选择上一周到往后 %(most)s 周之间的一周。")
COUNT_WRONG = N_("请填 0 到 %(most)s 的整数。")


def monday(day: dt.date) -> dt.date:
    """Return the Monday of the week in which a day lies."""
    return day - dt.timedelta(days=day.weekday())


def week(day: dt.date, *, today: dt.date) -> dt.date:
    """Return the Monday of the week of ``day``; raise Invalid for a week that nobody plans now."""
    intake = Intake()
    begin, this = monday(day), monday(today)
    distance = (begin - this).days // 7
    intake.check(-WEEKS_BACK <= distance <= WEEKS_AHEAD, "week_on", WEEK_FAR, most=WEEKS_AHEAD)
    intake.finish()
    return begin


def terms(entered: Terms) -> Terms:
    """Return the terms; raise Invalid when a number is outside its range."""
    floor = 0 if entered.floor is None else entered.floor
    is_good = (
        all(0 <= number <= MOST for number in (entered.threshold, floor, entered.newcomers))
        and 1 <= entered.wanted <= MOST_WANTED
    )
    intake = Intake()
    intake.check(is_good, "", SENTENCES["input.rules"])
    intake.finish()
    return entered


def count(entered: int) -> int:
    """Return a capacity; raise Invalid when it cannot be one."""
    intake = Intake()
    intake.check(0 <= entered <= MOST_PLACES, "count", COUNT_WRONG, most=MOST_PLACES)
    intake.finish()
    return entered
