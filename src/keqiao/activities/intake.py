"""What an activity and a session must look like to be kept and to be published; on which days a session is repeated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from keqiao.activities.models import RETENTION, Activity
from keqiao.activities.types import (
    MOST_TIMES,
    Content,
    Kind,
    Question,
    QuestionKind,
    Repetition,
    SessionContent,
    Way,
)
from keqiao.base.errors import invalid
from keqiao.base.phrases import N_
from keqiao.base.text import TOO_MANY, Intake
from keqiao.places.models import Region

MOST_THEMES, MOST_PARTNERS, MOST_QUESTIONS, MOST_CHOICES = 6, 12, 8, 12
MINOR_FIELDS = ("school", "grade", "emergency", "health")
OLDEST = 120  # years of age
LONGEST_KEPT = 180  # days that what is held about minors is kept after the end
LONGEST_DAYS = 31  # of one session
MOST_YEARS = 10
MOST_PLACES = 100_000
LEAST_CHOICES = 2
MOST_OFFER_HOURS = 24 * 14
NO_KIND = N_("没有这种活动类型，请重新选择。")
AGES_WRONG = N_("年龄的上限不能小于下限。")
AGE_TOO_LARGE = N_("年龄请填 0 到 %(most)s 岁。")
KEPT_WRONG = N_("未成年人信息最短保存 1 天，最长保存 %(most)s 天。")
WHY_NEEDED = N_("请写清楚为什么要问“%(asked)s”：填写的人会看到，用不上的就不要问。")
CHOICES_NEEDED = N_("“%(asked)s”是选择题，请至少写两个选项。")
NO_QUESTION = N_("写了理由或选项，请把问题也写上。")
TIMES_NEEDED = N_("请填写开始和结束的时间。")
ENDS_BEFORE = N_("结束时间要晚于开始时间。")
TOO_LONG = N_("一个场次最长 %(most)s 天，请核对日期。")
FAR_AWAY = N_("日期离今天超过 %(most)s 年，请核对年份。")
REGION_NEEDED = N_("请选择场次所在的地区。")
OPENS_LATE = N_("报名开始时间要早于报名截止时间。")
CLOSES_LATE = N_("报名截止时间不能晚于场次结束的时间。")
DRAW_NEEDS_TIME = N_("抽签要写明什么时候抽。")
DRAW_NEEDS_PLACES = N_("抽签要写明名额。")
DRAW_OUT_OF_TIME = N_("抽签时间要在报名开始以后、场次开始以前。")
OUT_OF_RANGE = N_("请填 %(least)s 到 %(most)s 之间的整数。")
ABOUT_NEEDED = N_("请写活动介绍：做什么、适合谁、要带什么。")
SESSION_NEEDED = N_("请至少安排一个还没有开始的场次，再发布。")
TOO_MANY_DAYS = N_("一次最多安排 %(most)s 个场次，请分几次安排。")
UNTIL_NEEDED = N_("选了星期，请写重复到哪一天。")
UNTIL_BEFORE = N_("重复的最后一天不能早于第一场。")
EVERY_WRONG = N_("每几周一次：请填 1 到 8 之间的整数。")
MOST_EVERY = 8
DAY_BEFORE = N_("%(day)s 早于第一场的日期，请核对。")


def cleaned(content: Content, *, kept: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return the columns of an activity, its words under ``themes``; raise Invalid with all that is wrong.

    ``kept`` are the questions as they stand: one that is asked again keeps its key.
    """
    intake = Intake()
    values: dict[str, Any] = {
        "title": intake.line("title", content.title, most=80, required=True),
        "kind": content.kind,
        "about": intake.text("about", content.about, most=5000),
        "themes": intake.words("themes", content.themes, most=MOST_THEMES, longest=20),
        "audience": intake.line("audience", content.audience, most=120),
        "partners": intake.words("partners", content.partners, most=MOST_PARTNERS, longest=60),
        "cost": intake.line("cost", content.cost, most=120),
        "accessibility": intake.line("accessibility", content.accessibility, most=200),
        "contact": intake.line("contact", content.contact, most=120),
    }
    intake.check(content.kind in Kind.values, "kind", NO_KIND)
    values |= _ages(intake, content)
    days = RETENTION if content.retention_days is None else content.retention_days
    intake.check(1 <= days <= LONGEST_KEPT, "retention_days", KEPT_WRONG, most=LONGEST_KEPT)
    values["retention_days"] = days
    values["minor_fields"] = {
        name: why
        for name in MINOR_FIELDS
        if (why := intake.line(f"minor_{name}", content.minor_fields.get(name, ""), most=120))
    }
    values["questions"] = _questions(intake, content.questions, {one["key"] for one in kept})
    intake.finish()
    return values


def _ages(intake: Intake, content: Content) -> dict[str, int | None]:
    least, most = content.least_age, content.most_age
    for field, age in (("least_age", least), ("most_age", most)):
        fits = age is None or 0 <= age <= OLDEST
        intake.check(fits, field, AGE_TOO_LARGE, most=OLDEST)
    intake.check(least is None or most is None or least <= most, "most_age", AGES_WRONG)
    return {"least_age": least, "most_age": most}


def _questions(
    intake: Intake, questions: tuple[Question, ...], known: set[str]
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    intake.check(len(questions) <= MOST_QUESTIONS, "questions", TOO_MANY, most=MOST_QUESTIONS)
    keys = {one.key for one in questions if one.key in known}
    for number, one in enumerate(questions[:MOST_QUESTIONS], start=1):
        field = f"question_{number}_text"
        text = intake.line(field, one.text, most=80)
        why = intake.line(f"question_{number}_why", one.why, most=120)
        choices = intake.words(
            f"question_{number}_choices", one.choices, most=MOST_CHOICES, longest=40
        )
        if not text:
            intake.check(not (why or choices), field, NO_QUESTION)
            continue
        intake.check(bool(why), f"question_{number}_why", WHY_NEEDED, asked=text)
        intake.check(one.kind in QuestionKind.values, f"question_{number}_kind", NO_KIND)
        is_choice = one.kind == QuestionKind.ONE_OF
        enough = not is_choice or len(choices) >= LEAST_CHOICES
        intake.check(enough, f"question_{number}_choices", CHOICES_NEEDED, asked=text)
        key = one.key if one.key in known else _new_key(keys)
        keys.add(key)
        rows.append(
            {
                "key": key,
                "text": text,
                "kind": one.kind,
                "choices": choices if is_choice else [],
                "is_required": one.is_required,
                "why": why,
            }
        )
    return rows


def _new_key(keys: set[str]) -> str:
    return next(name for name in (f"q{number}" for number in range(1, 100)) if name not in keys)


def cleaned_session(content: SessionContent) -> dict[str, Any]:
    """Return the columns of a session but its leader; raise Invalid with all that is wrong."""
    intake = Intake()
    values: dict[str, Any] = {
        "title": intake.line("title", content.title, most=80),
        "place": intake.line("place", content.place, most=120, required=True),
        "address": intake.line("address", content.address, most=200),
        "region_id": content.region_id,
        "starts_at": content.starts_at,
        "ends_at": content.ends_at,
        "opens_at": content.opens_at,
        "closes_at": content.closes_at,
        "way": content.way,
        "draws_at": content.draws_at if content.way == Way.DRAW else None,
    }
    known = content.region_id.isdigit() and Region.objects.filter(pk=content.region_id).exists()
    intake.check(known, "region", REGION_NEEDED)
    _times(intake, content)
    for field, least, most in (
        ("places", 1, MOST_PLACES),
        ("most_waiting", 0, MOST_PLACES),
        ("most_per_family", 1, 50),
        ("most_per_school", 1, 10_000),
        ("most_per_region", 1, 10_000),
        ("offer_hours", 1, MOST_OFFER_HOURS),
    ):
        number = getattr(content, field)
        fits = number is None or least <= number <= most
        intake.check(fits, field, OUT_OF_RANGE, least=least, most=most)
        if number is not None or field != "offer_hours":
            values[field] = number
    intake.finish()
    return values


def _times(intake: Intake, content: SessionContent) -> None:
    start, end = content.starts_at, content.ends_at
    if start is None or end is None:
        intake.problem("starts_at", TIMES_NEEDED)
        return
    moments = {
        name: getattr(content, name)
        for name in ("starts_at", "ends_at", "opens_at", "closes_at", "draws_at")
    }
    this_year = timezone.localdate().year
    for name, moment in moments.items():
        is_near = moment is None or abs(moment.year - this_year) <= MOST_YEARS
        intake.check(is_near, name, FAR_AWAY, most=MOST_YEARS)
    intake.check(start < end, "ends_at", ENDS_BEFORE)
    intake.check(
        end - start <= dt.timedelta(days=LONGEST_DAYS), "ends_at", TOO_LONG, most=LONGEST_DAYS
    )
    opens, closes = content.opens_at, content.closes_at
    intake.check(closes is None or closes <= end, "closes_at", CLOSES_LATE)
    last = start if closes is None else closes
    intake.check(opens is None or opens < last, "opens_at", OPENS_LATE)
    intake.check(content.way in Way.values, "way", NO_KIND)
    if content.way == Way.DRAW:
        draws = content.draws_at
        intake.check(content.places is not None, "places", DRAW_NEEDS_PLACES)
        intake.check(draws is not None, "draws_at", DRAW_NEEDS_TIME)
        in_time = draws is None or ((opens is None or opens < draws) and draws < start)
        intake.check(in_time, "draws_at", DRAW_OUT_OF_TIME)


def refuse_unready(activity: Activity, *, has_sessions: bool) -> None:
    """Raise Invalid with all that a draft lacks to be published."""
    intake = Intake()
    intake.check(bool(activity.about), "about", ABOUT_NEEDED)
    intake.check(has_sessions, "sessions", SESSION_NEEDED)
    intake.finish()


def days(first: dt.date, repetition: Repetition) -> list[dt.date]:
    """Return the days of a repeated session in their order, the first among them; raise Invalid.

    Weeks are counted from the Monday of the first day, so that every second week is the same for all week-days.
    """
    if repetition.weekdays:
        _check_weeks(first, repetition)
    for day in repetition.days:
        if day < first:
            raise invalid("days", DAY_BEFORE, day=day.isoformat())
        if day.year - first.year > MOST_YEARS:
            raise invalid("days", FAR_AWAY, most=MOST_YEARS)
    found = {first, *repetition.days}
    for day in _weekly(first, repetition):
        found.add(day)
        if len(found) > MOST_TIMES:
            break
    if len(found) > MOST_TIMES:
        raise invalid("until", TOO_MANY_DAYS, most=MOST_TIMES)
    return sorted(found)


def _check_weeks(first: dt.date, repetition: Repetition) -> None:
    until = repetition.until
    if until is None:
        raise invalid("until", UNTIL_NEEDED)
    if until < first:
        raise invalid("until", UNTIL_BEFORE)
    if until.year - first.year > MOST_YEARS:
        raise invalid("until", FAR_AWAY, most=MOST_YEARS)
    if not 1 <= repetition.every <= MOST_EVERY:
        raise invalid("every", EVERY_WRONG)


def _weekly(first: dt.date, repetition: Repetition) -> Iterator[dt.date]:
    if not repetition.weekdays or repetition.until is None:
        return
    monday = first - dt.timedelta(days=first.weekday())
    for step in range((repetition.until - first).days + 1):
        day = first + dt.timedelta(days=step)
        is_in_week = (day - monday).days // 7 % repetition.every == 0
        if is_in_week and day.weekday() in repetition.weekdays:
            yield day


def shifted(moment: dt.datetime | None, days_later: int) -> dt.datetime | None:
    """Return the same time of the local day some days later, whatever the clocks do in between."""
    if moment is None:
        return None
    local = timezone.localtime(moment).replace(tzinfo=None)
    return timezone.make_aware(local + dt.timedelta(days=days_later))


def weeks_to_next_year(first: dt.datetime, today: dt.date) -> int:
    """Return by how many weeks an activity moves to be held again: whole years, to the nearest week, after today."""
    day, years = timezone.localdate(first), 1
    while True:
        same = _years_later(day, years)
        weeks = round((same - day).days / 7)
        if day + dt.timedelta(weeks=weeks) > today:
            return weeks
        years += 1


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)
