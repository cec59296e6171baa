"""The words of the room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a grant makes of its holder, in the area of the node that it is given on."""

    BROKER = "broker", _("经纪人")
    REVIEWER = "reviewer", _("审核员")
    ORGANISER = "organiser", _("组织者")
    EDITOR = "editor", _("编辑")
    ADMINISTRATOR = "administrator", _("管理员")
    ANALYST = "analyst", _("决策依据查阅人")
