"""The words of the room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a proof is of."""

    ATTENDANCE = "attendance", _("参加证明")
    HOURS = "hours", _("志愿服务记录证明")
