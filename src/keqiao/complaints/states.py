"""The states of a complaint as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where a complaint stands."""

    RECEIVED = "received", _("已收到，待受理")
    TAKEN = "taken", _("办理中")
    REFERRED = "referred", _("已转上级，待受理")
    ANSWERED = "answered", _("已答复")
    WITHDRAWN = "withdrawn", _("已撤回")


LIVE = (State.RECEIVED, State.TAKEN, State.REFERRED)
MACHINE = Machine(
    start=State.RECEIVED,
    moves={
        "take": move("received referred taken", "taken"),
        "give_back": move("taken", "received"),
        "refer": move("received referred taken", "referred"),
        "rise": move("received referred taken", "referred"),
        "answer": move("taken", "answered"),
        "withdraw": move("received referred taken", "withdrawn"),
        "object": move("answered", "referred"),
    },
)
