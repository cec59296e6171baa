"""The only writer of grants."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from keqiao.access import policies
from keqiao.access.models import Grant
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.places.models import Association


@transaction.atomic
def grant(person: Person, role: Role, association: Association, *, by: Person | None) -> Grant:
    """Give ``person`` a role on a node; twice changes nothing.

    ``by`` None is the operator at the command line, who makes the first administrator.
    """
    if by is not None and not policies.may_grant(by, association):
        raise NotAllowed
    live, is_new = Grant.objects.get_or_create(
        person=person,
        role=role,
        association=association,
        ended_at=None,
        defaults={"granted_by": by},
    )
    if is_new:
        data = {"role": role.value, "association": association.code}
        journal.record("grant.given", Subject("person", str(person.pk)), by=by, data=data)
    policies.forget(person)
    return live


@transaction.atomic
def end(live: Grant, *, by: Person) -> None:
    """End a grant."""
    if not policies.may_grant(by, live.association):
        raise NotAllowed
    if Grant.objects.filter(pk=live.pk, ended_at=None).update(ended_at=timezone.now()):
        data = {"role": live.role, "association": live.association.code}
        journal.record("grant.ended", Subject("person", str(live.person_id)), by=by, data=data)
    policies.forget(live.person)


@transaction.atomic
def hold(person: Person, *, by: Person) -> None:
    """Lock the administrators' grants until the commit when the person holds one: two last ones do not both go."""
    if by.pk != person.pk:
        raise NotAllowed
    live = Grant.objects.filter(role=Role.ADMINISTRATOR, ended_at=None)
    if live.filter(person=person).exists():
        list(live.select_for_update().order_by("pk"))


@transaction.atomic
def erase(person: Person, *, by: Person) -> None:
    """End every role of a person who leaves; that they were held stays."""
    if by.pk != person.pk:
        raise NotAllowed
    for live in Grant.objects.filter(person=person, ended_at=None).select_related("association"):
        if Grant.objects.filter(pk=live.pk, ended_at=None).update(ended_at=timezone.now()):
            data = {"role": live.role, "association": live.association.code}
            journal.record("grant.ended", Subject("person", str(person.pk)), by=by, data=data)
    policies.forget(person)
