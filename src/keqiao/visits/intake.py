"""What a visit must look like to be arranged, and its record to be kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.utils import timezone

from keqiao.base.phrases import N_
from keqiao.base.text import Intake
from keqiao.visits.types import Attendee, FoundNeed, Kind, Pledged, Record, Side

TIMES_NEEDED = N_("请填写开始和结束的时间。")
ENDS_BEFORE = N_("结束时间要晚于开始时间。")
TOO_LONG = N_("一次到访最长 %(most)s 小时，请核对日期。几家企业请分别安排。")
FAR_AWAY = N_("到访的日期离今天超过 %(most)s 年，请核对年份。")
NAME_NEEDED = N_("写了单位，也请写上是谁来的。")
PLEDGE_EMPTY = N_("请写清楚内容，或者把这一行清空。")
DUE_NEEDED = N_("请填写日期，到了这一天会分别问双方。")
DUE_BEFORE = N_("日期不能早于到访的那一天。")
DUE_FAR = N_("日期离今天超过 %(most)s 年，请核对年份。")
WHO_NEEDED = N_("请选择是谁承诺的。")
DECIDED = N_("这一条企业已经处理，或者被其他人删去了，请清空这一行。")
REMOVED = N_("这一条被其他人删去了。还要的话，请写到空行里；不要的话，请清空这一行。")
NOTHING_SEEN = N_("请写下看到了什么。")
LONGEST_HOURS = 24
MOST_YEARS = 10
MOST_ROWS = 40  # of attendees, of needs found, of promises and intents


def cleaned(
    starts_at: dt.datetime | None, ends_at: dt.datetime | None, *, place: str, about: str
) -> dict[str, Any]:
    """Return the columns of what is arranged; raise Invalid with all that is wrong."""
    intake = Intake()
    values: dict[str, Any] = {
        "place": intake.line("place", place, most=120),
        "about": intake.text("about", about, most=2000),
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
    if starts_at is None or ends_at is None:
        intake.problem("starts_at", TIMES_NEEDED)
    else:
        this_year = timezone.localdate().year
        is_near = all(abs(one.year - this_year) <= MOST_YEARS for one in (starts_at, ends_at))
        intake.check(is_near, "starts_at", FAR_AWAY, most=MOST_YEARS)
        intake.check(starts_at < ends_at, "ends_at", ENDS_BEFORE)
        longest = dt.timedelta(hours=LONGEST_HOURS)
        intake.check(ends_at - starts_at <= longest, "ends_at", TOO_LONG, most=LONGEST_HOURS)
    intake.finish()
    return values


def cleaned_record(
    record: Record, *, day: dt.date, findings: Collection[int], pledges: Collection[int]
) -> Record:
    """Return the record of a visit on a ``day`` as it may be kept; raise Invalid with all that is wrong.

    Rows that are empty are left out; the fields of the refusal are those of the rows as they were entered.
    ``findings`` and ``pledges`` are the numbers of the rows that may be changed: what the enterprise has decided
    meanwhile does not come back by a form that was opened before.
    """
    intake = Intake()
    attendees = []
    for number, guest in enumerate(record.attendees[:MOST_ROWS]):
        name = intake.line(f"attendee_{number}_name", guest.name, most=60)
        whom = intake.line(f"attendee_{number}_whom", guest.whom, most=120)
        intake.check(bool(name) or not whom, f"attendee_{number}_name", NAME_NEEDED)
        attendees.append(Attendee(name, whom))
    found = []
    for number, need in enumerate(record.found[:MOST_ROWS]):
        text = intake.text(f"found_{number}_text", need.text, most=1000)
        is_there = not text or need.number is None or need.number in findings
        intake.check(is_there, f"found_{number}_text", DECIDED)
        found.append(FoundNeed(text, need.number))
    promised = []
    for number, one in enumerate(record.pledges[:MOST_ROWS]):
        promised.append(_pledge(intake, number, one, day))
        is_there = not one.text or one.number is None or one.number in pledges
        intake.check(is_there, f"pledge_{number}_text", REMOVED)
    kept = Record(
        seen=intake.text("seen", record.seen, most=10000),
        advice=intake.text("advice", record.advice, most=10000),
        attendees=tuple(one for one in attendees if one.name),
        found=tuple(need for need in found if need.text),
        pledges=tuple(one for one in promised if one.text),
    )
    intake.check(bool(kept.seen), "seen", NOTHING_SEEN)
    intake.finish()
    return kept


def _pledge(intake: Intake, number: int, entered: Pledged, day: dt.date) -> Pledged:
    """Return one row; a promise has who promised it, an intent is both sides'."""
    field = f"pledge_{number}"
    text = intake.text(f"{field}_text", entered.text, most=1000)
    is_promise = entered.kind == Kind.PROMISE
    if text:
        due_on = entered.due_on
        intake.check(due_on is not None, f"{field}_due_on", DUE_NEEDED)
        in_time = due_on is None or due_on >= day
        intake.check(in_time, f"{field}_due_on", DUE_BEFORE)
        is_near = due_on is None or due_on.year - timezone.localdate().year <= MOST_YEARS
        intake.check(is_near, f"{field}_due_on", DUE_FAR, most=MOST_YEARS)
        intake.check(not is_promise or entered.who in Side.values, f"{field}_who", WHO_NEEDED)
    else:
        intake.check(entered.due_on is None, f"{field}_text", PLEDGE_EMPTY)
    who = entered.who if is_promise else ""
    return Pledged(text, entered.kind, entered.due_on, who, entered.number)
