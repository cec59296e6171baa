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


OFFERED = tuple(role for role in Role if role != Role.ANALYST)  # nothing asks for that one yet
DUTIES = {
    Role.BROKER: _("澄清需求、匹配、邀请专家、跟进对接单，安排企业行。"),
    Role.REVIEWER: _("审核需求和所能，核验单位，处理投诉。"),
    Role.ORGANISER: _("发布活动和场次，管理报名、签到、班次和志愿项目，安排企业行。"),
    Role.EDITOR: _("编辑和发布动态。"),
    Role.ADMINISTRATOR: _(
        "授予和收回本级和下级的职责；另有审核、安排企业行、查阅未成年人信息台账的职责。"
    ),
}
