"""Questions about plans of visits: who may see them, and what stands in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from keqiao.access.policies import Visitor, grants
from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.matching.types import reason_from_json
from keqiao.offers.models import Studio
from keqiao.organisations import policies as organisations
from keqiao.organisations.models import Membership, Organisation
from keqiao.places.models import Association
from keqiao.tours import policies
from keqiao.tours.models import Alternate, Day, Expert, Firm, Plan, Ruling, Stop
from keqiao.tours.policies import PLANNERS
from keqiao.tours.states import State
from keqiao.tours.types import names_within, short

WHO_COMES = ("day__expert__studio", "day__expert__society")  # of a stop


@dataclass(frozen=True, slots=True)
class Itinerary:
    """The stops of one side of a plan by time: an expert's, or a firm's."""

    plan: Plan
    side: Expert | Firm
    stops: tuple[Stop, ...]

    @property
    def name(self) -> str:
        """Return whose itinerary it is."""
        return self.side.body.name if isinstance(self.side, Expert) else self.side.organisation.name


def plans(person: Visitor) -> QuerySet[Plan]:
    """Return the plans that the person may see, the latest first."""
    rows = Plan.objects.filter(policies.visible_to(person))
    rows = rows.select_related("association__region", "made_by", "applied_by")
    return rows.order_by("-begins_on", "-pk")


def counted(person: Visitor) -> QuerySet[Plan]:
    """Return the plans that the person may see with how many experts, firms and stops each has."""
    return plans(person).annotate(
        experts_count=Count("experts", distinct=True),
        firms_count=Count("firms", distinct=True),
        stops_count=Count("experts__days__stops", distinct=True),
    )


def get(code: str, *, by: Visitor) -> Plan:
    """Return the plan of ``code``; raise Missing when ``by`` may not know of it."""
    found = plans(by).filter(code=code).first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def nodes(person: Visitor) -> list[Association]:
    """Return the associations whose visits the person plans: those of the own grants first, then those below."""
    held = [
        grant.association
        for grant in grants(person)
        if grant.role in PLANNERS and grant.association.kind == Association.Kind.ASSOCIATION
    ]
    if not held:
        return []
    below = Q(pk__in=[one.pk for one in held])
    for one in held:
        below |= Q(path__startswith=one.path)
    rows = Association.objects.filter(
        below, is_active=True, kind=Association.Kind.ASSOCIATION
    ).order_by("path")
    own = {one.pk for one in held}
    return sorted(rows, key=lambda one: (one.pk not in own, one.path))


def node(code: str, *, by: Visitor) -> Association:
    """Return an association whose visits the person plans; raise Missing."""
    kept = Association.objects.filter(code=code, is_active=True)
    found: Association | None = kept.first() if is_code(code) else None
    if found is None or not policies.may_plan(by, found):
        raise Missing
    return found


def days(plan: Plan) -> QuerySet[Day]:
    """Return who travels on which day, by day and expert, with the stops of each."""
    stops = Stop.objects.select_related(
        "firm__organisation", "firm__region", "firm__need", "firm__industry", "firm__subject", "visit"
    ).order_by("starts_at")  # fmt: skip
    rows = Day.objects.filter(expert__plan=plan).select_related(
        "expert__studio", "expert__society", "expert__home"
    )
    name = Coalesce("expert__studio__name", "expert__society__name")
    return rows.prefetch_related(Prefetch("stops", stops)).order_by("day_on", name, "pk")


def firms(plan: Plan, *, only_missing: bool = False) -> QuerySet[Firm]:
    """Return the firms of a plan with who comes, who else could, what was ruled, and whether anybody acts for them."""
    stops = Stop.objects.select_related(*WHO_COMES, "visit").order_by("starts_at")
    others = Alternate.objects.select_related("expert__studio", "expert__society").order_by("rank")
    ruled = Ruling.objects.select_related("expert__studio", "expert__society", "by").order_by(
        "at", "pk"
    )
    acting = Membership.objects.filter(
        organisation=OuterRef("organisation"), ended_at=None, person__is_active=True
    )
    rows = Firm.objects.filter(plan=plan).annotate(has_members=Exists(acting))
    if only_missing:
        rows = rows.filter(missing_count__gt=0)
    related = ("organisation", "need", "industry", "subject", "region", "plan")
    found = rows.select_related(*related).prefetch_related(
        Prefetch("stops", stops), Prefetch("alternates", others), Prefetch("rulings", ruled)
    )
    return found.order_by("pk")


def counts(plan: Plan) -> dict[str, int]:
    """Return how many rows each of the views of a plan has: stops, firms, firms with gaps, experts."""
    rows = Firm.objects.filter(plan=plan)
    return {
        "": Stop.objects.filter(day__expert__plan=plan).count(),
        "firms": rows.count(),
        "gaps": rows.filter(missing_count__gt=0).count(),
        "experts": Expert.objects.filter(plan=plan).count(),
    }


def experts(plan: Plan) -> QuerySet[Expert]:
    """Return the experts of a plan with how many stops each has."""
    rows = Expert.objects.filter(plan=plan).annotate(given_count=Count("days__stops"))
    return rows.select_related("studio", "society", "home", "plan").order_by("pk")


def expert(plan: Plan, code: str) -> Expert:
    """Return an expert of a plan by the code of its studio or society; raise Missing."""
    whose = Q(studio__code=code) | Q(society__code=code)
    found = experts(plan).filter(whose).first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def firm(plan: Plan, code: str) -> Firm:
    """Return a firm of a plan by the code of its organisation; raise Missing."""
    found = firms(plan).filter(organisation__code=code).first() if is_code(code) else None
    if found is None:
        raise Missing
    return found


def ruling(plan: Plan, firm_code: str, who: str) -> Ruling:
    """Return what was ruled about a pair, by codes; raise Missing."""
    whose = Q(expert__studio__code=who) | Q(expert__society__code=who)
    rows = Ruling.objects.filter(whose, firm__plan=plan, firm__organisation__code=firm_code)
    found = rows.select_related(
        "firm__plan__association", "firm__organisation", "expert__studio", "expert__society"
    ).first()
    if found is None:
        raise Missing
    return found


def itinerary(code: str, side: str, who: str, *, by: Visitor) -> Itinerary:
    """Return the stops of an expert or a firm (``side`` is experts or firms); raise Missing for who may not read it."""
    plan = (
        Plan.objects.select_related("association").filter(code=code).first()
        if is_code(code)
        else None
    )
    if plan is None or plan.state == State.DISCARDED:
        raise Missing
    found: Expert | Firm = expert(plan, who) if side == "experts" else firm(plan, who)
    found.plan = plan
    if not policies.may_see_itinerary(by, found):
        raise Missing
    rows = Stop.objects.filter(day__expert__plan=plan).select_related(
        *WHO_COMES, "firm__organisation", "firm__region", "firm__need", "firm__industry", "firm__subject",
    )  # fmt: skip
    narrowed = (
        rows.filter(day__expert=found) if isinstance(found, Expert) else rows.filter(firm=found)
    )
    return Itinerary(plan, found, tuple(narrowed.order_by("starts_at", "pk")))


def sides_of(person: Person, *, since: dt.date) -> tuple[list[Expert], list[Firm]]:
    """Return where the person's studios, societies and organisations stand in applied plans that end after a day."""
    live = Q(plan__state=State.APPLIED, plan__ends_on__gte=since)
    going = Expert.objects.filter(live, policies.going_for(person), days__isnull=False)
    receiving = Firm.objects.filter(
        live, organisation__in=organisations.member_of(person), stops__isnull=False
    )
    order = ("plan__begins_on", "pk")
    return (
        list(going.select_related("plan", "studio", "society").distinct().order_by(*order)),
        list(receiving.select_related("plan", "organisation").distinct().order_by(*order)),
    )


def names_for(plan: Plan, rows: Iterable[Firm]) -> dict[str, str]:
    """Return the names of all codes that the reasons of a plan and of some of its firms speak of."""
    kept = [*plan.problems, *plan.notes, *(one for row in rows for one in row.gaps)]
    return names(names_within(reason_from_json(one) for one in kept))


def names(codes: Collection[str]) -> dict[str, str]:
    """Return the names of studios, societies and organisations by their codes."""
    studios = Studio.objects.filter(code__in=codes).values_list("code", "name")
    bodies = Organisation.objects.filter(code__in=codes).values_list("code", "name")
    nodes = Association.objects.filter(code__in=codes).values_list("code", "name")
    return {code: short(name) for code, name in [*nodes, *studios, *bodies]}


def held_about(person: Person) -> Held:
    """Return what is held about a person: plans made, what was ruled in them, the own studio's days and stops."""
    made = Plan.objects.filter(Q(made_by=person) | Q(applied_by=person)).order_by("pk")
    ruled = Ruling.objects.filter(by=person).order_by("pk")
    going = Expert.objects.filter(studio__person=person).order_by("pk")
    return {
        "tours": list(made.values("code", "title", "state", "made_at", "applied_at")),
        "tour_rulings": list(
            ruled.values("kind", "day_on", "at", code=F("firm__plan__code"), firm_name=F("firm__organisation__name"))
        ),
        "tour_days": list(
            going.values(
                "stops_a_day", "stops_count", "away", "home__name", code=F("plan__code"), day_on=F("days__day_on"),
                firm_name=F("days__stops__firm__organisation__name"), starts_at=F("days__stops__starts_at"),
            )
        ),
    }  # fmt: skip
