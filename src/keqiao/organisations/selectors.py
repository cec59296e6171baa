"""Questions about organisations."""

from __future__ import annotations

from django.db.models import QuerySet

from keqiao.access.policies import Visitor, within
from keqiao.accounts.models import Person
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.base.text import as_name
from keqiao.organisations import policies
from keqiao.organisations.models import Membership, Organisation
from keqiao.organisations.types import Standing

MOST_NAMED = 50  # that are looked at for a name


def visible_to(person: Visitor) -> QuerySet[Organisation]:
    """Return the organisations that ``person`` may know of: verified ones, own ones, those of the area."""
    return Organisation.objects.filter(policies.visible_to(person)).select_related("region")


def get(code: str, *, by: Visitor) -> Organisation:
    """Return the organisation of ``code``; raise Missing when ``by`` may not know of it."""
    found = visible_to(by).filter(code=code).first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def named(name: str, *, by: Visitor) -> list[Organisation]:
    """Return the verified organisations whose name has ``name`` in it, the shortest first."""
    wanted = as_name(name)
    if not wanted:
        return []
    verified = visible_to(by).filter(standing=Standing.VERIFIED, merged_into=None)
    rows = verified.filter(name__icontains=wanted).order_by("pk")
    return sorted(rows[:MOST_NAMED], key=lambda one: (len(one.name), one.pk))


def of_person(person: Visitor) -> QuerySet[Organisation]:
    """Return the organisations that ``person`` acts for, by name."""
    mine = Organisation.objects.filter(pk__in=policies.member_of(person), merged_into=None)
    return mine.select_related("region").order_by("name", "pk")


def waiting_for(person: Visitor) -> QuerySet[Organisation]:
    """Return the organisations that wait to be verified by ``person``, oldest first."""
    waiting = Organisation.objects.filter(
        within(person, *policies.CHECKERS), standing=Standing.WAITING
    )
    others = waiting.exclude(pk__in=policies.member_of(person))
    return others.select_related("region").order_by("registered_at", "pk")


def members(organisation: Organisation) -> list[Membership]:
    """Return the live memberships, representatives first."""
    live = Membership.objects.filter(organisation=organisation, ended_at=None)
    return list(live.select_related("person").order_by("-is_representative", "joined_at"))


def current(organisation: Organisation) -> Organisation:
    """Return what an organisation became: the one that it was merged into, or itself."""
    return organisation.merged_into or organisation


def is_publishable(organisation: Organisation | None) -> bool:
    """Tell whether entries of ``organisation`` may be published; a person without one may."""
    return organisation is None or current(organisation).standing == Standing.VERIFIED


def colleagues(person: Person, other: Person) -> bool:
    """Tell whether two persons act for one organisation."""
    return bool(policies.member_of(person) & policies.member_of(other))
