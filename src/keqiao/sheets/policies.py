"""May A do B to a sheet of needs."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access.policies import Visitor, areas
from keqiao.accounts.models import Person
from keqiao.needs import policies as needs
from keqiao.organisations import policies as organisations
from keqiao.organisations.models import Organisation
from keqiao.sheets.models import Sheet


def may_hold(person: Visitor, organisation: Organisation) -> bool:
    """Tell whether the person may bring in a sheet for the organisation: whoever may write its needs."""
    return needs.may_draft_for(person, organisation)


def may_any(person: Visitor) -> bool:
    """Tell whether there is an organisation for which the person may bring in a sheet."""
    return bool(organisations.member_of(person) or areas(person, *needs.WRITERS))


def may_apply(person: Visitor, sheet: Sheet) -> bool:
    """Tell whether the person may confirm the sheet or drop it: who brought it in, while that is still allowed."""
    return sheet.held_by_id == person.pk and may_hold(person, sheet.organisation)


def visible_to(person: Visitor) -> Q:
    """Return the condition that the person knows of a sheet: it is the person's own."""
    return Q(held_by=person) if isinstance(person, Person) else Q(pk__in=[])
