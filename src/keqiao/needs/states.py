"""The states of a need as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where a need stands."""

    DRAFT = "draft", _("草稿")
    REVIEW = "review", _("待审核")
    OPEN = "open", _("征集中")
    IN_CASE = "in_case", _("对接中")
    CLOSED = "closed", _("已结束")


MACHINE = Machine(
    start=State.DRAFT,
    moves={
        "revise": move("draft", "draft"),
        "submit": move("draft", "review"),
        "send_back": move("review", "draft"),
        "approve": move("review", "open"),
        "recall": move("review open", "draft"),
        "take": move("open", "in_case"),
        "release": move("in_case", "open"),
        "renew": move("open", "open"),
        "close": move("draft review open in_case", "closed"),
    },
)
PUBLIC = (State.OPEN, State.IN_CASE)
