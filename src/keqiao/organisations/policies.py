"""May A do B to an organisation."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access.policies import Visitor, may_any, within
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.organisations.models import Membership, Organisation
from keqiao.organisations.types import Standing

CHECKERS = (Role.REVIEWER, Role.ADMINISTRATOR)


def member_of(person: Visitor) -> set[int]:
    """Return the numbers of the organisations that ``person`` acts for, those merged into them too, for a request."""
    if not isinstance(person, Person):
        return set()
    kept: set[int] | None = person.__dict__.get("_member_of")
    if kept is None:
        live = Membership.objects.filter(person=person, ended_at=None).values("organisation")
        known = Organisation.objects.filter(Q(pk__in=live) | Q(merged_into__in=live))
        kept = set(known.values_list("pk", flat=True))
        person.__dict__["_member_of"] = kept
    return kept


def forget(person: Person) -> None:
    """Drop what ``member_of`` keeps, after a change."""
    person.__dict__.pop("_member_of", None)


def is_member(person: Visitor, organisation: Organisation) -> bool:
    """Tell whether ``person`` acts for ``organisation``."""
    return organisation.pk in member_of(person)


def is_representative(person: Visitor, organisation: Organisation) -> bool:
    """Tell whether ``person`` may change ``organisation`` and its members."""
    return (
        isinstance(person, Person)
        and Membership.objects.filter(
            person=person, organisation=organisation, is_representative=True, ended_at=None
        ).exists()
    )


def may_check(person: Visitor, organisation: Organisation) -> bool:
    """Tell whether ``person`` may verify ``organisation``: staff of its area, never one of its own."""
    return may_any(person, CHECKERS, organisation.region_id) and not is_member(person, organisation)


def may_see(person: Visitor, organisation: Organisation) -> bool:
    """Tell whether ``person`` may know of ``organisation``: everybody of a verified one."""
    return organisation.standing == Standing.VERIFIED or may_see_particulars(person, organisation)


def visible_to(person: Visitor) -> Q:
    """Return ``may_see`` as a condition."""
    known = Q(standing=Standing.VERIFIED) | Q(pk__in=member_of(person))
    return known | within(person, *CHECKERS, Role.BROKER)


def may_see_particulars(person: Visitor, organisation: Organisation) -> bool:
    """Tell whether ``person`` sees members, credit code and the notes of the check."""
    return is_member(person, organisation) or may_any(
        person, (*CHECKERS, Role.BROKER), organisation.region_id
    )
