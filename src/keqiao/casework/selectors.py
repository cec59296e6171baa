"""Questions about cases: what may be seen, by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, Prefetch, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from keqiao.access import policies as access
from keqiao.access import selectors as access_selectors
from keqiao.access.policies import Visitor
from keqiao.access.types import Role
from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Purpose
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.casework import policies
from keqiao.casework.models import Case, CaseFile, Concern, Note, Party, Reader, Step, Task
from keqiao.casework.states import LIVE, Stage
from keqiao.casework.types import BODIES, Side
from keqiao.needs import policies as needs
from keqiao.needs.models import Need
from keqiao.offers import policies as offers
from keqiao.organisations import policies as organisations
from keqiao.organisations import selectors as organisation_selectors

SHOWN = 12  # cases of one stage on the board


@dataclass(frozen=True, slots=True)
class Column:
    """One stage on the board: its first cases by the day on which they are due, and how many there are."""

    stage: Stage
    count: int
    cases: list[Case] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Due:
    """What a broker has to look at by a day."""

    cases: list[Case]
    tasks: list[Task]


@dataclass(frozen=True, slots=True)
class Carried:
    """A need of a case: who of those that answer read its private version, and who joined too late for it."""

    concern: Concern
    readers: list[Party]
    waiting: list[Party]
    may_share: bool
    may_read: bool


def get(code: str, *, by: Visitor) -> Case:
    """Return the case of ``code``; raise Missing when ``by`` may not know of it."""
    rows = Case.objects.filter(policies.visible_to(by), code=code)
    found = rows.select_related("region", "broker").first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def visible(person: Visitor) -> QuerySet[Case]:
    """Return every case that the person may know of, as staff or as a party, newest first."""
    rows = Case.objects.filter(policies.visible_to(person)).select_related("region", "broker")
    return rows.order_by("-opened_at", "code")


def attended(person: Visitor, *, mine: bool = False) -> QuerySet[Case]:
    """Return the cases of the person's areas, or those that the person brokers, by the day they are due."""
    rows = Case.objects.filter(policies.attended_by(person))
    if mine:
        rows = rows.filter(broker=person.pk)
    return rows.select_related("region", "broker").order_by(F("next_on").asc(nulls_last=True), "pk")


def board(person: Visitor, *, mine: bool) -> list[Column]:
    """Return the live stages with their first cases; two questions, however many cases there are."""
    rows = attended(person, mine=mine).filter(state__in=LIVE)
    counts = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
    place = Window(
        RowNumber(),
        partition_by=[F("state")],
        order_by=[F("next_on").asc(nulls_last=True), F("pk").asc()],
    )
    first = list(rows.annotate(place=place).filter(place__lte=SHOWN).order_by("place"))
    return [
        Column(stage, counts.get(stage, 0), [case for case in first if case.state == stage])
        for stage in LIVE
    ]


def due(person: Visitor, today: dt.date) -> Due:
    """Return what the person's own cases ask for by ``today``, longest due first.

    A case without a day is due when nothing happened to it for a day.
    """
    a_day_ago = timezone.now() - dt.timedelta(days=1)
    is_due = Q(next_on__lte=today) | Q(next_on=None, changed_at__lt=a_day_ago)
    cases = attended(person, mine=True).filter(is_due, state__in=LIVE)
    tasks = Task.objects.filter(
        case__broker=person.pk, case__state__in=LIVE, done_at=None, due_on__lte=today
    )
    listed = tasks.select_related("case", *_of_party("party__")).order_by("due_on", "pk")
    return Due(list(cases[:SHOWN]), list(listed[:SHOWN]))


def of_person(person: Visitor) -> QuerySet[Case]:
    """Return the cases in which the person acts for a party, last changed first."""
    taking_part = Party.objects.filter(policies.acting_for(person)).values("case")
    rows = Case.objects.filter(pk__in=taking_part).select_related("region", "broker")
    return rows.order_by("-changed_at", "-pk")


def parties(case: Case, *, with_left: bool = False) -> list[Party]:
    """Return who sits at the table, those who ask first."""
    rows = Party.objects.filter(case=case).select_related(*_of_party(""), "offer")
    rows = rows if with_left else rows.filter(left_at=None)
    order = [Side.ASKS, Side.ANSWERS, Side.SUPPORTS]
    return sorted(rows, key=lambda party: (order.index(Side(party.side)), party.pk))


def party(case: Case, number: int) -> Party:
    """Return one live party of a case that the caller may see; raise Missing."""
    rows = Party.objects.filter(case=case, pk=number, left_at=None)
    found = rows.select_related(*_of_party("")).first()
    if found is None:
        raise Missing
    return found


def name_of(party: Party) -> str:
    """Return the name of who sits there; a merged organisation has the name of the one it became.

    A person who sits there alone is named with the consent for it; empty without.
    """
    if party.organisation is not None:
        return organisation_selectors.current(party.organisation).name
    if party.person is not None:
        is_named = accounts.has_consented(party.person, Purpose.CONTACT)
        return party.person.name if is_named else ""
    body = party.studio or party.association
    return body.name if body is not None else ""


def own_parties(case: Case, *, by: Visitor) -> list[Party]:
    """Return the live parties of the case that ``by`` acts for."""
    rows = Party.objects.filter(policies.acting_for(by), case=case)
    return list(rows.select_related(*_of_party("")).order_by("pk"))


def concerns(case: Case) -> list[Concern]:
    """Return what the case is about: each need once, as it was taken last."""
    rows = Concern.objects.filter(case=case).select_related(
        "case", "need__region", "need__organisation"
    )
    rows = rows.prefetch_related("readers")
    latest = {one.need_id: one for one in rows.order_by("pk")}
    return list(latest.values())


def case_of_need(need: Need, *, by: Visitor) -> Case | None:
    """Return the live case that carries a need, when ``by`` may see it."""
    live = Case.objects.filter(concerns__need=need, concerns__released_at=None)
    return live.filter(policies.visible_to(by)).first()


def reads_private(person: Visitor, need: Need) -> bool:
    """Tell whether the person reads the private version because its owner shared it with a case's table.

    It is shared with those who answer whom the owner named, and with nobody who came later.
    """
    if not isinstance(person, Person):
        return False
    own = Party.objects.filter(policies.acting_for(person), side=Side.ANSWERS)
    return Reader.objects.filter(
        concern__need=need, concern__released_at=None, party__in=own
    ).exists()


def steps(case: Case) -> QuerySet[Step]:
    """Return the steps of a case, oldest first."""
    return Step.objects.filter(case=case).select_related("by").order_by("number")


def notes(case: Case, *, by: Visitor) -> QuerySet[Note]:
    """Return the notes that ``by`` may read, newest first: a party reads those that are shared."""
    rows = Note.objects.filter(case=case).select_related("by").order_by("-at", "-pk")
    return rows if policies.attends(by, case) else rows.filter(is_shared=True)


def tasks(case: Case) -> QuerySet[Task]:
    """Return what is to do and what was done; open ones first, by day."""
    rows = Task.objects.filter(case=case).select_related("done_by", *_of_party("party__"))
    return rows.order_by(
        F("done_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk"
    )


def task(case: Case, number: int) -> Task:
    """Return one task of a case that the caller may see; raise Missing."""
    found = Task.objects.filter(case=case, pk=number).select_related("case").first()
    if found is None:
        raise Missing
    return found


def files(case: Case) -> QuerySet[CaseFile]:
    """Return the files of the table, oldest first."""
    return CaseFile.objects.filter(case=case).select_related("added_by").order_by("pk")


def file(case: Case, number: int) -> CaseFile:
    """Return one file of a case that the caller may see; raise Missing."""
    found = CaseFile.objects.filter(case=case, pk=number).first()
    if found is None:
        raise Missing
    return found


def shown(
    concern: Concern, parties: Iterable[Party], own: Iterable[Party], *, by: Visitor
) -> Carried:
    """Return a need of a case with who of its ``parties`` reads the private version, and what ``by`` may do."""
    answering = [party for party in parties if party.side == Side.ANSWERS]
    named = {one.party_id for one in concern.readers.all()}
    reading = [party for party in answering if party.pk in named]
    is_mine = {party.pk for party in own}
    return Carried(
        concern=concern,
        readers=reading,
        waiting=[party for party in answering if party not in reading],
        may_share=policies.may_share(by, concern.need),
        may_read=policies.attends(by, concern.case)
        or needs.owns(by, concern.need)
        or any(party.pk in is_mine for party in reading),
    )


def concern(case: Case, number: int) -> Concern:
    """Return one live concern of a case that the caller may see; raise Missing."""
    rows = Concern.objects.filter(case=case, pk=number, released_at=None)
    found = rows.select_related("case", "need").first()
    if found is None:
        raise Missing
    return found


def brokers(case: Case) -> list[Person]:
    """Return who may carry the case: the active brokers of its area and of its needs', by name."""
    rows = Person.objects.order_by("name", "pk")
    for region in regions(case):
        rows = rows.filter(pk__in=access_selectors.holders(Role.BROKER, region).values("pk"))
    return list(rows)


def has_broker(case: Case) -> bool:
    """Tell whether the case's broker still may work there."""
    return case.broker.is_active and access.may(case.broker, Role.BROKER, case.region_id)


def regions(case: Case) -> set[str]:
    """Return the codes of the regions in which a broker of this case has to be one."""
    live = Concern.objects.filter(case=case, released_at=None, need__region__isnull=False)
    return {case.region_id, *live.values_list("need__region_id", flat=True)}


def has_stake(person: Person, case: Case) -> bool:
    """Tell whether the person acts for a party of the case; associations that only support do not count."""
    return any(stands_for(person, one) for one in parties(case))


def stands_for(person: Person, party: Party) -> bool:
    """Tell whether the person has a stake in a party: is it, runs its studio, or acts for its organisation."""
    if party.organisation_id is not None:
        return party.organisation_id in organisations.member_of(person)
    if party.studio is not None:
        return offers.runs(person, party.studio)
    if party.association_id is not None and party.side != Side.SUPPORTS:
        seated = [one for one in access.grants(person) if one.role in policies.SEATED]
        return party.association_id in {one.association_id for one in seated}
    return party.person_id is not None and party.person_id == person.pk


def with_parties(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Have the live parties read together with the cases."""
    live = Party.objects.filter(left_at=None).select_related(*_of_party("")).order_by("pk")
    return rows.prefetch_related(Prefetch("parties", live, to_attr="seated"))


def _of_party(through: str) -> Iterable[str]:
    return [f"{through}{body}" for body in (*BODIES, "organisation__merged_into")]
