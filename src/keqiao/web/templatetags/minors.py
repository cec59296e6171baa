"""What a session's page offers to teachers and to its leader."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone

from keqiao.activities.models import Session
from keqiao.activities.types import Way
from keqiao.classes import selectors as classes
from keqiao.guardians import policies as guardians
from keqiao.registrations import policies as registrations
from keqiao.registrations.types import Window

register = template.Library()


@register.filter
def until(moment: dt.datetime) -> str:
    """Say until when; midnight is the end of the day before, which is the day that a teacher chose."""
    local = timezone.localtime(moment)
    if local.time() == dt.time():
        return f"{local.date() - dt.timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


@register.inclusion_tag("web/minors/doors.html", takes_context=True)
def minor_doors(context: dict[str, Any], session: Session) -> dict[str, Any]:
    """Lead a teacher to keeping places for a class, the leader to the children's list; nobody else sees a thing."""
    who = context["request"].user
    is_open = registrations.window(session, timezone.now()) == Window.OPEN
    may_enter = is_open and session.way != Way.DRAW and bool(classes.schools_of(who))
    return {"session": session, "may_enter": may_enter, "leads": guardians.leads(who, session)}
