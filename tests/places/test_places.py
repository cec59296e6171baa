"""Loading, looking up, and the association tree, on a real database."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction

from keqiao.base.errors import Invalid, Missing
from keqiao.engine.visits import road
from keqiao.engine.visits.types import Point, Rules
from keqiao.journal.models import Entry
from keqiao.places import reference, selectors, services
from keqiao.places.models import Association, Region, Subject
from keqiao.places.types import Count, Distance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

pytestmark = pytest.mark.django_db

SICHUAN = "510000"
HOSTILE = [
    "",
    " ",
    "\x00",
    "'; DROP TABLE--",
    "51%",
    "__1800",
    "不存在县",
    "9" * 500,
    "\u202e0015",
    "５１",
]


@pytest.fixture(scope="module")
def shared_rows(
    django_db_setup: None,  # noqa: ARG001 - creates the database
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Load and plant once for all tests here, each of which undoes only what it did itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        services.load_reference()
        services.plant_associations(SICHUAN)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def loaded(shared_rows: None, db: None) -> None:
    """Make the order plain: the shared rows first, then the transaction of the test."""


class Some:
    """An actor with a number; who that is concerns other rooms."""

    pk = 7


def test_a_load_mends_what_differs_and_says_how_much() -> None:
    Region.objects.filter(pk="511800").update(name="雅州市", short_name="雅州")
    Region.objects.filter(pk="511803").update(valid_to=date(2020, 1, 1))
    Subject.objects.filter(pk="E01").update(name_en="")
    counts = services.load_reference(by=Some())
    assert counts["regions"] == Count(0, 2, len(list(reference.regions())) - 2, 0)
    assert counts["subjects"].changed == 1
    assert selectors.region("511800").name == "雅安市"
    assert selectors.region("511803").valid_to is None
    entry = Entry.objects.filter(action="reference.loaded").latest("position")
    assert entry.actor_id == 7
    assert entry.data["regions"] == {"added": 0, "changed": 2, "ended": 0}


def test_a_code_that_is_gone_from_the_file_ends_and_is_not_deleted() -> None:
    Region.objects.create(
        code="519900", name="旧市", short_name="旧", level="city", parent_id=SICHUAN
    )
    assert services.load_reference()["regions"].ended == 1
    assert selectors.region("519900").valid_to is not None
    assert not services.load_reference()["regions"].is_change


def test_a_code_that_the_file_ends_stays_known() -> None:
    assert selectors.region("510124").name == "郫县"
    assert selectors.region("510124").valid_to == date(2016, 11, 24)
    assert "510124" not in dict(selectors.region_choices("510100"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "099999", "level": "county", "parent_id": SICHUAN},
        {"code": "990000", "level": "province", "parent_id": None},
        {"code": "519901", "level": "county", "parent_id": None},
        {"code": "519902", "level": "village", "parent_id": SICHUAN},
        {"code": "530001", "level": "province", "parent_id": SICHUAN},
    ],
)
def test_the_database_refuses_a_region_out_of_place(wrong: dict[str, str | None]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.create(name="乱", short_name="乱", **wrong)


def test_the_database_refuses_a_region_that_ends_before_it_begins() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.filter(pk=SICHUAN).update(
            valid_from=date(2020, 1, 2), valid_to=date(2020, 1, 1)
        )


def test_a_region_is_found_by_code_and_every_name() -> None:
    yaan = selectors.region("511800")
    for name in ("雅安", "雅安市", "四川省雅安市", "四川雅安"):
        assert selectors.regions_named(name) == [yaan]
    assert [region.code for region in selectors.regions_named("名山")] == ["511803"]
    assert len(selectors.regions_named("鼓楼区")) == 4


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_codes_and_names_find_nothing_and_break_nothing(hostile: str) -> None:
    for look_up in (selectors.region, selectors.industry, selectors.subject):
        with pytest.raises(Missing):
            look_up(hostile)
    assert not selectors.regions_under(hostile)
    assert not selectors.industries_under(hostile)
    assert selectors.ancestors(hostile) == []
    assert selectors.path_name(hostile) == ""
    assert selectors.association_for(hostile) is None
    assert selectors.search_subjects(hostile) == []
    assert selectors.search_industries(hostile) == []
    assert selectors.regions_named(hostile) == []


@pytest.mark.parametrize(
    ("code", "shared"), [("510000", "51"), ("511800", "5118"), ("511000", "5110"), ("51", "51")]
)
def test_a_prefix_is_what_all_codes_inside_share(code: str, shared: str) -> None:
    assert selectors.prefix(code) == shared


def test_regions_under_a_code_are_itself_and_all_below() -> None:
    under = set(selectors.regions_under("511800").values_list("code", flat=True))
    assert {"511800", "511803", "511822"} <= under
    assert len(under) == 9
    assert selectors.regions_under("51").filter(level="city").count() == 21


def test_a_path_names_the_region_from_the_province_down() -> None:
    assert selectors.path_name("511803") == "四川省 · 雅安市 · 名山区"
    assert selectors.path_name("110105") == "北京市 · 朝阳区"
    assert selectors.path_name("810000") == "香港特别行政区"
    assert [region.code for region in selectors.ancestors("511803")] == ["510000", "511800"]


def test_choices_cost_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert ("511800", "雅安市") in selectors.region_choices(SICHUAN)
    assert len(selectors.region_choices()) == 34
    assert selectors.industry_choices()[0] == ("A", "农、林、牧、渔业")
    assert ("A01", "数学") in selectors.subject_choices()


def test_industries_and_subjects_are_found_by_code_prefix_and_name() -> None:
    assert selectors.industry("C3741").name == "飞机制造"
    assert selectors.subject("A0101").name == "数论"
    assert {row.code for row in selectors.industries_under("C374")} >= {"C374", "C3741"}
    assert all(row.code.startswith("E01") for row in selectors.search_subjects("e01", most=5))
    assert selectors.search_subjects("Number Theory")[0].code == "A0101"
    assert any(row.name == "稻谷种植" for row in selectors.search_industries("稻谷"))
    assert len(selectors.search_industries("制造", most=7)) == 7


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("511803", "511803", Distance.COUNTY),
        ("511803", "511822", Distance.CITY),
        ("511803", "511800", Distance.CITY),
        ("511800", "511800", Distance.CITY),
        ("511803", "510114", Distance.PROVINCE),
        ("511803", "510000", Distance.PROVINCE),
        ("510000", "510000", Distance.PROVINCE),
        ("429004", "429005", Distance.PROVINCE),
        ("110101", "110105", Distance.CITY),
        ("500101", "500230", Distance.CITY),
        ("511803", "110105", Distance.ELSEWHERE),
        ("", "511803", Distance.ELSEWHERE),
    ],
)
def test_distance_is_the_smallest_area_two_regions_share(
    one: str, other: str, distance: Distance
) -> None:
    assert selectors.distance_level(one, other) == distance
    assert selectors.distance_level(other, one) == distance


def test_the_gazetteer_follows_a_load(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert selectors.gazetteer().lookup("雅州") == []
    with django_assert_num_queries(1):
        selectors.gazetteer()
    Region.objects.filter(pk="511800").update(name="雅州市", short_name="雅州")
    services.load_reference()
    assert selectors.gazetteer().lookup("雅州") == []
    assert selectors.gazetteer().find("雅安市")[0].place.code == "511800"


def test_planting_gives_every_region_of_the_province_its_association_once() -> None:
    assert Association.objects.count() == 1 + 21 + 183
    again = services.plant_associations(SICHUAN)
    assert again == Count(unchanged=205)
    assert Entry.objects.filter(action="associations.planted").count() == 1
    assert Association.objects.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize(
    ("region", "name", "above"),
    [
        ("511803", "名山区科协", "雅安市科协"),
        ("511133", "马边县科协", "乐山市科协"),
        ("513200", "阿坝州科协", "四川省科协"),
        ("513221", "汶川县科协", "阿坝州科协"),
    ],
)
def test_an_association_hangs_under_that_of_the_region_above(
    region: str, name: str, above: str
) -> None:
    node = selectors.association_for(region)
    assert node is not None
    assert node.name == name
    assert Association.objects.get_parent(node).name == above


def test_the_association_of_an_autonomous_region_has_its_short_name() -> None:
    services.plant_associations("450000")
    assert Association.objects.get(region_id="450000").name == "广西科协"


def test_a_region_without_association_is_served_by_the_nearest_above() -> None:
    Association.objects.filter(region_id="511803").update(is_active=False)
    nearest = selectors.association_for("511803")
    assert nearest is not None
    assert nearest.name == "雅安市科协"
    assert selectors.association_for("110105") is None


def test_associations_are_planted_for_provinces_only() -> None:
    for code in ("511800", "999999", "", "四川省"):
        with pytest.raises(Missing, match="不是省级行政区划的代码"):
            services.plant_associations(code)
    assert Association.objects.count() == 205


def test_the_database_refuses_a_second_association_of_a_region() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Association.objects.add_root(
            {"code": "A-x", "name": "又一个", "kind": "association", "region_id": "511800"}
        )


def test_a_society_is_added_under_an_association_and_recorded() -> None:
    city = Association.objects.get(region_id="510100")
    society = services.add_society(" 成都新材料学会 ", city, by=Some())
    assert society.name == "成都新材料学会"
    assert society.region_id == "510100"
    assert society.is_descendant_of(city)
    assert selectors.association_for("510100") == city
    assert Entry.objects.get(action="society.added").data["under"] == "A-510100"


def test_a_society_of_another_region_keeps_that_region() -> None:
    province = Association.objects.get(region_id=SICHUAN)
    society = services.add_society("青白江农学会", province, selectors.region("510113"), by=Some())
    assert society.region_id == "510113"


@pytest.mark.parametrize("name", ["", "  ", "学" * 61, "学\x00会", "学\ud800会", "学\u202e会"])
def test_a_society_with_a_bad_name_is_refused_and_nothing_written(name: str) -> None:
    before = Entry.objects.count()
    with pytest.raises(Invalid):
        services.add_society(name, Association.objects.get(region_id=SICHUAN), by=Some())
    assert not Association.objects.filter(kind="society").exists()
    assert Entry.objects.count() == before


def test_a_second_society_of_a_name_under_one_association_is_refused() -> None:
    province = Association.objects.get(region_id=SICHUAN)
    services.add_society("四川省机械工程学会", province, by=Some())
    with pytest.raises(Invalid, match="四川省机械工程学会"):
        services.add_society("四川省机械工程学会", province, by=Some())


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize(
    ("one", "other", "straight"),
    [
        ("510100", "511800", 115),  # 成都 to 雅安
        ("511802", "511803", 10),  # 雨城 to 名山
        ("110000", "310000", 1067),  # 北京 to 上海
        ("510100", "500000", 270),  # 成都 to 重庆
    ],
)
def test_the_distance_between_two_seats_is_the_known_one(
    one: str, other: str, straight: int
) -> None:
    found = selectors.centres([one, other])
    start, end = (Point(found[code].latitude, found[code].longitude) for code in (one, other))
    assert road.kilometres(start, end, Rules(detour=1)) == pytest.approx(straight, rel=0.03)


@pytest.mark.usefixtures("reference")
def test_a_region_without_a_seat_is_counted_from_the_one_above() -> None:
    found = selectors.centres(["659005", "650000", "110101", "999999", "x"])
    assert (found["659005"].region, found["110101"].region) == ("650000", "110101")
    assert found["659005"].latitude == found["650000"].latitude
    assert not {"999999", "x"} & set(found)
