"""May A do B here: yes or no, and the same answer as a condition on rows."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from keqiao.access.models import Grant
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.places.models import Association
from keqiao.places.selectors import prefix

Visitor = Person | AnonymousUser
NOTHING = Q(pk__in=[])


def grants(person: Visitor) -> list[Grant]:
    """Return the live grants of ``person``, kept on the object for the length of a request.

    Most people have none, and every page asks: whether there are any is a smaller question than what they are.
    """
    if not isinstance(person, Person):
        return []
    kept: list[Grant] | None = person.__dict__.get("_live_grants")
    if kept is None:
        live = Grant.objects.filter(person=person, ended_at=None, association__is_active=True)
        full = live.select_related("association__region").order_by("pk")
        kept = list(full) if live.exists() else []
        person.__dict__["_live_grants"] = kept
    return kept


def forget(person: Person) -> None:
    """Drop what ``grants`` keeps, after a change."""
    person.__dict__.pop("_live_grants", None)


def is_staff(person: Visitor) -> bool:
    """Tell whether ``person`` holds any role."""
    return bool(grants(person))


def lacks_second_factor(person: Visitor) -> bool:
    """Tell whether ``person`` holds a role and has not set up the second factor that a role asks for."""
    return settings.STAFF_SECOND_FACTOR and is_staff(person) and not is_mfa_enabled(person)


def areas(person: Visitor, *roles: Role) -> list[str]:
    """Return the region-code prefixes in which ``person`` holds one of ``roles``.

    The association that runs the site also serves whoever comes from outside its region, so a grant on
    its own node gives the empty prefix: everywhere. A society's grant covers the society, not its region,
    and so gives no area.
    """
    held = {
        area_of(grant.association)
        for grant in grants(person)
        if grant.role in roles and grant.association.kind == Association.Kind.ASSOCIATION
    }
    return sorted(held)


def area_of(association: Association) -> str:
    """Return the region-code prefix of what an association serves; empty is everywhere."""
    return "" if association.region_id == settings.HOME_REGION else prefix(association.region_id)


def may(person: Visitor, role: Role, region_code: str) -> bool:
    """Tell whether ``person`` holds ``role`` where ``region_code`` (six digits) lies."""
    return any(region_code.startswith(area) for area in areas(person, role))


def may_any(person: Visitor, roles: Iterable[Role], region_code: str) -> bool:
    """Tell whether ``person`` holds one of ``roles`` where ``region_code`` lies."""
    return any(region_code.startswith(area) for area in areas(person, *roles))


def within(person: Visitor, *roles: Role, field: str = "region__code") -> Q:
    """Return the condition that a row lies in an area where ``person`` holds one of ``roles``."""
    condition = NOTHING
    for area in areas(person, *roles):
        condition |= Q(**{f"{field}__startswith": area})
    return condition


def may_grant(person: Visitor, association: Association) -> bool:
    """Tell whether ``person`` may give and end roles on ``association``: administrators of it or above."""
    return any(
        grant.role == Role.ADMINISTRATOR
        and (
            association.pk == grant.association_id
            or association.is_descendant_of(grant.association)
        )
        for grant in grants(person)
    )


def administers(person: Visitor) -> bool:
    """Tell whether ``person`` may give and end roles anywhere."""
    return any(grant.role == Role.ADMINISTRATOR for grant in grants(person))


def is_above(person: Visitor, broker: Person) -> bool:
    """Tell whether ``person`` administers a node above every node on which ``broker`` is one.

    The root has nothing above it, so its own administrators are; and so is any for a broker who is one no longer.
    """
    nodes = [grant.association for grant in grants(broker) if grant.role == Role.BROKER]
    own = [grant.association for grant in grants(person) if grant.role == Role.ADMINISTRATOR]
    return bool(own) and all(
        any(
            node.is_descendant_of(above) or (node.is_root() and above.pk == node.pk)
            for above in own
        )
        for node in nodes
    )
