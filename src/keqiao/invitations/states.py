"""The states of an invitation as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where an invitation stands."""

    SENT = "sent", _("等待回复")
    ASKED = "asked", _("有提问待答")
    ACCEPTED = "accepted", _("已接受")
    REFUSED = "refused", _("已谢绝")
    LAPSED = "lapsed", _("逾期未回复")
    WITHDRAWN = "withdrawn", _("已收回")


MACHINE = Machine(
    start=State.SENT,
    moves={
        "ask": move("sent asked", "asked"),
        "reply": move("asked", "sent"),
        "accept": move("sent asked", "accepted"),
        "refuse": move("sent asked", "refused"),
        "lapse": move("sent asked", "lapsed"),
        "withdraw": move("sent asked", "withdrawn"),
    },
)
WAITING = (State.SENT, State.ASKED)
