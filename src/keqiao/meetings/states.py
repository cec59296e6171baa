"""The states of a meeting as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where a meeting stands."""

    PLANNED = "planned", _("已安排")
    HELD = "held", _("已召开")
    CANCELLED = "cancelled", _("已取消")


MACHINE = Machine(
    start=State.PLANNED,
    moves={
        "change": move("planned", "planned"),
        "hold": move("planned held", "held"),
        "cancel": move("planned", "cancelled"),
    },
)
