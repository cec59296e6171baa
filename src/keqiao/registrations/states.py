"""The states of a registration as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where a registration stands."""

    ENTERED = "entered", _("等待抽签")
    CONFIRMED = "confirmed", _("报名成功")
    WAITING = "waiting", _("候补中")
    OFFERED = "offered", _("有名额，等您确认")
    LAPSED = "lapsed", _("没有得到名额")
    CANCELLED = "cancelled", _("已取消")


LIVE = (State.ENTERED, State.CONFIRMED, State.WAITING, State.OFFERED)
SEATED = (State.CONFIRMED, State.OFFERED)  # a place is counted for these
MACHINE = Machine(
    start=State.ENTERED,
    moves={
        "seat": move("entered", "confirmed"),
        "queue": move("entered", "waiting"),
        "offer": move("waiting", "offered"),
        "accept": move("offered", "confirmed"),
        "lapse": move("waiting offered", "lapsed"),
        "cancel": move("entered confirmed waiting offered", "cancelled"),
    },
)
