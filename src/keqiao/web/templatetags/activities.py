"""Saying when a session or a shift is held, in local time and the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from keqiao.guardians.types import Field

if TYPE_CHECKING:
    import datetime as dt

    from keqiao.activities.models import Activity, Session
    from keqiao.volunteering.models import Hours, Shift

register = template.Library()
DAY, TIME = "Y-m-d l", "H:i"


@register.filter
def when(held: Session | Shift | Hours) -> str:
    """Say when a session or a shift is held: its end with a day of its own where that is another one."""
    start, end = timezone.localtime(held.starts_at), timezone.localtime(held.ends_at)
    begun = f"{date_format(start, DAY)} {date_format(start, TIME)}"
    if start.date() == end.date():
        return f"{begun}–{date_format(end, TIME)}"
    return f"{begun} – {date_format(end, DAY)} {date_format(end, TIME)}"


@register.filter
def minor_fields(activity: Activity) -> list[tuple[str, str]]:
    """Return what is asked about a child beyond name and birthday, each with its reason."""
    asked = activity.minor_fields
    return [(str(one.label), asked[one.value]) for one in Field if one.value in asked]


@register.filter
def begins_on(session: Session, day: dt.date) -> bool:
    """Tell whether the session begins on a local day, rather than going on."""
    return timezone.localdate(session.starts_at) == day
