"""The only writer of grants."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from keqiao.access import policies, selectors
from keqiao.access.models import Grant
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.places.models import Association


class LastAdministrator(Refused):
    """A node is never left without anybody who may give roles on it."""

    text = N_("%(node)s只有这一位管理员，上级也没有。请先授予另一位管理员，再收回这一位的。")


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
    """End a grant; raise LastAdministrator when nobody else administers its node, there or above."""
    if not policies.may_grant(by, live.association):
        raise NotAllowed
    if live.role == Role.ADMINISTRATOR:
        _lock_administrators()
    if selectors.is_last_administrator(live):
        raise LastAdministrator(node=live.association.name)
    if Grant.objects.filter(pk=live.pk, ended_at=None).update(ended_at=timezone.now()):
        data = {"role": live.role, "association": live.association.code}
        journal.record("grant.ended", Subject("person", str(live.person_id)), by=by, data=data)
    for known in (live.person, by):  # may be one and the same person
        policies.forget(known)


@transaction.atomic
def hold(person: Person, *, by: Person) -> None:
    """Lock the administrators' grants until the commit when the person holds one: two last ones do not both go."""
    if by.pk != person.pk:
        raise NotAllowed
    held = Grant.objects.filter(person=person, role=Role.ADMINISTRATOR, ended_at=None)
    if held.exists():
        _lock_administrators()


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


def _lock_administrators() -> None:
    live = Grant.objects.filter(role=Role.ADMINISTRATOR, ended_at=None)
    list(live.select_for_update().order_by("pk"))
