"""The states of an outcome as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class State(models.TextChoices):
    """Where an outcome stands; only ``confirmed`` counts."""

    PROPOSED = "proposed", _("待双方确认")
    CONFIRMED = "confirmed", _("双方已确认")
    DISPUTED = "disputed", _("有异议")
    VOID = "void", _("已作废")
    CORRECTED = "corrected", _("已被更正")


MACHINE = Machine(
    start=State.PROPOSED,
    moves={
        "confirm": move("proposed", "proposed"),
        "complete": move("proposed", "confirmed"),
        "dispute": move("proposed", "disputed"),
        "resume": move("disputed", "proposed"),
        "void": move("proposed disputed", "void"),
        "correct": move("confirmed", "corrected"),
    },
)
