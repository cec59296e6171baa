"""What a meeting must look like to be called, and its minutes to be kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from keqiao.base.phrases import N_
from keqiao.base.text import Intake
from keqiao.meetings.types import Content, Minutes

TIMES_NEEDED = N_("请填写开始和结束的时间。")
ENDS_BEFORE = N_("结束时间要晚于开始时间。")
TOO_LONG = N_("一次座谈最长 %(most)s 小时，请核对日期。")
FAR_AWAY = N_("座谈的日期离今天超过 %(most)s 年，请核对年份。")
NOBODY = N_("请至少选两方参加座谈。")
ABSENT_CAME = N_("写了到会的人，就不要再勾选“没有来”。")
DUE_BEFORE = N_("期限不能早于座谈的日期，请核对年份。")
DECISION_EMPTY = N_("请写清楚每一项议定事项，或者把空行删掉。")
LONGEST_HOURS = 72
MOST_YEARS = 10
LEAST_SEATS = 2
MOST_DECISIONS = 20


def cleaned(content: Content) -> dict[str, Any]:
    """Return the columns of a meeting; raise Invalid with all that is missing."""
    intake = Intake()
    values: dict[str, Any] = {
        "title": intake.line("title", content.title, most=80, required=True),
        "place": intake.line("place", content.place, most=120, required=True),
        "agenda": intake.text("agenda", content.agenda, most=3000),
        "starts_at": content.starts_at,
        "ends_at": content.ends_at,
    }
    start, end = content.starts_at, content.ends_at
    if start is None or end is None:
        intake.problem("starts_at", TIMES_NEEDED)
    else:
        this_year = timezone.localdate().year
        is_near = all(abs(one.year - this_year) <= MOST_YEARS for one in (start, end))
        intake.check(is_near, "starts_at", FAR_AWAY, most=MOST_YEARS)
        intake.check(start < end, "ends_at", ENDS_BEFORE)
        longest = dt.timedelta(hours=LONGEST_HOURS)
        intake.check(end - start <= longest, "ends_at", TOO_LONG, most=LONGEST_HOURS)
    intake.check(len(set(content.parties)) >= LEAST_SEATS, "parties", NOBODY)
    intake.finish()
    return values


def cleaned_minutes(minutes: Minutes, *, day: dt.date) -> dict[str, Any]:
    """Return the columns of the minutes of a meeting on a ``day``; raise Invalid with all that cannot be kept."""
    intake = Intake()
    text = intake.text("minutes", minutes.text, most=20000, required=True)
    decisions = []
    for number, decision in enumerate(minutes.decisions[:MOST_DECISIONS]):
        field = f"decision_{number}"
        what = intake.line(f"{field}_text", decision.text, most=200)
        who = intake.line(f"{field}_who", decision.who, most=60)
        intake.check(bool(what) or not (who or decision.due_on), f"{field}_text", DECISION_EMPTY)
        in_time = decision.due_on is None or decision.due_on >= day
        intake.check(in_time, f"{field}_due_on", DUE_BEFORE)
        if what:
            kept = {"text": what, "who": who, "party": decision.party, "task": decision.task}
            due_on = decision.due_on.isoformat() if decision.due_on else None
            decisions.append({**kept, "due_on": due_on})
    names = {
        number: intake.line(f"seat_{number}", entered, most=200)
        for number, entered in minutes.present
    }
    for number in minutes.absent:
        intake.check(not names.get(number), f"seat_{number}", ABSENT_CAME)
    intake.finish()
    return {"minutes": text, "decisions": decisions, "names": names}
