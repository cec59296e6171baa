"""``keqiao tour``: who goes where, what is missing and why, or what contradicts itself."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.tours.round import both_can, node, terms, tour_of

from keqiao.ops import cli
from keqiao.organisations.models import Membership
from keqiao.tours import selectors, services

pytestmark = pytest.mark.django_db


def test_a_plan_is_printed_with_every_stop_and_its_sums(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    tour = tour_of(cast)
    assert cli.main(["tour", tour.plan.code.lower()]) == 0
    said = capsys.readouterr().out
    stops = tour.stops()
    assert stops
    for stop in stops:
        assert f"{stop.firm.organisation.name}　{stop.score:.1f} 分" in said
        assert stop.day.expert.body.name in said
    assert "离上限最多还差" in said


def test_a_plan_without_sides_says_why_there_is_none(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    both_can(cast)
    plan = services.draft(node(), terms(), by=cast.wu)
    assert not plan.is_solved
    assert cli.main(["tour", plan.code]) == 1
    plan.refresh_from_db()
    assert plan.is_solved
    assert "排不出来：" in capsys.readouterr().out


@pytest.mark.parametrize("code", ["T-0", "../etc", "\x00", "𠮷"])
def test_a_number_that_is_no_plans_is_told(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["tour", code]) == 2
    assert "没有编号为" in capsys.readouterr().err


def test_a_plan_knows_for_which_enterprise_nobody_acts(cast: Cast) -> None:
    tour = tour_of(cast)
    Membership.objects.filter(organisation=tour.cement.organisation).delete()
    told = {one.organisation_id: vars(one)["has_members"] for one in selectors.firms(tour.plan)}
    assert told == {cast.lithium.pk: True, tour.cement.organisation_id: False}
