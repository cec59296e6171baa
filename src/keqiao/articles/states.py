"""The states of a dispatch as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where a dispatch stands."""

    DRAFT = "draft", _("待编辑")
    PUBLISHED = "published", _("已发布")
    DISCARDED = "discarded", _("不采用")


MACHINE = Machine(
    start=State.DRAFT,
    moves={
        "edit": move("draft", "draft"),
        "publish": move("draft", "published"),
        "discard": move("draft published", "discarded"),
    },
)
