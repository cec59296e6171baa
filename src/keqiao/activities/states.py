"""The states of an activity and of a session as tables."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where an activity stands."""

    DRAFT = "draft", _("草稿")
    OPEN = "open", _("已发布")
    CANCELLED = "cancelled", _("已取消")


class SessionState(models.TextChoices):
    """Where a session stands; whether it is over, the clock says."""

    PLANNED = "planned", _("如期举行")
    CANCELLED = "cancelled", _("已取消")


MACHINE = Machine(
    start=State.DRAFT,
    moves={
        "revise": move("draft", "draft"),
        "amend": move("open", "open"),
        "publish": move("draft", "open"),
        "cancel": move("draft open", "cancelled"),
    },
)
SESSIONS = Machine(
    start=SessionState.PLANNED,
    moves={
        "move": move("planned", "planned"),
        "cancel": move("planned", "cancelled"),
    },
)
