"""Questions about plans: who may see them, and what stands in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from keqiao.access.policies import Visitor, grants
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.assignments import carrying, policies, weighing
from keqiao.assignments.models import Capacity, Choice, Item, Plan, Ruling
from keqiao.assignments.states import State
from keqiao.assignments.types import BROKER_KEY, Skipped, names_within, short
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.casework.models import Case
from keqiao.casework.policies import STAFF
from keqiao.casework.states import LIVE
from keqiao.matching.types import reason_from_json
from keqiao.needs.models import Need
from keqiao.needs.states import State as NeedState
from keqiao.offers.models import Studio
from keqiao.offers.states import State as OfferState
from keqiao.places.models import Association

RELATED = ("association__region", "made_by", "applied_by")


@dataclass(frozen=True, slots=True)
class Burden:
    """A broker on a plan: live cases now, rows that the plan adds, and how many the plan lets the broker carry."""

    carrier: carrying.Carrier
    added: int

    @property
    def after(self) -> int:
        """Return the live cases when all rows are taken up."""
        return self.carrier.live + self.added


def plans(person: Visitor) -> QuerySet[Plan]:
    """Return the plans that the person may see, the latest week first."""
    rows = Plan.objects.filter(policies.visible_to(person)).select_related(*RELATED)
    return rows.order_by("-week_on", "-pk")


def get(code: str, *, by: Visitor) -> Plan:
    """Return the plan of ``code``; raise Missing when ``by`` may not know of it."""
    found = plans(by).filter(code=code).first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def nodes(person: Visitor) -> list[Association]:
    """Return the associations whose weeks the person plans: those of the own grants first, then those below."""
    held = [
        grant.association
        for grant in grants(person)
        if grant.role in STAFF and grant.association.kind == Association.Kind.ASSOCIATION
    ]
    below = Q(pk__in=[one.pk for one in held])
    for one in held:
        below |= Q(path__startswith=one.path)
    rows = Association.objects.filter(
        below, is_active=True, kind=Association.Kind.ASSOCIATION
    ).order_by("path")
    own = {one.pk for one in held}
    return sorted(rows, key=lambda one: (one.pk not in own, one.path)) if held else []


def node(code: str, *, by: Visitor) -> Association:
    """Return an association whose weeks the person plans; raise Missing."""
    kept = Association.objects.filter(code=code, is_active=True)
    found: Association | None = kept.first() if is_code(code) else None
    if found is None or not policies.may_plan(by, found):
        raise Missing
    return found


def rows(plan: Plan, *, show: str = "", by: Visitor | None = None) -> QuerySet[Item]:
    """Return the rows of a plan with everybody who stands in them; ``show`` is gaps, moved or mine."""
    choices = Choice.objects.select_related("studio", "offer", "broker", "invitation").order_by(
        "-is_chosen", "rank", "pk"
    )
    found = Item.objects.filter(plan=plan)
    of_item = Choice.objects.filter(item=OuterRef("pk"), is_chosen=True)
    match show:
        case "gaps":
            has_broker = Exists(of_item.filter(broker__isnull=False))
            found = found.filter(Q(missing_count__gt=0) | (Q(case=None) & ~has_broker))
        case "moved":
            found = found.filter(is_moved=True)
        case "mine":
            found = found.filter(Exists(of_item.filter(broker=by.pk if by is not None else None)))
    related = found.select_related("plan", "need__region", "need__organisation", "case__broker")
    return related.prefetch_related(Prefetch("choices", choices)).order_by("pk")


def item(plan: Plan, key: str) -> Item:
    """Return the row of a need or case by its code; raise Missing."""
    found = rows(plan).filter(key=key).first() if is_code(key) else None
    if found is None:
        raise Missing
    return found


def choice(plan: Plan, key: str, who: str) -> Choice:
    """Return the choice of a row by the key of its studio or broker; raise Missing."""
    found = Choice.objects.filter(_is(who), item__plan=plan, item__key=key)
    one = found.select_related("item__plan__association", "item__need", "studio", "broker").first()
    if one is None:
        raise Missing
    return one


def ruling(plan: Plan, key: str, who: str) -> Ruling:
    """Return what was ruled about a row and a studio or broker; raise Missing."""
    kept = Ruling.objects.filter(_is(who), plan=plan, key=key)
    found = kept.select_related("plan__association").first()
    if found is None:
        raise Missing
    return found


def rulings(plan: Plan, items: Iterable[Item]) -> dict[str, list[Ruling]]:
    """Return what was excluded from some rows, by row."""
    found: dict[str, list[Ruling]] = {}
    keys = [one.key for one in items]
    kept = Ruling.objects.filter(plan=plan, key__in=keys, kind="ban")
    for one in kept.select_related("studio", "broker").order_by("at", "pk"):
        found.setdefault(one.key, []).append(one)
    return found


def somebody(plan: Plan, who: str) -> Studio | Person:
    """Return a studio that stands in the plan, or a broker of its area, by key; raise Missing."""
    for carrier in carrying.crew(plan):
        if carrier.key == who:
            return carrier.person
    found = Studio.objects.filter(
        Exists(Choice.objects.filter(item__plan=plan, studio=OuterRef("pk"))), code=who
    ).first()
    if found is None:
        raise Missing
    return found


def burdens(plan: Plan) -> list[Burden]:
    """Return the brokers of the area before and after the plan, by name; rows taken up already count as before."""
    chosen = Choice.objects.filter(
        item__plan=plan, item__taken_at=None, is_chosen=True, broker__isnull=False
    )
    added = Counter(chosen.values_list("broker_id", flat=True))
    return [Burden(one, added[one.person.pk]) for one in carrying.crew(plan)]


def counts(plan: Plan, *, by: Visitor) -> dict[str, int]:
    """Return how many rows each of the views of a plan has."""
    return {show: rows(plan, show=show, by=by).count() for show in ("", "gaps", "moved", "mine")}


def waiting_for(person: Person) -> QuerySet[Item]:
    """Return the rows of applied plans that wait for the person to take them up, oldest first."""
    named = Choice.objects.filter(item=OuterRef("pk"), is_chosen=True, broker=person)
    found = Item.objects.filter(
        Exists(named), plan__state=State.APPLIED, taken_at=None, skipped=""
    ).filter(Q(need=None, case__state__in=LIVE) | Q(need__state=NeedState.OPEN))
    return found.select_related("plan", "need", "case").order_by("plan__applied_at", "pk")


def overtaken(plan: Plan) -> tuple[list[int], dict[int, Skipped]]:
    """Return the rows whose need or case is gone, and the choices that hold no longer with the reason."""
    items = list(rows(plan))
    asked = {one.key: weighing.Asked(one.need, one.case) for one in items if one.need is not None}
    refused, invited = weighing.said(asked)
    chosen = [
        (one.key, it)
        for one in items
        for it in one.choices.all()
        if it.is_chosen and it.studio is not None
    ]
    left = weighing.places(
        plan, {it.studio_id: it.studio for _key, it in chosen if it.studio}.values()
    )
    held: dict[int, Skipped] = {}
    for key, one in chosen:
        code = one.studio.code if one.studio is not None else ""
        if (key, code) in refused:
            held[one.pk] = Skipped.REFUSED
        elif (key, code) in invited:
            held[one.pk] = Skipped.INVITED
        elif one.offer is not None and one.offer.state != OfferState.OPEN:
            held[one.pk] = Skipped.CLOSED
        elif not left[code]:
            held[one.pk] = Skipped.FULL
        else:
            left[code] -= 1
    return [one.pk for one in items if is_gone(one)], held


def is_gone(item: Item) -> bool:
    """Tell whether a row that nobody took up has nothing to take up any more."""
    if item.case is not None:
        return item.case.state not in LIVE
    return item.need is None or item.need.state != NeedState.OPEN


def names_for(plan: Plan, items: Sequence[Item]) -> dict[str, str]:
    """Return the names of all codes that the reasons of a plan and of some of its rows speak of."""
    kept = [*plan.notes]
    before: set[str] = set()
    for one in items:
        kept += [*one.gaps, *one.broker_gaps]
        before |= set(one.before)
    return names(names_within(reason_from_json(one) for one in kept) | before)


def names(codes: Collection[str]) -> dict[str, str]:
    """Return the names of needs, cases, studios and brokers by their keys."""
    found: dict[str, str] = {}
    for code, title in Need.objects.filter(code__in=codes).values_list("code", "public_title"):
        found[code] = short(title)
    for code, title in Case.objects.filter(code__in=codes).values_list("code", "title"):
        found[code] = short(title)
    for code, name in Studio.objects.filter(code__in=codes).values_list("code", "name"):
        found[code] = short(name)
    numbers = {code: code[2:] for code in codes if code.startswith("B-") and code[2:].isdigit()}
    persons = Person.objects.filter(pk__in=[int(one) for one in numbers.values()])
    for pk, name in persons.values_list("pk", "name"):
        found[BROKER_KEY.format(pk)] = short(name)
    return found


def _is(who: str) -> Q:
    """Return the condition that a row speaks of a studio or broker, by key."""
    number = who[2:]
    if who == BROKER_KEY.format(number) and number.isascii() and number.isdigit():
        return Q(broker=int(number[:9]))
    return Q(studio__code=who) if is_code(who) else Q(pk__in=[])


def held_about(person: Person) -> Held:
    """Return what is held about a person: plans made, rulings, cases taken, what plans proposed for a broker."""
    made = Plan.objects.filter(Q(made_by=person) | Q(applied_by=person)).order_by("pk")
    ruled = Ruling.objects.filter(by=person).order_by("pk")
    taken = Item.objects.filter(taken_by=person).order_by("pk")
    proposed = Choice.objects.filter(broker=person).order_by("pk")
    about = Ruling.objects.filter(broker=person).order_by("pk")
    counted = Capacity.objects.filter(broker=person).order_by("pk")
    return {
        "plans": list(made.values("code", "week_on", "state", "made_at", "applied_at")),
        "plan_rulings": list(ruled.values("kind", "at", code=F("plan__code"), about=F("key"))),
        "plan_cases": list(taken.values(code=F("plan__code"), about=F("key"), at=F("taken_at"))),
        "plan_proposals": [
            *proposed.values(
                "score", "is_chosen", code=F("item__plan__code"), about=F("item__key")
            ),
            *about.values("kind", code=F("plan__code"), about=F("key")),
            *counted.values("count", code=F("plan__code")),
        ],
    }
