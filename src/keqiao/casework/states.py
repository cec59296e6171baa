"""The stages of a case as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.base.states import Machine, move


class Stage(models.TextChoices):
    """How far a case has come."""

    FOUND = "found", _("已发现")
    CONTACTED = "contacted", _("已联系")
    MEETING = "meeting", _("座谈")
    INTENT = "intent", _("合作意向")
    CONTRACT = "contract", _("签订合同")
    DELIVERY = "delivery", _("履行交付")
    CONFIRMED = "confirmed", _("成果已确认")
    ENDED = "ended", _("已终止")


LIVE = (
    Stage.FOUND,
    Stage.CONTACTED,
    Stage.MEETING,
    Stage.INTENT,
    Stage.CONTRACT,
    Stage.DELIVERY,
)
_ANY = " ".join(LIVE)


def _from_others(target: str) -> tuple[frozenset[str], str]:
    """Write the row of a stage that may be reached from every live one but itself."""
    return move(_ANY.replace(target, ""), target)


MACHINE = Machine(
    start=Stage.FOUND,
    moves={
        "contact": _from_others("contacted"),
        "meet": _from_others("meeting"),
        "agree": _from_others("intent"),
        "contract": _from_others("contract"),
        "deliver": _from_others("delivery"),
        "confirm": move("contacted meeting intent contract delivery", "confirmed"),
        "end": move(_ANY, "ended"),
        "reopen": move("ended", "contacted"),
    },
)
USUAL = {
    "contact": Stage.FOUND,
    "meet": Stage.CONTACTED,
    "agree": Stage.MEETING,
    "contract": Stage.INTENT,
    "deliver": Stage.CONTRACT,
    "confirm": Stage.DELIVERY,
}
STEPS = ("contact", "meet", "agree", "contract", "deliver")  # what a broker does by hand


def needs_reason(verb: str, stage: str) -> bool:
    """Tell whether the step skips a stage, goes back, ends or reopens: all but the usual way needs a reason."""
    return USUAL.get(verb) != stage
