"""Questions about sheets."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from keqiao.access.policies import Visitor
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.sheets import policies
from keqiao.sheets.models import Sheet
from keqiao.sheets.states import State
from keqiao.sheets.types import KEEP_DAYS, Line, from_json


def get(code: str, *, by: Visitor) -> Sheet:
    """Return the sheet of ``code``; raise Missing for everybody but who brought it in and may still confirm it."""
    rows = Sheet.objects.filter(policies.visible_to(by), code=code)
    found = rows.select_related("organisation").first() if is_code(code) else None
    if found is None or not policies.may_apply(by, found):
        raise Missing
    return found


def waiting(person: Visitor) -> QuerySet[Sheet]:
    """Return the person's own sheets that wait to be confirmed, newest first; their lines stay behind."""
    rows = Sheet.objects.filter(policies.visible_to(person), state=State.HELD)
    return rows.select_related("organisation").defer("lines").order_by("-held_at", "-pk")


def lines(sheet: Sheet) -> list[Line]:
    """Return the lines of a sheet as they were read; once it is applied, those with a problem."""
    return [from_json(kept) for kept in sheet.lines]


def forgotten(today: dt.date) -> QuerySet[Sheet]:
    """Return the sheets that nobody confirmed in time."""
    since = today - dt.timedelta(days=KEEP_DAYS)
    return Sheet.objects.filter(state=State.HELD, held_at__date__lt=since).order_by("pk")


def held_about(person: Person) -> Held:
    """Return what is held about a person: spreadsheets brought in for organisations."""
    rows = Sheet.objects.filter(held_by=person).select_related("organisation").order_by("pk")
    return {
        "sheets": [
            {
                "code": one.code,
                "name": one.name,
                "state": one.state,
                "organisation": one.organisation.name,
                "at": one.held_at,
            }
            for one in rows
        ]
    }
