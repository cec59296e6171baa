"""How those who come are named at the door, and what is said of them."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from keqiao.accounts import selectors as accounts
from keqiao.accounts.types import ERASED_NAME
from keqiao.activities.models import Session
from keqiao.attendance import selectors
from keqiao.attendance.models import CheckIn
from keqiao.registrations.models import Registration

register = template.Library()


@register.filter
def attendee(registration: Registration) -> str:
    """Return the name of who has the place."""
    if registration.minor is None and accounts.is_erased(registration.person):
        return _(ERASED_NAME)
    return selectors.name_of(registration) or _("未成年人（资料已删除）")


@register.filter
def at_the_door(check_in: CheckIn, session: Session) -> str:
    """Return when somebody came, as it is read at the door."""
    return selectors.clock(check_in.arrived_at, session)
