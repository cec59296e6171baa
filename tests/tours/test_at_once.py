"""Two at the desk at once, with real commits: one is heard, the other is told; a plan is applied once."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.needs.test_at_once import at_once
from tests.tours.round import tour_of

from keqiao.tours import selectors, services
from keqiao.tours.models import Plan, Ruling
from keqiao.visits.models import Visit

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_rulings_is_told(cast: Cast) -> None:
    tour = tour_of(cast)
    seen = tour.revision()

    def rule(code: str) -> object:
        firm = selectors.firm(Plan.objects.get(pk=tour.plan.pk), tour.cement.organisation.code)
        return services.exclude(firm, tour.expert(code), by=cast.wu, revision=seen)

    refusals = at_once(lambda: rule(cast.chen_studio.code), lambda: rule(cast.gu_studio.code))
    assert [type(one) for one in refusals] == [services.ChangedMeanwhile]
    assert Ruling.objects.count() == 1


def test_pressed_twice_at_once_a_plan_is_applied_once(cast: Cast) -> None:
    tour = tour_of(cast)
    seen = tour.revision()

    def apply() -> object:
        return services.apply(Plan.objects.get(pk=tour.plan.pk), by=cast.wu, revision=seen)

    refusals = at_once(apply, apply)
    assert {type(one) for one in refusals} <= {services.ChangedMeanwhile}
    assert Visit.objects.count() == len(tour.stops()) == 2


def test_two_workers_solve_a_plan_once(cast: Cast) -> None:
    tour = tour_of(cast)
    services.rerun(tour.plan, by=cast.wu, revision=tour.revision())

    def solve() -> object:
        return services.solve(tour.plan.code)

    assert at_once(solve, solve) == []
    tour.plan.refresh_from_db()
    assert tour.plan.is_solved
    assert len(tour.stops()) == 2
