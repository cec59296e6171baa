"""The words of the room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.phrases import N_


class Purpose(models.TextChoices):
    """What a person's data may be used for; each is consented to, and withdrawn, on its own."""

    ACCOUNT = "account", _("开设账号并保存您填写的内容")
    CONTACT = "contact", _("对接时把您的姓名和邮箱提供给对方和经办的科协")
    SELECTION = "selection", _("按您的工作室和需求为您个性化推荐")
    MAIL = "mail", _("向您的邮箱发送进展提醒")


Held = dict[
    str, list[Mapping[str, Any]]
]  # rows about a person by section; what a room's ``held_about`` returns
ERASED_NAME = N_("已注销用户")
ERASED_DOMAIN = "erased.invalid"  # RFC 2606: no mail is ever routed there
REQUIRED = frozenset({Purpose.ACCOUNT})
CONSENT_VERSION = "2026-11"
