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
