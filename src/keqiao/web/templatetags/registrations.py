"""How places are said on pages: the panel of a session, and whose a registration is."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.activities.models import Session
from keqiao.activities.types import Way
from keqiao.guardians.types import CONSENT_AGE
from keqiao.registrations import intake, policies, selectors
from keqiao.registrations.models import Registration
from keqiao.web.forms.registrations import WantedForm

register = template.Library()


@register.inclusion_tag("web/registrations/panel.html", takes_context=True)
def sign_up_panel(context: dict[str, Any], session: Session) -> dict[str, Any]:
    """Say how a session stands for the visitor, and what they can do now."""
    who, now = context["request"].user, timezone.now()
    standing = selectors.standing(session, who, now)
    mine = selectors.in_session(session, who) if standing.own_count else []
    own = [one for one in mine if one.minor is None or one.minor.guardian_id == who.pk]
    is_drawn = session.way == Way.DRAW
    return {
        "session": session,
        "window": policies.window(session, now).value,
        "standing": standing,
        "is_full": standing.free is not None and (standing.free < 1 or standing.waiting_count > 0),
        "mine": mine,
        "most": intake.most_together(session),
        "has_all": bool(own) and len(own) >= intake.most_together(session),
        "positions": selectors.positions(mine) if mine else {},
        "draw": selectors.draw_of(session) if is_drawn else None,
        "is_drawn": is_drawn,
        "may_list": policies.may_list(who, session),
        "form": WantedForm(session=session, initial={"own": _is_for_grown_ups(session, mine)}),
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "user": who,
    }


def _is_for_grown_ups(session: Session, mine: list[Registration]) -> bool:
    """Tell whether the person is likely meant: children are not, and the person has no place yet."""
    least, most = session.activity.least_age, session.activity.most_age
    return most is None and (least is None or least >= CONSENT_AGE) and not mine


@register.filter
def whose(registration: Registration) -> str:
    """Return for whom a registration is: the child's name, or the person's; of a deleted child nothing is left."""
    if registration.minor_id is None:
        return registration.person.name
    name: str = registration.minor.name if registration.minor is not None else ""
    return name or _("孩子（信息已删除）")


@register.filter
def position(registration: Registration, positions: dict[int, int]) -> int:
    """Return the place in the queue of who waits, from 1."""
    return positions.get(registration.pk, 0)
