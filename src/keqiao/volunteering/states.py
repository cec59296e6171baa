"""The states of the room as tables."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class Membership(models.TextChoices):
    """Where somebody stands in a team."""

    ASKED = "asked", _("申请中")
    MEMBER = "member", _("成员")
    REFUSED = "refused", _("未通过")
    LEFT = "left", _("已退出")


class ShiftState(models.TextChoices):
    """Where a shift stands; whether it is over, the clock says."""

    PLANNED = "planned", _("如期进行")
    CANCELLED = "cancelled", _("已取消")


class State(models.TextChoices):
    """Where an entry of hours stands; only ``checked`` counts."""

    RECORDED = "recorded", _("待复核")
    CHECKED = "checked", _("已复核")
    RETURNED = "returned", _("已退回")
    REPLACED = "replaced", _("已被更正")


class ReviewState(models.TextChoices):
    """Where the review of a project stands."""

    OPEN = "open", _("评审中")
    DECIDED = "decided", _("已有结论")


MEMBERS = Machine(
    start=Membership.ASKED,
    moves={
        "admit": move("asked", "member"),
        "refuse": move("asked", "refused"),
        "leave": move("asked member", "left"),
    },
)
SHIFTS = Machine(start=ShiftState.PLANNED, moves={"cancel": move("planned", "cancelled")})
MACHINE = Machine(
    start=State.RECORDED,
    moves={
        "check": move("recorded", "checked"),
        "return": move("recorded", "returned"),
        "replace": move("checked", "replaced"),
    },
)
REVIEWS = Machine(start=ReviewState.OPEN, moves={"decide": move("open", "decided")})
LIVE = (Membership.ASKED, Membership.MEMBER)
STANDING = (State.RECORDED, State.CHECKED)  # entries that take a volunteer's time
