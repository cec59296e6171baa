"""Questions about organisations."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from keqiao.access.policies import Visitor, within
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
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


def member_ids(organisation_id: int) -> set[int]:
    """Return the numbers of those who act for an organisation, or for the one that it was merged into."""
    merged = Organisation.objects.filter(pk=organisation_id).values("merged_into")
    live = Membership.objects.filter(
        Q(organisation=organisation_id) | Q(organisation__in=merged), ended_at=None
    )
    return set(live.values_list("person_id", flat=True))


def led_alone(person: Person) -> list[tuple[Organisation, bool]]:
    """Return the bodies of which the person is the only representative, and whether other members are there."""
    mine = Membership.objects.filter(person=person, ended_at=None, is_representative=True)
    found = []
    for own in mine.select_related("organisation").order_by("pk"):
        live = Membership.objects.filter(
            organisation=own.organisation_id, ended_at=None, person__is_active=True
        ).exclude(person=person)
        if not live.filter(is_representative=True).exists():
            found.append((own.organisation, live.exists()))
    return found


def held_about(person: Person) -> Held:
    """Return what is held about a person: for whom the person acted, and which bodies the person checked."""
    rows = Membership.objects.filter(person=person).select_related("organisation").order_by("pk")
    checked = Organisation.objects.filter(checked_by=person).order_by("pk")
    return {
        "memberships": [
            {
                "code": one.organisation.code,
                "name": one.organisation.name,
                "is_representative": one.is_representative,
                "joined_at": one.joined_at,
                "ended_at": one.ended_at,
            }
            for one in rows
        ],
        "organisations_checked": list(checked.values("code", "name", "standing", "checked_at")),
    }
