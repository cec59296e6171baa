"""The words of the room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

RENEW_DAYS = 30  # before its end that an entry may be renewed, and its owner is reminded


class Cooperation(models.TextChoices):
    """How the parties would work together: the technical contracts of the civil code."""

    DEVELOPMENT = "development", _("技术开发")
    TRANSFER = "transfer", _("技术转让")
    LICENCE = "licence", _("技术许可")
    CONSULTING = "consulting", _("技术咨询")
    SERVICE = "service", _("技术服务")


class Resolution(models.TextChoices):
    """How a need came to its end."""

    SOLVED = "solved", _("已解决")
    WITHDRAWN = "withdrawn", _("已撤回")
    EXPIRED = "expired", _("已到期")


EXPOSED = {
    "secret": _("不能公开的词"),
    "company": _("企业名称"),
    "organisation": _("单位名称"),
    "person": _("人名"),
    "money": _("金额"),
    "price": _("价格"),
    "place": _("县以下地点"),
    "phone": _("电话"),
    "email": _("邮箱"),
    "web": _("网址"),
    "account": _("账号"),
    "identity": _("证件号或卡号"),
    "number": _("编号"),
}


@dataclass(frozen=True, slots=True)
class Exposure:
    """A passage of a field that tells who, where, how much or a secret, and the kind of it.

    ``is_refused`` is what never goes out: secrets, the owner's own name, ways to reach somebody, numbers of identity.
    """

    field: str
    passage: str
    kind: str
    is_refused: bool = False

    @property
    def label(self) -> Any:
        """What the kind is called."""
        return EXPOSED[self.kind]


@dataclass(frozen=True, slots=True)
class Content:
    """What is entered for a need. Budgets in 10,000 yuan (万元), both None for 面议; stage is TRL 1–9."""

    title: str
    wanted: str = ""
    tried: str = ""
    targets: str = ""
    limits: str = ""
    stage: int | None = None
    cooperation: tuple[str, ...] = ()
    budget_low: Decimal | None = None
    budget_high: Decimal | None = None
    deadline_on: dt.date | None = None
    region_id: str = ""
    industry_id: str = ""
    subject_id: str = ""
    keywords: tuple[str, ...] = ()
    public_title: str = ""
    public_text: str = ""
    secrets: tuple[str, ...] = ()
