"""A society goes to enterprises by what it knows: entered, compared, arranged, and read by who sits for it."""

from __future__ import annotations

import pytest
from tests.cast import YAAN, Cast
from tests.crew import Crew
from tests.tours.round import Tour, node, tour_of

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.base.errors import Invalid, Missing
from keqiao.matching.types import reason_from_json
from keqiao.places.models import Association
from keqiao.tours import selectors, services, sides
from keqiao.tours.models import Expert
from keqiao.tours.types import Going, Receiving, sentence
from keqiao.visits import policies as visits
from keqiao.visits.models import Visit

pytestmark = pytest.mark.django_db
CODE, NAME = "S-X5118", "雅安𠮷示例建材学会"


@pytest.fixture
def society(cast: Cast) -> Association:
    """Return a society under 雅安市科协."""
    assert cast.wu is not None
    values = {"code": CODE, "name": NAME, "kind": "society", "region_id": YAAN}
    found: Association = Association.objects.add_child(node(), values)
    return found


@pytest.fixture
def tour(cast: Cast, society: Association) -> Tour:
    """Return a solved plan in which the society alone may go to 雅安示例水泥, by the class of its industry."""
    made = tour_of(cast)
    going = Going(YAAN, industry_ids=("C3011",))
    sides.add_expert(made.plan, society, going, by=cast.wu, revision=made.revision())
    for one in (cast.chen_studio, cast.gu_studio):
        expert = made.expert(one.code)
        services.exclude(made.cement, expert, by=cast.wu, revision=made.revision())
    made.solve()
    return made


def test_a_society_is_compared_by_the_fields_that_were_entered(tour: Tour) -> None:
    assert tour.met()[tour.cement.organisation.name] == {NAME}
    (stop,) = [one for one in tour.stops() if one.firm_id == tour.cement.pk]
    said = [sentence(reason_from_json(part["reason"]), {}) for part in stop.parts]
    assert (said, stop.score) == (["做过或熟悉同一行业小类：水泥制造"], 60)


def test_a_society_with_nothing_in_common_stays_away_and_the_gap_says_so(
    cast: Cast, tour: Tour
) -> None:
    far = Going(YAAN, subject_ids=("F0304",))
    sides.change_expert(tour.expert(CODE), far, by=cast.wu, revision=tour.revision())
    tour.solve()
    assert NAME not in {name for names in tour.met().values() for name in names}
    tour.cement.refresh_from_db()
    assert tour.cement.missing_count == 1


def test_fields_that_were_entered_count_for_a_studio_too(cast: Cast, tour: Tour) -> None:
    about = Receiving("511803", subject_id="F0304")
    sides.change_firm(tour.cement, about, by=cast.wu, revision=tour.revision())
    sides.drop_expert(tour.expert(CODE), by=cast.wu, revision=tour.revision())
    sides.drop_expert(tour.expert(cast.gu_studio.code), by=cast.wu, revision=tour.revision())
    ruling = selectors.ruling(tour.plan, tour.cement.organisation.code, cast.chen_studio.code)
    services.withdraw(ruling, by=cast.wu, revision=tour.revision())
    tour.solve()
    assert tour.cement.organisation.name not in tour.met()
    knows = Going(YAAN, subject_ids=("F0304",))
    chen = tour.expert(cast.chen_studio.code)
    sides.change_expert(chen, knows, by=cast.wu, revision=tour.revision())
    tour.solve()
    assert tour.met()[tour.cement.organisation.name] == {cast.chen_studio.name}


@pytest.mark.parametrize(
    ("going", "field"),
    [
        (Going(YAAN), "subject_ids"),
        (Going(YAAN, industry_ids=("C301X",)), "industry_ids"),
        (Going(YAAN, subject_ids=("㐂",)), "subject_ids"),
        (Going(YAAN, subject_ids=("F01", "F02", "F03", "F04")), "subject_ids"),
    ],
)
def test_a_society_without_a_field_or_with_wrong_ones_is_refused(
    cast: Cast, tour: Tour, society: Association, going: Going, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        sides.change_expert(tour.expert(CODE), going, by=cast.wu, revision=tour.revision())
    assert [one.field for one in refused.value.problems] == [field]
    assert tour.expert(CODE).industries == ["C3011"]
    sides.drop_expert(tour.expert(CODE), by=cast.wu, revision=tour.revision())
    with pytest.raises(Invalid) as refused:
        sides.add_expert(tour.plan, society, going, by=cast.wu, revision=tour.revision())
    assert [one.field for one in refused.value.problems] == [field]
    assert not Expert.objects.filter(plan=tour.plan, society=society).exists()


def test_an_association_is_no_expert_and_nobody_goes_twice(
    cast: Cast, tour: Tour, society: Association
) -> None:
    going = Going(YAAN, subject_ids=("F0304",))
    for body in (node(), society, cast.chen_studio):
        with pytest.raises(Invalid):
            sides.add_expert(tour.plan, body, going, by=cast.wu, revision=tour.revision())
    assert Expert.objects.filter(plan=tour.plan).count() == 3


def test_applied_the_society_visits_and_who_sits_for_it_reads_its_way(
    crew: Crew, tour: Tour, society: Association
) -> None:
    cast = crew.cast
    access.grant(crew.luo, Role.ORGANISER, society, by=cast.he)
    with pytest.raises(Missing):
        selectors.itinerary(tour.plan.code, "experts", CODE, by=crew.luo)
    services.apply(tour.plan, by=cast.wu, revision=tour.revision())
    visit = Visit.objects.get(organisation=tour.cement.organisation)
    assert [one.society for one in visit.experts.all()] == [society]
    assert visits.may_write(crew.luo, visit)
    found = selectors.itinerary(tour.plan.code, "experts", CODE, by=crew.luo)
    assert (found.name, len(found.stops)) == (NAME, 1)
    going, receiving = selectors.sides_of(crew.luo, since=tour.plan.begins_on)
    assert ([one.body for one in going], receiving) == ([society], [])
    with pytest.raises(Missing):
        selectors.itinerary(tour.plan.code, "experts", CODE, by=crew.ma)


def test_who_runs_a_studio_does_not_read_the_way_of_a_society(tour: Tour, cast: Cast) -> None:
    services.apply(tour.plan, by=cast.wu, revision=tour.revision())
    with pytest.raises(Missing):
        selectors.itinerary(tour.plan.code, "experts", CODE, by=cast.chen)
