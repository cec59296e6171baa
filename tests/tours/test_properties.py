"""Whatever days, hours, places and rulings the rows hold: a plan made of them keeps every rule, or says why not."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.cast import Cast
from tests.tours.round import first_day, node, terms

from keqiao.engine.visits.wording import SENTENCES
from keqiao.offers.models import Studio
from keqiao.organisations.models import Organisation
from keqiao.tours import services
from keqiao.tours.models import Expert, Firm, Plan, Ruling, Stop
from keqiao.tours.types import Hours

pytestmark = pytest.mark.django_db
COUNTIES = ("511802", "511803", "511824", "510100")
HOURS: tuple[Hours, ...] = (((540, 720), (840, 1080)), ((840, 1080),), ((540, 660),))
DAYS = [(first_day() + dt.timedelta(days=number)).isoformat() for number in range(3)]
FIRMS, EXPERTS = 4, 3
away = some.lists(some.sampled_from(DAYS), unique=True)


@some.composite
def rows(draw: some.DrawFn) -> tuple[list[Firm], list[Expert], list[tuple[int, int, str, str]]]:
    """Draw firms, experts and rulings as (firm, expert, kind, day or nothing)."""
    firms = [
        Firm(
            industry_id=draw(some.sampled_from(["C3011", "C3012", "C30", "A0111"])),
            region_id=draw(some.sampled_from(COUNTIES)),
            hours=[list(span) for span in draw(some.sampled_from(HOURS))],
            stay=draw(some.sampled_from([60, 120])),
            wanted=draw(some.integers(1, 2)),
            away=sorted(draw(away)),
        )
        for _number in range(FIRMS)
    ]
    experts = [
        Expert(
            home_id=draw(some.sampled_from(COUNTIES)),
            stops_a_day=draw(some.integers(1, 3)),
            stops_count=draw(some.integers(0, 4)),
            away=sorted(draw(away)),
        )
        for _number in range(EXPERTS)
    ]
    couple = some.tuples(some.integers(0, FIRMS - 1), some.integers(0, EXPERTS - 1))
    ruled = [
        (*one, *draw(some.sampled_from([("ban", ""), ("lock", ""), ("lock", DAYS[1])])))
        for one in draw(some.lists(couple, unique=True, max_size=3))
    ]
    return firms, experts, ruled


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """Return an empty plan of three days, four enterprises and three studios to fill it with."""
    offer = cast.open_offer()
    values = {
        field.attname: getattr(offer, field.attname)
        for field in type(offer)._meta.concrete_fields
        if field.attname not in {"id", "code", "studio_id"}
    }
    for at in range(EXPERTS):
        studio = Studio.objects.create(
            code=f"S-X{at}", name=f"第{at}工作室", region_id="511800", organisation=cast.rival
        )
        copy = type(offer).objects.create(code=f"F-X{at}", studio=studio, **values)
        copy.industries.add(*offer.industries.all())
    for at in range(FIRMS):
        Organisation.objects.create(
            code=f"O-X{at}", name=f"第{at}㐂𠮷·厂", kind="enterprise", region_id="511800"
        )
    return services.draft(node(), terms(seconds=5), by=cast.wu)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows())
def test_a_plan_of_rows_keeps_days_hours_counts_and_rulings(
    cast: Cast, plan: Plan, drawn: tuple[list[Firm], list[Expert], list[tuple[int, int, str, str]]]
) -> None:
    with transaction.atomic():
        firms, experts, ruled = drawn
        bodies = Organisation.objects.filter(code__in=[f"O-X{at}" for at in range(FIRMS)]).order_by(
            "code"
        )
        studios = Studio.objects.filter(code__in=[f"S-X{at}" for at in range(EXPERTS)]).order_by(
            "code"
        )
        for firm, body in zip(firms, bodies, strict=True):
            firm.pk, firm.plan, firm.organisation = None, plan, body
        for expert, studio in zip(experts, studios, strict=True):
            expert.pk, expert.plan, expert.studio = None, plan, studio
        Firm.objects.bulk_create(firms)
        Expert.objects.bulk_create(experts)
        for firm_at, expert_at, kind, day in ruled:
            Ruling.objects.create(
                firm=firms[firm_at], expert=experts[expert_at], kind=kind, day_on=day or None, by=cast.wu
            )  # fmt: skip
        assert services.solve(plan.code)
        made = Plan.objects.get(pk=plan.pk)
        if made.problems:
            assert {one["code"].split(".")[0] for one in made.problems} == {"lock"}
            assert {one["code"] for one in made.problems} <= set(SENTENCES)
            assert not Stop.objects.exists()
        else:
            keeps_the_rules(made)
        transaction.set_rollback(True)


def keeps_the_rules(plan: Plan) -> None:
    """Hold every stop against its rows."""
    stops = list(
        Stop.objects.select_related("firm", "day__expert").order_by("day", "starts_at", "pk")
    )
    met = Counter((one.firm_id, one.day.expert_id) for one in stops)
    assert all(count == 1 for count in met.values())
    for one in stops:
        starts, ends = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
        day = starts.date().isoformat()
        assert day == one.day.day_on.isoformat() == ends.date().isoformat()
        assert day in DAYS
        assert day not in one.firm.away
        assert day not in one.day.expert.away
        span = [moment.hour * 60 + moment.minute for moment in (starts, ends)]
        assert span[1] - span[0] == one.firm.stay
        assert any(opens <= span[0] and span[1] <= closes for opens, closes in one.firm.hours)
    for before, after in pairwise(stops):
        if before.day_id == after.day_id:
            assert after.starts_at >= before.ends_at + dt.timedelta(minutes=after.minutes)
    for expert in Expert.objects.filter(plan=plan).prefetch_related("days__stops"):
        own = [list(day.stops.all()) for day in expert.days.all()]
        assert sum(map(len, own)) <= expert.stops_count
        assert all(len(of_day) <= expert.stops_a_day for of_day in own)
    for firm in Firm.objects.filter(plan=plan).prefetch_related("stops"):
        assert firm.stops.count() + firm.missing_count == firm.wanted
        assert bool(firm.gaps) == bool(firm.missing_count)
    for ruling in Ruling.objects.filter(firm__plan=plan):
        is_there = (ruling.firm_id, ruling.expert_id) in met
        assert is_there == (ruling.kind == "lock")
        if ruling.day_on is not None:
            assert any(
                one.day.day_on == ruling.day_on and one.firm_id == ruling.firm_id for one in stops
            )
