"""What must be entered about a child, and what is not kept even when it was entered."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from django.utils import timezone

from keqiao.activities.models import Session
from keqiao.activities.types import YES_NO, QuestionKind
from keqiao.base.errors import Refused
from keqiao.base.phrases import N_
from keqiao.base.text import NOTHING, Intake
from keqiao.guardians import policies
from keqiao.guardians.types import (
    ASKED_FOR,
    CONSENT_AGE,
    FIELDS_OF,
    OF_AGE,
    Entered,
    Field,
    Guardian,
    Purpose,
)

PHONE = re.compile(r"\+?[0-9][0-9 -]{3,18}[0-9]")
MOST_NAME, MOST_SCHOOL, MOST_GRADE, MOST_NOTE, MOST_ANSWER = 60, 80, 20, 1000, 500
WRONG_PHONE = N_("请填写能打通的电话，只用数字、空格、“-”和开头的“+”。")
NOT_BORN = N_("请填写出生日期，要在今天以前。")
GROWN_UP = N_("活动那天已满 %(age)s 周岁，请本人登录后自己报名。")
TOO_YOUNG = N_("活动那天未满 %(age)s 周岁，这个活动要求满 %(age)s 周岁。")
TOO_OLD = N_("活动那天已超过 %(age)s 周岁，这个活动最大到 %(age)s 周岁。")
CONSENT_ALSO = N_("填写这一项要单独勾选同意“%(purpose)s”；不同意的话请留空。")
ONE_OF = N_("请从列出的答案里选一个。")


class ConsentNeeded(Refused):
    """Nobody under age is registered without a guardian's consent."""

    text = N_("没有监护人对“参加活动”的同意，不能为未成年人报名，也不会保存任何内容。")


def age_on(born_on: dt.date, day: dt.date) -> int:
    """Return the completed years of age on a day; who was born on 29 February is a year older on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def checked(session: Session, entered: Entered) -> Entered:
    """Return what is kept of what was entered; raise ConsentNeeded, Invalid.

    A field that the activity does not need is not kept, and no consent to it. What is optional and was left empty
    leaves no consent behind either.
    """
    if Purpose.TAKING_PART not in entered.consents:
        raise ConsentNeeded
    needed, intake = policies.asked(session), Intake()
    kept = Entered(
        name=intake.line("name", entered.name, most=MOST_NAME, required=True),
        born_on=_birthday(intake, session, entered.born_on),
        school=_line(intake, Field.SCHOOL, entered.school, MOST_SCHOOL, needed),
        grade=_line(intake, Field.GRADE, entered.grade, MOST_GRADE, needed),
        answers=answers(intake, session, entered.answers),
    )
    consents = {one for one in entered.consents if _is_needed(one, needed)}
    if Field.EMERGENCY in needed:
        kept = _emergency(intake, entered, kept)
    if Field.HEALTH in needed:
        note = intake.text("health_note", entered.health_note, most=MOST_NOTE)
        kept = replace(kept, health_note=note)
    for purpose, names in FIELDS_OF.items():
        is_filled = any(getattr(kept, name) for name in names)
        if is_filled and purpose not in consents:
            intake.problem(names[0], CONSENT_ALSO, purpose=Purpose(purpose).label)
        elif not is_filled:
            consents.discard(Purpose(purpose))
    intake.finish()
    return replace(kept, consents=frozenset(consents))


def is_under_14(session: Session, kept: Entered) -> bool:
    """Tell whether the child is under the age of consent on the session's day; the birthday itself is deleted later."""
    day = timezone.localdate(session.starts_at)
    return kept.born_on is not None and age_on(kept.born_on, day) < CONSENT_AGE


def checked_guardian(guardian: Guardian) -> Guardian:
    """Return name and telephone of a guardian without a log-in as they are kept; raise Invalid."""
    intake = Intake()
    name = intake.line("guardian_name", guardian.name, most=MOST_NAME, required=True)
    phone = _phone(intake, "guardian_phone", guardian.phone, is_required=True)
    intake.finish()
    return Guardian(name, phone)


def answers(intake: Intake, session: Session, given: Mapping[str, str]) -> dict[str, str]:
    """Return the answers to the activity's own questions and to no others."""
    kept = {}
    for question in session.activity.questions:
        key = question["key"]
        field = f"answer_{key}"
        is_required = bool(question.get("is_required"))
        answer = intake.text(field, given.get(key, ""), most=MOST_ANSWER, required=is_required)
        is_yes_no = question.get("kind") == QuestionKind.YES_NO
        choices = YES_NO if is_yes_no else question.get("choices") or []
        intake.check(not answer or not choices or answer in choices, field, ONE_OF)
        if answer:
            kept[key] = answer
    return kept


def _is_needed(purpose: Purpose, needed: Mapping[Field, str]) -> bool:
    return purpose not in ASKED_FOR or ASKED_FOR[purpose] in needed


def _line(intake: Intake, field: Field, raw: str, most: int, needed: Mapping[Field, str]) -> str:
    if field not in needed:
        return ""
    return intake.line(field.value, raw, most=most, required=True)


def _birthday(intake: Intake, session: Session, born_on: dt.date | None) -> dt.date | None:
    if born_on is None or born_on > timezone.localdate():
        intake.problem("born_on", NOT_BORN)
        return None
    age = age_on(born_on, timezone.localdate(session.starts_at))
    least, most = session.activity.least_age, session.activity.most_age
    intake.check(age < OF_AGE, "born_on", GROWN_UP, age=OF_AGE)
    if least is not None:
        intake.check(age >= least, "born_on", TOO_YOUNG, age=least)
    if most is not None and age < OF_AGE:
        intake.check(age <= most, "born_on", TOO_OLD, age=most)
    return born_on


def _emergency(intake: Intake, entered: Entered, kept: Entered) -> Entered:
    """Return ``kept`` with whom to call: both the name and the telephone, or neither."""
    is_filled = bool(entered.emergency_name.strip() or entered.emergency_phone.strip())
    name = intake.line("emergency_name", entered.emergency_name, most=MOST_NAME, required=is_filled)
    phone = _phone(intake, "emergency_phone", entered.emergency_phone, is_required=is_filled)
    return replace(kept, emergency_name=name, emergency_phone=phone)


def _phone(intake: Intake, field: str, raw: str, *, is_required: bool) -> str:
    known = len(intake.problems)
    plain = unicodedata.normalize("NFKC", raw[:200])
    phone = intake.line(field, plain, most=30)
    if len(intake.problems) > known:
        return ""
    if not phone:
        intake.check(not is_required, field, NOTHING)
        return ""
    intake.check(PHONE.fullmatch(phone) is not None, field, WRONG_PHONE)
    return phone
