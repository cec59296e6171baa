"""The states of a sister as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """How reading her goes."""

    ACTIVE = "active", _("正常读取")
    FAILED = "failed", _("暂时读不到")
    KEY_CHANGED = "key_changed", _("密钥变了，待核对")
    PAUSED = "paused", _("已暂停")


MACHINE = Machine(
    start=State.ACTIVE,
    moves={
        "read": move("active failed", "active"),
        "fail": move("active failed", "failed"),
        "change_key": move("active failed", "key_changed"),
        "trust": move("active failed key_changed paused", "active"),
        "pause": move("active failed key_changed", "paused"),
        "resume": move("paused", "active"),
    },
)
READ = (State.ACTIVE, State.FAILED)
