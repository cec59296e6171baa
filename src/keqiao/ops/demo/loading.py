"""Puts the demonstration into an empty or a half-loaded database, through the same services as everybody."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.accounts import selectors as accounts
from keqiao.accounts import services as account_services
from keqiao.accounts.types import Purpose
from keqiao.needs import services as needs
from keqiao.needs.models import Need
from keqiao.needs.types import Content as NeedContent
from keqiao.needs.types import Cooperation
from keqiao.offers import services as offers
from keqiao.offers.models import Offer, Studio
from keqiao.offers.types import Content as OfferContent
from keqiao.offers.types import Evidence, EvidenceKind, Kind, Rights, StudioContent
from keqiao.ops.demo import activities, cases, children, past, visits, volunteering
from keqiao.ops.demo.rows import PASSWORD, listed, rows
from keqiao.organisations import services as organisations
from keqiao.organisations.models import Organisation
from keqiao.organisations.types import Kind as OrganisationKind
from keqiao.organisations.types import Particulars
from keqiao.places import selectors as places
from keqiao.places import services as place_services
from keqiao.reviews.types import Scores

if TYPE_CHECKING:
    from collections.abc import Callable

    from keqiao.accounts.models import Person

COOPERATION = {
    "开发": Cooperation.DEVELOPMENT,
    "转让": Cooperation.TRANSFER,
    "许可": Cooperation.LICENCE,
    "咨询": Cooperation.CONSULTING,
    "服务": Cooperation.SERVICE,
}
RIGHTS = {"pending": Rights.APPLIED}
REVIEWER = "zhengli@keqiao.example"
SCORES = Scores(clarity=4, figures=4, cooperation=4, rules=5)
ADMINISTRATOR = "helan@keqiao.example"
EVERY = 25  # rows between two lines of progress


def load(tell: Callable[[str, int, int], None]) -> None:
    """Load whatever is not there yet; ``tell(what, done, of)`` is called as it goes on."""
    place_services.plant_associations(settings.HOME_REGION)
    people = _people()
    bodies = _organisations(people, tell)
    _members(people, bodies)
    studios = _studios(people, bodies)
    _offers(people, studios, tell)
    _needs(people, bodies, tell)
    cases.load(people)
    activities.load(people)
    children.load(people)
    visits.load(people)
    volunteering.load(people)
    past.load(people)


def _people() -> dict[str, Person]:
    people: dict[str, Person] = {}
    for row in rows("cast"):
        person = accounts.person_by_email(row["email"])
        if person is None:
            person = account_services.create_person(
                email=row["email"], name=row["name"], password=PASSWORD
            )
            account_services.set_consents(person, Purpose, by=person)
        people[row["email"]] = person
    for row in rows("cast"):
        for role, region in (grant.split("@") for grant in listed(row["roles"])):
            node = places.association_for(region)
            if node is not None:
                access.grant(people[row["email"]], Role(role), node, by=None)
    return people


def _organisations(
    people: dict[str, Person], tell: Callable[[str, int, int], None]
) -> dict[str, Organisation]:
    found = {row.code: row for row in Organisation.objects.all()}
    entered = list(rows("organisations"))
    for number, row in enumerate(entered, start=1):
        if row["code"] not in found:
            particulars = Particulars(
                name=row["name"],
                kind=OrganisationKind(row["kind"]),
                region_id=row["region"],
                credit_code=row["credit_code"],
            )
            kept = organisations.register(
                particulars, by=None, code=row["code"], is_example=row["is_example"] == "1"
            )
            organisations.verify(kept, by=people[ADMINISTRATOR], note="演示数据")
            found[row["code"]] = kept
        if number % EVERY == 0 or number == len(entered):
            tell("organisations", number, len(entered))
    return found


def _members(people: dict[str, Person], bodies: dict[str, Organisation]) -> None:
    for row in rows("cast"):
        for code in listed(row["organisations"]):
            person = people[row["email"]]
            organisations.add_member(bodies[code], person, by=None, is_representative=True)


def _studios(people: dict[str, Person], bodies: dict[str, Organisation]) -> dict[str, Studio]:
    found = {studio.code: studio for studio in Studio.objects.select_related("person")}
    for row in rows("studios"):
        if row["code"] in found:
            continue
        is_person = row["owner_kind"] == "person"
        content = StudioContent(
            name=row["name"],
            about=row["about"],
            region_id=row["region"],
            subject_id=row["subject"],
            capacity=int(row["capacity"]),
        )
        found[row["code"]] = offers.found_studio(
            content,
            by=people[row["owner"]] if is_person else None,
            organisation=None if is_person else bodies[row["owner"]],
            code=row["code"],
            is_example=row["is_example"] == "1",
        )
    return found


def _offers(
    people: dict[str, Person],
    studios: dict[str, Studio],
    tell: Callable[[str, int, int], None],
) -> None:
    known = set(Offer.objects.values_list("code", flat=True))
    entered = sorted(rows("offers"), key=lambda row: row["is_example"])
    for number, row in enumerate(entered, start=1):
        if row["code"] not in known:
            _offer(row, studios[row["studio"]], people[REVIEWER])
        if number % EVERY == 0 or number == len(entered):
            tell("offers", number, len(entered))


def _offer(row: dict[str, str], studio: Studio, reviewer: Person) -> None:
    rights = row["ip_status"]
    content = OfferContent(
        title=row["title"],
        kind=Kind(row["kind"]),
        description=row["description"],
        stage=_number(row["trl"]),
        rights=RIGHTS.get(rights, rights),
        evidence=tuple(_evidence(piece) for piece in listed(row["evidence"], "|")),
        region_id=row["region"],
        subject_id=row["subject"],
        industry_ids=listed(row["industries"]),
        keywords=listed(row["keywords"]),
        capacity=int(row["capacity"] or 1),
    )
    author = studio.person
    offer = offers.draft(
        content, studio=studio, by=author, code=row["code"], is_example=row["is_example"] == "1"
    )
    offers.approve(offers.submit(offer, by=author), by=reviewer, scores=SCORES)


def _evidence(piece: str) -> Evidence:
    kind, _colon, text = piece.partition(":")
    return Evidence(EvidenceKind(kind), text)


def _needs(
    people: dict[str, Person],
    bodies: dict[str, Organisation],
    tell: Callable[[str, int, int], None],
) -> None:
    known = set(Need.objects.values_list("code", flat=True))
    entered = list(rows("needs"))
    for number, row in enumerate(entered, start=1):
        if row["code"] not in known:
            _need(row, people, bodies)
        tell("needs", number, len(entered))


def _need(row: dict[str, str], people: dict[str, Person], bodies: dict[str, Organisation]) -> None:
    author = people[row["author"]]
    deadline = row["deadline_on"]
    content = NeedContent(
        title=row["title"],
        wanted=row["wanted"],
        tried=row["tried"],
        targets=row["targets"],
        limits=row["limits"],
        stage=_number(row["trl"]),
        cooperation=tuple(COOPERATION[word].value for word in listed(row["cooperation"])),
        budget_low=_amount(row["budget_min"]),
        budget_high=_amount(row["budget_max"]),
        deadline_on=datetime.date.fromisoformat(deadline) if deadline else None,
        region_id=row["region"],
        industry_id=row["industry"],
        subject_id=row["subject"],
        keywords=listed(row["keywords"]),
        public_title=row["public_title"],
        public_text=row["public_text"],
    )
    need = needs.draft(
        content,
        by=author,
        organisation=bodies[row["organisation"]],
        code=row["code"],
        is_example=True,
    )
    if row["state"] in {"review", "open"}:
        need = needs.submit(need, by=author)
    if row["state"] == "open":
        needs.approve(need, by=people[REVIEWER], scores=SCORES)


def _number(text: str) -> int | None:
    return int(text) if text else None


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None
