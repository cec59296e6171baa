"""The words of the room."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_DAYS = 365
ENDING_DAYS = 14  # before its end that a token is shown to run out
MOST_LIVE = 20  # tokens of one person at a time
PERIOD = 60  # seconds for which what was spent counts


class Scope(models.TextChoices):
    """What a token may be used for beyond what everybody may read; each is given on its own."""

    MATCH = "match", _("用一段需求文字查询匹配（文字不保存）")
    CASES = "cases", _("读取我能看到的对接单")
    OUTCOMES = "outcomes", _("读取我能看到的成果")
    JOURNAL = "journal", _("读取我自己的操作留痕")


class Standing(models.TextChoices):
    """Whether a token works."""

    LIVE = "live", _("可用")
    ENDING = "ending", _("即将到期")
    EXPIRED = "expired", _("已到期")
    REVOKED = "revoked", _("已撤销")


@dataclass(frozen=True, slots=True)
class Content:
    """What is entered for a token; ``days`` from now until it ends."""

    name: str
    days: int
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spent:
    """What is left to a caller after a request; ``ends_in`` seconds everything is."""

    most: int
    left: int
    ends_in: int
    is_allowed: bool
