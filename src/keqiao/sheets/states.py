"""The states of a sheet as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where a sheet stands."""

    HELD = "held", _("待确认")
    APPLIED = "applied", _("已导入")


MACHINE = Machine(start=State.HELD, moves={"apply": move("held", "applied")})
