"""The states of an offer as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where an offer stands."""

    DRAFT = "draft", _("草稿")
    REVIEW = "review", _("待审核")
    OPEN = "open", _("可对接")
    CLOSED = "closed", _("已下架")


MACHINE = Machine(
    start=State.DRAFT,
    moves={
        "revise": move("draft", "draft"),
        "submit": move("draft", "review"),
        "send_back": move("review", "draft"),
        "approve": move("review", "open"),
        "recall": move("review open", "draft"),
        "renew": move("open", "open"),
        "close": move("draft review open", "closed"),
    },
)
