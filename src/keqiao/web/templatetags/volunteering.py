"""How hours and volunteers are said on pages."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import ERASED_NAME

register = template.Library()


@register.filter
def as_hours(minutes: int) -> str:
    """Return minutes as hours and minutes: 2 小时, 1 小时 30 分."""
    whole, rest = divmod(int(minutes), 60)
    said = ngettext("%(hours)s 小时", "%(hours)s 小时", whole) % {"hours": whole}
    if not rest:
        return said
    more = ngettext("%(minutes)s 分", "%(minutes)s 分", rest) % {"minutes": rest}
    return f"{said} {more}" if whole else more


@register.filter
def plain(amount: Decimal) -> str:
    """Return an amount without empty decimals: 300, 12.5."""
    return f"{amount.normalize():f}"


@register.filter
def person_name(person: Person | None) -> str:
    """Return the name of somebody, or that the account was erased."""
    if person is None:
        return ""
    return _(ERASED_NAME) if accounts.is_erased(person) else person.name
