"""The words of the room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.phrases import N_

CONSENT_AGE = 14  # below it a guardian consents; source: 个人信息保护法 art. 31
OF_AGE = 18  # from it on a person signs up for themselves; source: 民法典 art. 17
READ_BEFORE = dt.timedelta(days=7)  # a session's start, its leader begins to read
READ_AFTER = dt.timedelta(days=2)  # its end, and ceases


class Purpose(models.TextChoices):
    """What a guardian consents to, each by itself; only the first is needed for a place."""

    TAKING_PART = "taking_part", _("参加活动")
    EMERGENCY = "emergency", _("紧急联系")
    HEALTH = "health", _("健康照护")
    PHOTOGRAPHS = "photographs", _("拍摄和使用照片")


class Field(models.TextChoices):
    """What an activity may ask about a child beyond name and birthday; it says why for each."""

    SCHOOL = "school", _("学校")
    GRADE = "grade", _("年级")
    EMERGENCY = "emergency", _("紧急联系人和电话")
    HEALTH = "health", _("健康情况（如过敏、用药）")


class Why(models.TextChoices):
    """Why what was held about a minor was deleted."""

    TERM = "term", _("期限已到")
    WITHDRAWN = "withdrawn", _("监护人撤回同意")
    CANCELLED = "cancelled", _("报名取消")
    EMPTIED = "emptied", _("监护人自己删去")
    UNASKED = "unasked", _("活动不再要这一项")


BLANK: Mapping[str, object] = {  # every field about a child, as a deleted row has it
    "name": "",
    "born_on": None,
    "school": "",
    "grade": "",
    "emergency_name": "",
    "emergency_phone": "",
    "health_note": "",
    "guardian_name": "",
    "guardian_phone": "",
    "answers": {},
}
LABELS: Mapping[str, str] = {
    "name": N_("姓名"),
    "born_on": N_("出生日期"),
    "school": N_("学校"),
    "grade": N_("年级"),
    "emergency_name": N_("紧急联系人"),
    "emergency_phone": N_("紧急联系电话"),
    "health_note": N_("健康情况"),
    "guardian_name": N_("监护人姓名"),
    "guardian_phone": N_("监护人电话"),
    "answers": N_("对活动问题的回答"),
}
FIELDS_OF: Mapping[str, tuple[str, ...]] = {  # that a purpose of its own covers
    Purpose.EMERGENCY: ("emergency_name", "emergency_phone"),
    Purpose.HEALTH: ("health_note",),
}
COLUMNS: Mapping[Field, tuple[str, ...]] = {  # in which what an activity may ask is kept
    Field.SCHOOL: ("school",),
    Field.GRADE: ("grade",),
    Field.EMERGENCY: FIELDS_OF[Purpose.EMERGENCY],
    Field.HEALTH: FIELDS_OF[Purpose.HEALTH],
}
ASKED_FOR: Mapping[str, Field] = {Purpose.EMERGENCY: Field.EMERGENCY, Purpose.HEALTH: Field.HEALTH}
LEADERS_ONLY = (
    "emergency_name",
    "emergency_phone",
    "health_note",
    "guardian_name",
    "guardian_phone",
)


@dataclass(frozen=True, slots=True)
class Entered:
    """What a guardian enters about one child, and the purposes consented to; fields that nobody asked for stay empty.

    None of it is printed: what is printed stands in logs.
    """

    name: str = field(repr=False)
    born_on: dt.date | None = field(repr=False)
    school: str = field(default="", repr=False)
    grade: str = field(default="", repr=False)
    emergency_name: str = field(default="", repr=False)
    emergency_phone: str = field(default="", repr=False)
    health_note: str = field(default="", repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    consents: frozenset[Purpose] = frozenset()


@dataclass(frozen=True, slots=True)
class Guardian:
    """A guardian without a log-in, who confirmed by a link that a teacher gave."""

    name: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the leader reads for the day itself: whom to call, what to mind; empty is not asked, or not consented to."""

    emergency_name: str = field(repr=False)
    emergency_phone: str = field(repr=False)
    health_note: str = field(repr=False)
    guardian_name: str = field(repr=False)
    guardian_phone: str = field(repr=False)
