"""Who is told: the persons behind owners, studios, parties and roles, each asked of the room's own policy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from django.db.models import Q, QuerySet

from keqiao.access.models import Grant
from keqiao.access.types import Role
from keqiao.accounts.models import Person
from keqiao.casework import policies as casework
from keqiao.casework.models import Case, Party
from keqiao.needs import policies as needs
from keqiao.needs.models import Need
from keqiao.offers import policies as offers
from keqiao.offers.models import Offer, Studio
from keqiao.organisations.models import Membership, Organisation
from keqiao.places.models import Association


def owners_of_need(need: Need) -> list[Person]:
    """Return who owns a need now: its writer and the members of its organisation."""
    rows = Q(pk=need.author_id) | _members([need.organisation_id])
    return _those(_active(rows), lambda person: needs.owns(person, need))


def owners_of_offer(offer: Offer) -> list[Person]:
    """Return who runs the studio of an offer."""
    return runners(offer.studio)


def runners(studio: Studio) -> list[Person]:
    """Return who runs a studio: the person whose it is, or the members of its organisation."""
    rows = Q(pk=studio.person_id) | _members([studio.organisation_id])
    return _those(_active(rows), lambda person: offers.runs(person, studio))


def members(organisation: Organisation) -> list[Person]:
    """Return who acts for an organisation."""
    return list(_active(_members([organisation.pk])))


def seated(association: Association, roles: Collection[Role]) -> list[Person]:
    """Return who holds one of some roles on a node of the tree itself."""
    live = Grant.objects.filter(association=association, role__in=roles, ended_at=None)
    return list(_active(Q(pk__in=live.values("person"))))


def at_table(case: Case, parties: Iterable[Party]) -> list[Person]:
    """Return who acts for some parties of a case and may see it now."""
    return _those(_behind(parties), lambda person: casework.may_see(person, case))


def of_sides(case: Case, *sides: str) -> list[Person]:
    """Return who acts for the live parties of some sides of a case; without sides for all of them."""
    live = Party.objects.filter(case=case, left_at=None).order_by("pk")
    return at_table(case, live.filter(side__in=sides) if sides else live)


def broker(case: Case) -> list[Person]:
    """Return the broker of a case, as long as the case is the broker's work."""
    return [case.broker] if case.broker.is_active and casework.works(case.broker, case) else []


def together(*groups: Iterable[Person]) -> list[Person]:
    """Return everybody of some groups once, in their order."""
    return list({person.pk: person for group in groups for person in group}.values())


def _behind(parties: Iterable[Party]) -> QuerySet[Person]:
    """Return who acts for parties, in one question."""
    seated = list(parties)
    studios = Studio.objects.filter(pk__in=[one.studio_id for one in seated if one.studio_id])
    owned = list(studios.values_list("person_id", "organisation_id"))
    speaking = Grant.objects.filter(
        association__in=[one.association_id for one in seated if one.association_id],
        role__in=casework.SEATED,
        ended_at=None,
    )
    persons = [one.person_id for one in seated] + [person for person, _organisation in owned]
    organisations = [one.organisation_id for one in seated]
    organisations += [organisation for _person, organisation in owned]
    rows = Q(pk__in=[number for number in persons if number]) | _members(organisations)
    return _active(rows | Q(pk__in=speaking.values("person")))


def _members(organisations: Iterable[int | None]) -> Q:
    """Return the condition of acting for one of some organisations, or for what it was merged into."""
    numbers = [number for number in organisations if number]
    merged = Organisation.objects.filter(pk__in=numbers).values("merged_into")
    live = Membership.objects.filter(
        Q(organisation__in=numbers) | Q(organisation__in=merged), ended_at=None
    )
    return Q(pk__in=live.values("person"))


def _active(rows: Q) -> QuerySet[Person]:
    return Person.objects.filter(rows, is_active=True).order_by("pk")


def _those(rows: Iterable[Person], may: Callable[[Person], bool]) -> list[Person]:
    return [person for person in rows if may(person)]
