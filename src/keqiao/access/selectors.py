"""Questions about grants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.conf import settings
from django.db.models import Q, QuerySet

from keqiao.access import policies
from keqiao.access.models import Grant
from keqiao.access.policies import Visitor
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.base.errors import Missing
from keqiao.places import selectors as places
from keqiao.places.models import Association


def holders(role: Role, region_code: str) -> QuerySet[Person]:
    """Return the active persons who hold ``role`` where ``region_code`` lies: ``policies.may``, asked once for all."""
    return Person.objects.filter(pk__in=_covering(role, region_code).values("person"))


def _covering(role: Role, region_code: str) -> QuerySet[Grant]:
    """Return the live grants, of active persons, by which ``role`` is held where ``region_code`` lies."""
    return Grant.objects.filter(
        role=role,
        ended_at=None,
        person__is_active=True,
        association__is_active=True,
        association__kind=Association.Kind.ASSOCIATION,
        association__region__in=[*places.lineage_codes(region_code), settings.HOME_REGION],
    )


def seated(roles: Iterable[Role], regions: Collection[str]) -> dict[str, set[int]]:
    """Return the numbers of the active persons who hold one of ``roles`` on each region's own association."""
    live = Grant.objects.filter(
        role__in=list(roles),
        ended_at=None,
        person__is_active=True,
        association__is_active=True,
        association__kind=Association.Kind.ASSOCIATION,
        association__region__in=regions,
    )
    found: defaultdict[str, set[int]] = defaultdict(set)
    for region, person in live.values_list("association__region_id", "person_id"):
        found[region].add(person)
    return dict(found)


def last_administrator_of(person: Person) -> list[Association]:
    """Return the associations that the person administers and nobody else does, there or above."""
    own = Grant.objects.filter(
        person=person,
        role=Role.ADMINISTRATOR,
        ended_at=None,
        association__is_active=True,
        association__kind=Association.Kind.ASSOCIATION,
    )
    nodes = [grant.association for grant in own.select_related("association").order_by("pk")]
    return [
        node
        for node in nodes
        if not holders(Role.ADMINISTRATOR, node.region_id).exclude(pk=person.pk).exists()
    ]


def is_last_administrator(live: Grant) -> bool:
    """Tell whether nothing but this grant lets anybody administer its association, there or from above."""
    node = live.association
    if live.role != Role.ADMINISTRATOR or node.kind != Association.Kind.ASSOCIATION:
        return False
    return not _covering(Role.ADMINISTRATOR, node.region_id).exclude(pk=live.pk).exists()


def administered(person: Visitor) -> list[Association]:
    """Return the nodes on which the person may give and end roles (``policies.may_grant``), from the top down."""
    below = Q(pk__in=[])
    for one in policies.grants(person):
        if one.role == Role.ADMINISTRATOR:
            below |= Q(path__startswith=one.association.path)
    return list(Association.objects.filter(below, is_active=True).order_by("path"))


def given(nodes: Collection[Association]) -> QuerySet[Grant]:
    """Return the live grants on some nodes, from the top down."""
    rows = Grant.objects.filter(association__in=nodes, ended_at=None)
    related = ("person", "association", "granted_by")
    return rows.select_related(*related).order_by("association__path", "role", "pk")


def live(number: int, *, by: Visitor) -> Grant:
    """Return a live grant that ``by`` may end; raise Missing for any other."""
    rows = Grant.objects.select_related("person", "association")
    found = rows.filter(pk=number, ended_at=None).first()
    if found is None or not policies.may_grant(by, found.association):
        raise Missing
    return found


def held_about(person: Person) -> Held:
    """Return what is held about a person: roles held, and roles given to others (not to whom)."""
    rows = Grant.objects.select_related("association").order_by("pk")
    return {
        "grants": [
            {
                "role": one.role,
                "association": one.association.name,
                "granted_at": one.granted_at,
                "ended_at": one.ended_at,
            }
            for one in rows.filter(person=person)
        ],
        "grants_given": [
            {
                "role": one.role,
                "association": one.association.name,
                "granted_at": one.granted_at,
            }
            for one in rows.filter(granted_by=person)
        ],
    }
