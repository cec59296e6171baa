"""A broker locks, moves, excludes; every run keeps it; applied, each stop is a visit, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from tests.cast import Cast
from tests.tours.round import Tour, tour_of

from keqiao.base.errors import Invalid
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry
from keqiao.tours import selectors, services, sides
from keqiao.tours.models import Stop
from keqiao.tours.types import Receiving
from keqiao.visits.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def tour(cast: Cast) -> Tour:
    """Return a solved plan."""
    return tour_of(cast)


def stop_of(tour: Tour) -> Stop:
    """Return the first stop at 雅安示例水泥."""
    return next(one for one in tour.stops() if one.firm_id == tour.cement.pk)


def other(tour: Tour, stop: Stop) -> str:
    """Return the code of the expert who does not make a stop."""
    studios = {tour.cast.chen_studio.code, tour.cast.gu_studio.code}
    (code,) = studios - {stop.day.expert.body.code}
    return code


def test_a_lock_on_a_day_is_kept_by_every_run(cast: Cast, tour: Tour) -> None:
    stop = stop_of(tour)
    for day in tour.plan.days:
        expert = tour.expert(stop.day.expert.body.code)
        services.lock(tour.cement, expert, day_on=day, by=cast.wu, revision=tour.revision())
        tour.solve()
        found = stop_of(tour)
        assert timezone.localtime(found.starts_at).date() == day
        assert (found.is_locked, found.day.expert.body) == (True, stop.day.expert.body)
    entry = Entry.objects.filter(action="tour.changed").order_by("-position")[0]
    assert entry.data["day"] == tour.plan.days[-1].isoformat()
    assert len(tour.ruled()) == 1


def test_a_stop_moves_to_another_expert_and_back(cast: Cast, tour: Tour) -> None:
    stop = stop_of(tour)
    taker = tour.expert(other(tour, stop))
    services.move(
        tour.cement, taker, instead_of=stop.day.expert, by=cast.wu, revision=tour.revision()
    )
    tour.solve()
    assert tour.met()["雅安示例水泥有限公司"] == {taker.body.name}
    ruling = selectors.ruling(tour.plan, tour.cement.organisation.code, taker.body.code)
    services.withdraw(ruling, by=cast.wu, revision=tour.revision())
    tour.solve()
    assert tour.ruled() == []
    assert tour.met()["雅安示例水泥有限公司"] == {stop.day.expert.body.name}


def test_where_a_firm_wants_several_the_one_before_is_left_out(cast: Cast, tour: Tour) -> None:
    about = Receiving("511803", industry_id="C3011", wanted=2)
    sides.change_firm(tour.cement, about, by=cast.wu, revision=tour.revision())
    tour.solve()
    assert len(tour.met()["雅安示例水泥有限公司"]) == 2
    firm = selectors.firm(tour.plan, tour.cement.organisation.code)
    before, taker = (tour.expert(one.code) for one in (cast.chen_studio, cast.gu_studio))
    services.move(firm, taker, instead_of=before, by=cast.wu, revision=tour.revision())
    tour.solve()
    assert tour.met()["雅安示例水泥有限公司"] == {cast.gu_studio.name}
    assert {kind for _firm, _who, kind in tour.ruled()} == {"lock", "ban"}


def test_an_excluded_pair_never_meets_and_the_gap_says_so(cast: Cast, tour: Tour) -> None:
    for code in (cast.chen_studio.code, cast.gu_studio.code):
        services.exclude(tour.cement, tour.expert(code), by=cast.wu, revision=tour.revision())
    tour.solve()
    assert "雅安示例水泥有限公司" not in tour.met()
    tour.cement.refresh_from_db()
    assert [one["code"] for one in tour.cement.gaps] == ["gap.conflict"]
    assert tour.plan.served_count == 1


def test_a_day_outside_the_plan_is_refused_and_one_that_left_it_is_said(
    cast: Cast, tour: Tour
) -> None:
    stop = stop_of(tour)
    expert, last = stop.day.expert, tour.plan.days[-1]
    day = last + dt.timedelta(days=9)
    with pytest.raises(Invalid):
        services.lock(tour.cement, expert, day_on=day, by=cast.wu, revision=tour.revision())
    services.lock(tour.cement, expert, day_on=last, by=cast.wu, revision=tour.revision())
    kept = services.terms_of(tour.plan)
    shorter = dt.timedelta(days=1)
    terms = type(kept)(kept.title, kept.begins_on, kept.ends_on - shorter, threshold=0)
    services.set_terms(tour.plan, terms, by=cast.wu, revision=tour.revision())
    tour.solve()
    assert [one["code"] for one in tour.plan.problems] == ["lock.day"]
    assert tour.stops() == []


def test_fairness_serves_both_and_says_what_that_costs(cast: Cast, tour: Tour) -> None:
    sides.drop_expert(tour.expert(cast.gu_studio.code), by=cast.wu, revision=tour.revision())
    tour.solve()
    assert tour.plan.served_count == 2
    assert tour.plan.cost >= 0
    assert tour.plan.points <= tour.plan.bound + 1e-6
    assert tour.plan.gap < 0.2


def test_applied_every_stop_is_a_visit_once_and_nothing_changes_any_more(
    cast: Cast, tour: Tour
) -> None:
    plan = services.apply(tour.plan, by=cast.wu, revision=tour.revision())
    assert (plan.state, Visit.objects.count()) == ("applied", len(tour.stops()))
    for stop in Stop.objects.select_related("visit", "firm__organisation", "day__expert__studio"):
        assert stop.visit is not None
        assert stop.visit.organisation == stop.firm.organisation
        assert (stop.visit.starts_at, stop.visit.ends_at) == (stop.starts_at, stop.ends_at)
        assert [one.studio for one in stop.visit.experts.all()] == [stop.day.expert.body]
        assert stop.visit.place == stop.firm.address
    assert services.apply(plan, by=cast.wu, revision=plan.revision).state == "applied"
    assert Visit.objects.count() == len(tour.stops())
    entries = Entry.objects.filter(action="tour.applied")
    assert [one.data for one in entries] == [{"visits": 2, "stops": 2}]
    for change in (services.rerun, services.discard, sides.add_local_experts):
        with pytest.raises(WrongState):
            change(plan, by=cast.wu, revision=plan.revision)


def test_experts_at_one_firm_at_one_time_are_one_visit(cast: Cast, tour: Tour) -> None:
    about = Receiving("511803", industry_id="C3011", wanted=2, hours=((840, 930),))
    sides.change_firm(tour.cement, about, by=cast.wu, revision=tour.revision())
    firm = selectors.firm(tour.plan, tour.cement.organisation.code)
    for code in (cast.chen_studio.code, cast.gu_studio.code):
        services.lock(
            firm, tour.expert(code), day_on=tour.plan.days[0], by=cast.wu, revision=tour.revision()
        )
    tour.solve()
    services.apply(tour.plan, by=cast.wu, revision=tour.revision())
    visit = Visit.objects.get(organisation=firm.organisation)
    assert {one.studio for one in visit.experts.all()} == {cast.chen_studio, cast.gu_studio}


def test_who_saw_an_older_plan_is_told(cast: Cast, tour: Tour) -> None:
    seen = tour.revision()
    services.rerun(tour.plan, by=cast.wu, revision=seen)
    tour.solve()
    stop = stop_of(tour)
    presses: tuple[Callable[[], object], ...] = (
        lambda: services.apply(tour.plan, by=cast.wu, revision=seen),
        lambda: services.exclude(tour.cement, stop.day.expert, by=cast.wu, revision=seen),
        lambda: sides.drop_firm(tour.cement, by=cast.wu, revision=seen),
        lambda: services.discard(tour.plan, by=cast.wu, revision=seen),
    )
    for press in presses:
        with pytest.raises(services.ChangedMeanwhile):
            press()
    tour.plan.refresh_from_db()
    assert (tour.plan.state, tour.ruled(), Visit.objects.count()) == ("draft", [], 0)
