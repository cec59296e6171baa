"""The states of a mail as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where a mail stands."""

    WAITING = "waiting", _("待发送")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("未能送达")
    UNSURE = "unsure", _("不确定是否送达")
    DROPPED = "dropped", _("不再发送")


MACHINE = Machine(
    start=State.WAITING,
    moves={
        "claim": move("waiting", "sending"),
        "send": move("sending unsure", "sent"),  # a slow worker may still say that it was sent
        "postpone": move("sending", "waiting"),
        "fail": move("sending", "failed"),
        "doubt": move("sending", "unsure"),
        "drop": move("sending", "dropped"),
        "retry": move("failed unsure", "waiting"),  # an operator's deed, never the machine's
    },
)
