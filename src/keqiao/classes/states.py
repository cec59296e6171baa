"""The states of a pupil as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where the word of a pupil's guardian stands."""

    ASKED = "asked", _("等监护人确认")
    CONFIRMED = "confirmed", _("监护人已同意")
    REFUSED = "refused", _("监护人未同意")
    LAPSED = "lapsed", _("逾期未确认")
    WITHDRAWN = "withdrawn", _("监护人已撤回")


MACHINE = Machine(
    start=State.ASKED,
    moves={
        "confirm": move("asked", "confirmed"),
        "refuse": move("asked", "refused"),
        "lapse": move("asked", "lapsed"),
        "withdraw": move("confirmed", "withdrawn"),
    },
)
