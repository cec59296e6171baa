"""What a text says of money and time: the budget and the last day, as the fields of a need hold them."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from decimal import Decimal

from keqiao.engine.clarifying import numerals
from keqiao.engine.clarifying.folding import fold, is_not_hidden
from keqiao.engine.clarifying.types import Budget, Passage, Proposal

_DIGIT = r"[\d一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾百佰千仟]"
_FIGURE = rf"(?:\d+(?:[.,]\d+)*|{_DIGIT}+)"
_BUDGET = re.compile(
    r"(?:预算|经费|出资|[能愿可]以?出|投入资金|拟投入)(?P<before>[^\d，。；\n一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾]{0,8})"
    rf"(?P<low>{_FIGURE})[ ]?(?P<unit>[万亿w]?)[ ]?元?"
    rf"(?:[-~—–至到][ ]?(?P<high>{_FIGURE})[ ]?(?P<large>[万亿w]?))?[ ]?(?P<yuan>[元圆])?"
    r"(?P<after>以内|以下|之内|左右|上下|以上|起)?"
)
_AT_MOST = re.compile("最多|不超|不高于|上限|以内|以下|之内|小于|控制在")
_AT_LEAST = re.compile("最少|至少|不低于|不少于|下限|以上|起$")
_TEN_THOUSAND = 10_000
_CENT = Decimal("0.01")
_SURE, _LIKELY = 0.7, 0.5
_DAY = re.compile(
    r"(?:(?P<year>20\d\d)年|(?P<next>[今明后])年)?(?:(?P<end>年?底)|(?P<month>\d{1,2}|[一二三四五六七八九]|十[一二]?)月"
    r"(?:(?P<last>底|末)|(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})[日号])?)(?:之|以)?(?:前|内)"
    r"|(?P<iso>20\d\d[-/.]\d{1,2}[-/.]\d{1,2})(?:之|以)?前"
)
_WITHIN = re.compile(
    rf"(?<![近过去])(?P<count>{_DIGIT}{{1,3}}|半)个?(?P<unit>月|年|周|天)(?:之|以)?内"
)
_YEARS = {"今": 0, "明": 1, "后": 2}
_DAYS = {"天": 1, "周": 7, "月": 30, "年": 365}
_MONTHS = 12


def budget(text: str) -> Proposal[Budget] | None:
    """Return what the first sum beside 预算 or 经费 says, in 10,000 yuan; a sum that is about right is both ends."""
    folded = fold(text, keep=is_not_hidden)
    for hit in _BUDGET.finditer(folded.text):
        found = _amounts(hit)
        if found is not None:
            place = Passage(*folded.span(*hit.span()))
            return Proposal(found, _SURE, (place,), (text[place.start : place.end],))
    return None


def deadline(text: str, today: dt.date) -> Proposal[dt.date] | None:
    """Return the last day that the text names, after `today`: "2027年6月30日前", "明年六月前", "三个月内"."""
    folded = fold(text, keep=is_not_hidden)
    for pattern, read, score in ((_DAY, _named, _SURE), (_WITHIN, _within, _LIKELY)):
        for hit in pattern.finditer(folded.text):
            day = read(hit, today)
            if day is not None and day > today:
                place = Passage(*folded.span(*hit.span()))
                return Proposal(day, score, (place,), (text[place.start : place.end],))
    return None


def _amounts(hit: re.Match[str]) -> Budget | None:
    large = hit["large"] or hit["unit"]
    if not (large or hit["yuan"] or "元" in hit.group()):
        return None
    first = numerals.value(hit["low"] + (hit["unit"] or large))
    second = numerals.value(hit["high"] + large) if hit["high"] else None
    low, high = (
        None if one is None else (one / _TEN_THOUSAND).quantize(_CENT) for one in (first, second)
    )
    if low is None:
        return None
    if high is not None:
        return Budget(low, high) if low <= high else None
    around = hit["before"] + (hit["after"] or "")
    if _AT_MOST.search(around):
        return Budget(None, low)
    return Budget(low, None if _AT_LEAST.search(around) else low)


def _named(hit: re.Match[str], today: dt.date) -> dt.date | None:
    if hit["iso"]:
        return _date(*(int(part) for part in re.split("[-/.]", hit["iso"])))
    year = int(hit["year"]) if hit["year"] else today.year + _YEARS.get(hit["next"] or "今", 0)
    if hit["end"]:
        return dt.date(year, _MONTHS, 31)
    month = int(numerals.value(hit["month"]) or 0)
    if not 1 <= month <= _MONTHS:
        return None
    if hit["day"]:
        return _date(year, month, int(numerals.value(hit["day"]) or 0))
    if hit["last"]:
        return _date(year, month, calendar.monthrange(year, month)[1])
    return dt.date(year, month, 1) - dt.timedelta(days=1)


def _within(hit: re.Match[str], today: dt.date) -> dt.date | None:
    count = Decimal("0.5") if hit["count"] == "半" else numerals.value(hit["count"])
    return None if count is None else today + dt.timedelta(days=int(count * _DAYS[hit["unit"]]))


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
