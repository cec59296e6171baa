"""What the room's entries must look like to be kept."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from keqiao.base.amounts import CENT, is_exact
from keqiao.base.phrases import N_
from keqiao.base.text import Intake
from keqiao.volunteering.types import (
    Criterion,
    Marked,
    MarkKind,
    Measured,
    Profile,
    ProjectContent,
    ShiftContent,
)

MOST_YEARS = 10
MOST_PLACES = 1000
MOST_MINUTES = 24 * 60  # of one entry
LONGEST_SHIFT = dt.timedelta(days=3)
MOST_AMOUNT = Decimal("9999999999.99")
WHOLE = 100
DAYS_NEEDED = N_("请填写起止日期，结束不早于开始，最长十年。")
TIMES_NEEDED = N_("请填写开始和结束时间，结束要晚于开始，一个班次最长三天。")
IN_THE_PAST = N_("班次的开始时间要在现在以后。")
PLACES_WRONG = N_("名额请填 1 到 %(most)s 之间的整数。")
BORN_WRONG = N_("出生日期不能晚于今天，也不能早于 120 年前。")
GIVEN_WRONG = N_("请填写日期，不能晚于今天。")
UNTIL_WRONG = N_("有效期要填写，并且不早于起始日期。")
MINUTES_WRONG = N_("时长请填 0 到 %(most)s 分钟之间的整数。")
AMOUNT_WRONG = N_("请填数字，最多两位小数。")
DUE_NEEDED = N_("请填写日期。")
WEIGHTS_WRONG = N_("请写 2 到 8 条标准，权重是正整数，合计 100，现在合计 %(sum)s。")
TWO, MOST_CRITERIA = 2, 8


def profile(entered: Profile) -> dict[str, Any]:
    """Return the columns of a volunteer; raise Invalid."""
    intake = Intake()
    today = timezone.localdate()
    born = entered.born_on
    oldest = today - dt.timedelta(days=366 * 120)
    intake.check(born is None or oldest <= born <= today, "born_on", BORN_WRONG)
    columns = {
        "gender": entered.gender,
        "born_on": born,
        "region_id": entered.region_id or None,
        "phone": intake.line("phone", entered.phone, most=30),
        "skills": intake.words("skills", entered.skills, most=20, longest=30),
        "services": intake.words("services", entered.services, most=20, longest=30),
    }
    intake.finish()
    return columns


def mark(entered: Marked) -> dict[str, Any]:
    """Return the columns of a mark; raise Invalid."""
    intake = Intake()
    today = timezone.localdate()
    given, until = entered.given_on, entered.until_on
    intake.check(given is not None and given <= today, "given_on", GIVEN_WRONG)
    in_order = until is None or given is None or given <= until
    has_end = entered.kind != MarkKind.INSURANCE or until is not None
    intake.check(in_order and has_end, "until_on", UNTIL_WRONG)
    minutes = entered.minutes
    is_right = minutes is None or 0 <= minutes <= 100 * MOST_MINUTES
    intake.check(is_right, "minutes", MINUTES_WRONG, most=100 * MOST_MINUTES)
    columns = {
        "kind": entered.kind,
        "title": intake.line("title", entered.title, most=200, required=True),
        "issuer": intake.line("issuer", entered.issuer, most=100),
        "place": intake.line("place", entered.place, most=120),
        "given_on": given,
        "until_on": until,
        "minutes": minutes,
    }
    intake.finish()
    return columns


def project(entered: ProjectContent) -> dict[str, Any]:
    """Return the columns of a project; raise Invalid."""
    intake = Intake()
    first, last = entered.from_on, entered.until_on
    is_span = first is not None and last is not None and first <= last
    longest = dt.timedelta(days=366 * MOST_YEARS)
    short = is_span and last - first <= longest  # type: ignore[operator]  # is_span says both are there
    intake.check(bool(short), "until_on", DAYS_NEEDED)
    columns = {
        "title": intake.line("title", entered.title, most=80, required=True),
        "aim": intake.text("aim", entered.aim, most=3000, required=True),
        "from_on": first,
        "until_on": last,
        "outcomes": intake.words("outcomes", entered.outcomes, most=50, longest=20),
    }
    intake.finish()
    return columns


def shift(entered: ShiftContent) -> dict[str, Any]:
    """Return the columns of a shift that stands alone, or the same on a session; raise Invalid."""
    intake = Intake()
    starts, ends = entered.starts_at, entered.ends_at
    is_span = starts is not None and ends is not None and starts < ends
    fits = is_span and ends - starts <= LONGEST_SHIFT  # type: ignore[operator]  # is_span says both are there
    intake.check(bool(fits), "ends_at", TIMES_NEEDED)
    is_past = starts is not None and starts <= timezone.now()
    intake.check(not is_past, "starts_at", IN_THE_PAST)
    places = entered.places
    is_right = places is not None and 1 <= places <= MOST_PLACES
    intake.check(is_right, "places", PLACES_WRONG, most=MOST_PLACES)
    columns = {
        "title": intake.line("title", entered.title, most=80, required=True),
        "work": intake.text("work", entered.work, most=2000, required=True),
        "served": intake.line("served", entered.served, most=120),
        "starts_at": starts,
        "ends_at": ends,
        "place": intake.line("place", entered.place, most=120, required=True),
        "places": places,
        "skills": intake.words("skills", entered.skills, most=20, longest=30),
        "needs_insurance": entered.needs_insurance,
        "needs_training": entered.needs_training,
    }
    intake.finish()
    return columns


def measured(entered: Measured) -> dict[str, Any]:
    """Return the columns of a value of an indicator; raise Invalid."""
    intake = Intake()
    day = entered.measured_on
    intake.check(day is not None and day <= timezone.localdate(), "measured_on", GIVEN_WRONG)
    intake.check(is_amount(entered.amount), "amount", AMOUNT_WRONG)
    source = intake.line("source", entered.source, most=200, required=True)
    intake.finish()
    return {"amount": entered.amount, "measured_on": day, "source": source}


def is_amount(amount: Decimal | None) -> bool:
    """Tell whether an amount of an indicator can be kept exactly."""
    if amount is None:
        return False
    return amount == 0 or is_exact(amount, least=CENT, most=MOST_AMOUNT)


def criteria(entered: tuple[Criterion, ...]) -> list[dict[str, Any]]:
    """Return the criteria of a review as JSON; raise Invalid unless their weights make a whole."""
    intake = Intake()
    names = intake.words("criteria", [one.name for one in entered], most=MOST_CRITERIA, longest=40)
    total = sum(one.weight for one in entered)
    positive = all(one.weight > 0 for one in entered)
    whole = len(names) == len(entered) >= TWO and positive and total == WHOLE
    intake.check(whole, "criteria", WEIGHTS_WRONG, sum=total)
    intake.finish()
    return [{"name": name, "weight": one.weight} for name, one in zip(names, entered, strict=True)]
