"""What an outcome must look like to be kept."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from keqiao.base.amounts import CENT, is_exact
from keqiao.base.phrases import N_
from keqiao.base.text import Intake
from keqiao.outcomes.types import Content, Kind

MOST_AMOUNT = Decimal("999999999999.99")
MOST_PEOPLE = 100_000
OLDEST_YEARS = 10
TEXT_NEEDED = N_("请写清楚取得了什么成果，至少 %(least)s 个字。")
DAY_NEEDED = N_("请填写成果取得的日期，不能晚于今天，也不能早于十年前。")
AMOUNT_NEEDED = N_("签订技术合同要写明合同金额（元），大于 0，最多两位小数。")
AMOUNT_WRONG = N_("金额请填大于 0 的数（元），最多两位小数。")
PEOPLE_NEEDED = N_("人才培训要写明培训人数。")
PEOPLE_WRONG = N_("培训人数请填 1 到 %(most)s 之间的整数。")
LEAST_TEXT = 10


def cleaned(content: Content) -> dict[str, Any]:
    """Return the columns of an outcome; raise Invalid with all that is wrong."""
    intake = Intake()
    text = intake.text("text", content.text, most=3000)
    intake.check(len(text) >= LEAST_TEXT, "text", TEXT_NEEDED, least=LEAST_TEXT)
    today = timezone.localdate()
    oldest = today - dt.timedelta(days=366 * OLDEST_YEARS)
    day = content.happened_on
    intake.check(day is not None and oldest <= day <= today, "happened_on", DAY_NEEDED)
    amount = content.amount
    if content.kind == Kind.CONTRACT:
        intake.check(amount is not None and _is_right(amount), "amount", AMOUNT_NEEDED)
    else:
        intake.check(amount is None or _is_right(amount), "amount", AMOUNT_WRONG)
    people = content.people
    if content.kind == Kind.TRAINING:
        intake.check(people is not None, "people", PEOPLE_NEEDED)
        is_right = people is None or 1 <= people <= MOST_PEOPLE
        intake.check(is_right, "people", PEOPLE_WRONG, most=MOST_PEOPLE)
    else:
        people = None
    intake.finish()
    return {
        "kind": content.kind,
        "text": text,
        "happened_on": day,
        "amount": amount,
        "people": people,
    }


def _is_right(amount: Decimal) -> bool:
    return is_exact(amount, least=CENT, most=MOST_AMOUNT)
