"""The states of a plan of visits as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where a plan stands."""

    DRAFT = "draft", _("拟定中")
    APPLIED = "applied", _("已安排")
    DISCARDED = "discarded", _("已作废")


MACHINE = Machine(
    start=State.DRAFT,
    moves={
        "change": move("draft", "draft"),
        "apply": move("draft", "applied"),
        "discard": move("draft", "discarded"),
    },
)
