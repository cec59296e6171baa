"""May A do B to a need: yes or no, and the same answer as a condition on rows."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access.policies import Visitor, may, may_any, within
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.needs.models import Hand, Need
from keqiao.needs.states import PUBLIC, State
from keqiao.organisations import policies as organisations
from keqiao.organisations.models import Organisation

WRITERS = (Role.BROKER, Role.ADMINISTRATOR)  # for the enterprises of their area
STAFF = (Role.BROKER, Role.REVIEWER, Role.ADMINISTRATOR)


def owns(person: Visitor, need: Need) -> bool:
    """Tell whether the need is one of an organisation that the person acts for, or the person's own.

    What was written for an organisation is its writer's only while the writer may write for it.
    """
    if not isinstance(person, Person):
        return False
    if need.organisation_id in organisations.member_of(person):
        return True
    if need.author_id != person.pk:
        return False
    return need.organisation is None or may_draft_for(person, need.organisation)


def owned_by(person: Visitor) -> Q:
    """Return ``owns`` as a condition."""
    if not isinstance(person, Person):
        return Q(pk__in=[])
    served = within(person, *WRITERS, field="organisation__region__code")
    written = Q(author=person) & (Q(organisation=None) | served)
    return Q(organisation__in=organisations.member_of(person)) | written


def may_draft_for(person: Visitor, organisation: Organisation) -> bool:
    """Tell whether the person may write for the organisation: its members, and a broker of its area.

    A broker takes down over the telephone what an enterprise lacks.
    """
    return organisations.is_member(person, organisation) or may_any(
        person, WRITERS, organisation.region_id
    )


def attends(person: Visitor, need: Need) -> bool:
    """Tell whether the person is staff of the need's area; drafts are nobody's but the owner's."""
    return (
        need.state != State.DRAFT
        and need.region_id is not None
        and may_any(person, STAFF, need.region_id)
    )


def may_see(person: Visitor, need: Need) -> bool:
    """Tell whether the person may know that the need exists."""
    return need.state in PUBLIC or owns(person, need) or attends(person, need)


def visible_to(person: Visitor) -> Q:
    """Return ``may_see`` as a condition."""
    attended = within(person, *STAFF) & ~Q(state=State.DRAFT)
    return Q(state__in=PUBLIC) | owned_by(person) | attended


def may_see_private(person: Visitor, need: Need) -> bool:
    """Tell whether the person may read the private version and its files."""
    return owns(person, need) or attends(person, need)


def may_carry(person: Visitor, need: Need) -> bool:
    """Tell whether the person may have a case carry the need: a broker of its area."""
    return need.region_id is not None and may(person, Role.BROKER, need.region_id)


def handled_by(person: Visitor) -> set[int]:
    """Return the numbers of the needs that ``person`` had a hand in, kept on the object for a request.

    Written, or carried as the broker of a case, though another broker carries it now or nobody does.
    """
    if not isinstance(person, Person):
        return set()
    kept: set[int] | None = person.__dict__.get("_handled")
    if kept is None:
        kept = set(Hand.objects.filter(person=person).values_list("need_id", flat=True))
        person.__dict__["_handled"] = kept
    return kept


def forget(person: Person) -> None:
    """Drop what ``handled_by`` keeps, after a change."""
    person.__dict__.pop("_handled", None)


def may_review(person: Visitor, need: Need) -> bool:
    """Tell whether the person may open or send back the need.

    A reviewer of its area may, who neither wrote it, nor acts for its organisation, nor ever was its broker.
    """
    if need.region_id is None or not may(person, Role.REVIEWER, need.region_id):
        return False
    if need.author_id == person.pk or need.pk in handled_by(person):
        return False
    return need.organisation_id not in organisations.member_of(person)


def reviewable_by(person: Visitor) -> Q:
    """Return ``may_review`` as a condition."""
    own = Q(author=person.pk) | Q(organisation__in=organisations.member_of(person))
    return within(person, Role.REVIEWER) & ~own & ~Q(pk__in=handled_by(person))
