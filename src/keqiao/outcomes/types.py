"""The words of the room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

FOLLOW_UPS = (30, 90, 365)  # days after the confirmation
CONFIRMING = ("asks", "answers")  # the sides of a case that have to confirm


class Kind(models.TextChoices):
    """What came of a case."""

    ADVICE = "advice", _("给出技术建议")
    TRIAL = "trial", _("完成试验或小试")
    CONTRACT = "contract", _("签订技术合同")
    TEAM = "team", _("组建联合团队")
    BASE = "base", _("共建中心、基地或实验室")
    TRAINING = "training", _("开展人才培训")


class Use(models.TextChoices):
    """What a side says some time after."""

    IN_USE = "in_use", _("仍在使用")
    EXTENDED = "extended", _("合作又有扩大")
    STOPPED = "stopped", _("已经停用")
    UNCLEAR = "unclear", _("说不清")


class Answer(models.TextChoices):
    """The plain answers to the three questions about the work."""

    YES = "yes", _("是")
    PARTLY = "partly", _("部分是")
    NO = "no", _("否")


@dataclass(frozen=True, slots=True)
class Content:
    """What is entered for an outcome. ``amount`` is in yuan, stated by the parties; ``people`` were trained."""

    kind: Kind
    text: str
    happened_on: dt.date | None = None
    amount: Decimal | None = None
    people: int | None = None
