"""The words of the room."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.access.types import Role

TAKEN_DAYS = 2  # until somebody of a desk has taken a complaint up
TERM_DAYS = 15  # until it is answered
OBJECTION_DAYS = 15  # after the answer
HANDLERS = (Role.REVIEWER, Role.ADMINISTRATOR)


class Kind(models.TextChoices):
    """What is wrong."""

    WRONG = "wrong", _("内容与事实不符")
    SECRET = "secret", _("公开了秘密或个人信息")
    UNLAWFUL = "unlawful", _("内容违法违规")
    FALSE = "false", _("虚假宣传或误导")
    IMPOSTOR = "impostor", _("冒用单位名义")
    OTHER = "other", _("其他")


class Thing(models.TextChoices):
    """What a complaint is about."""

    NEED = "need", _("需求")
    OFFER = "offer", _("所能")
    STUDIO = "studio", _("科创工作室")
    ORGANISATION = "organisation", _("单位")
    DISPATCH = "dispatch", _("动态")
    CASE = "case", _("对接单")
    PAGE = "page", _("网站页面")


class Measure(models.TextChoices):
    """What was done about it."""

    NONE = "none", _("无需处理")
    CORRECTED = "corrected", _("内容已更正")
    HIDDEN = "hidden", _("内容已下架")


@dataclass(frozen=True, slots=True)
class About:
    """The thing complained about. Whoever is behind it (``persons``, by number, and a body) never handles it."""

    thing: Thing
    code: str = ""
    path: str = "/"
    title: str = ""
    region_id: str = ""
    organisation_id: int | None = None
    persons: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Content:
    """What is entered; ``contact`` is an e-mail address, or empty."""

    kind: Kind
    text: str
    contact: str = ""
