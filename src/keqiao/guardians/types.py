"""The words of the room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

CONSENT_AGE = 14  # below it a guardian consents; source: 个人信息保护法 art. 31


class Purpose(models.TextChoices):
    """What a guardian consents to, each by itself; only the first is needed for a place."""

    TAKING_PART = "taking_part", _("参加活动")
    EMERGENCY = "emergency", _("紧急联系")
    HEALTH = "health", _("健康照护")
    PHOTOGRAPHS = "photographs", _("拍摄和使用照片")


class Why(models.TextChoices):
    """Why what was held about a minor was deleted."""

    TERM = "term", _("期限已到")
    WITHDRAWN = "withdrawn", _("监护人撤回同意")
    CANCELLED = "cancelled", _("报名取消")


@dataclass(frozen=True, slots=True)
class Entered:
    """What a guardian enters about one child, and the purposes consented to; what nobody asked for stays empty."""

    name: str
    born_on: dt.date | None
    school: str = ""
    grade: str = ""
    emergency_name: str = ""
    emergency_phone: str = ""
    health_note: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    consents: frozenset[Purpose] = frozenset()


@dataclass(frozen=True, slots=True)
class Guardian:
    """A guardian without a log-in, who confirmed by a link that a teacher gave."""

    name: str
    phone: str
