"""The words of the room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

BODIES = ("organisation", "studio", "association", "person")  # what a party can be: one of the four


class Side(models.TextChoices):
    """What a party does in a case."""

    ASKS = "asks", _("需求方")
    ANSWERS = "answers", _("解决方")
    SUPPORTS = "supports", _("支持方")


class EndReason(models.TextChoices):
    """Why a case ended without an outcome."""

    NO_FIT = "no_fit", _("没有找到合适的解决方")
    TERMS = "terms", _("条件谈不拢")
    WITHDRAWN = "withdrawn", _("需求方不再需要")
    ELSEWHERE = "elsewhere", _("需求方自行或另行解决")
    SILENT = "silent", _("长期联系不上")
    MISTAKE = "mistake", _("建档有误或重复")


class NoteKind(models.TextChoices):
    """How word came."""

    NOTE = "note", _("记事")
    PHONE = "phone", _("电话")
    MAIL = "mail", _("邮件")
    VISIT = "visit", _("走访")


@dataclass(frozen=True, slots=True)
class StepContent:
    """What is entered with a step: what happened, why the usual way was left, and when to look again."""

    note: str = ""
    reason: str = ""
    next_on: dt.date | None = None
