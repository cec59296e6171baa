"""The states of a visit, and of what was promised on it, as tables."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where a visit stands; what a ``closed`` one records, both sides have confirmed."""

    ARRANGED = "arranged", _("已安排")
    HELD = "held", _("已到访，记录待双方确认")
    DISPUTED = "disputed", _("记录有异议")
    CLOSED = "closed", _("双方已确认")
    CANCELLED = "cancelled", _("已取消")


class PledgeState(models.TextChoices):
    """What became of a promise or an intent: ``kept`` only when both sides said so."""

    OPEN = "open", _("等待兑现")
    KEPT = "kept", _("双方都说已兑现")
    DROPPED = "dropped", _("不再进行")


RECORDED = (State.HELD, State.DISPUTED, State.CLOSED)
MACHINE = Machine(
    start=State.ARRANGED,
    moves={
        "move": move("arranged", "arranged"),
        "cancel": move("arranged", "cancelled"),
        "record": move("arranged held disputed", "held"),
        "confirm": move("held", "held"),
        "dispute": move("held", "disputed"),
        "resume": move("disputed", "held"),
        "complete": move("held", "closed"),
        "add": move("closed", "closed"),
        "keep": move("open", "kept"),  # the last two are a pledge's
        "drop": move("open", "dropped"),
    },
)
