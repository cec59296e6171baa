"""May A do B to an offer or a studio: yes or no, and the same answer as a condition on rows."""

from __future__ import annotations

from django.db.models import Q

from keqiao.access.policies import Visitor, may, may_any, within
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.offers.models import Offer, Studio
from keqiao.offers.states import State
from keqiao.organisations import policies as organisations

STAFF = (Role.BROKER, Role.REVIEWER, Role.ADMINISTRATOR)


def runs(person: Visitor, studio: Studio) -> bool:
    """Tell whether the studio is the person's own or one of an organisation that the person acts for."""
    if not isinstance(person, Person):
        return False
    return studio.person_id == person.pk or studio.organisation_id in organisations.member_of(
        person
    )


def run_by(person: Visitor, *, through: str = "") -> Q:
    """Return ``runs`` as a condition; ``through`` is the path to the studio, such as ``studio__``."""
    if not isinstance(person, Person):
        return Q(pk__in=[])
    mine = organisations.member_of(person)
    return Q(**{f"{through}person": person}) | Q(**{f"{through}organisation__in": mine})


def may_see(person: Visitor, offer: Offer) -> bool:
    """Tell whether the person may know that the offer exists."""
    if offer.state == State.OPEN or runs(person, offer.studio):
        return True
    return offer.state != State.DRAFT and may_any(person, STAFF, offer.region_id)


def visible_to(person: Visitor) -> Q:
    """Return ``may_see`` as a condition."""
    attended = within(person, *STAFF) & ~Q(state=State.DRAFT)
    return Q(state=State.OPEN) | run_by(person, through="studio__") | attended


def may_review(person: Visitor, offer: Offer) -> bool:
    """Tell whether the person may open or send back the offer.

    A reviewer of its area may, who neither wrote it nor runs its studio.
    """
    if person.pk is None or offer.author_id == person.pk or runs(person, offer.studio):
        return False
    return may(person, Role.REVIEWER, offer.region_id)


def reviewable_by(person: Visitor) -> Q:
    """Return ``may_review`` as a condition."""
    own = run_by(person, through="studio__") | Q(author=person.pk)
    return within(person, Role.REVIEWER) & ~own
