"""A broker plans visits: both sides, a proposal with reasons, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from tests.cast import DEYANG, YAAN, Cast, firm
from tests.tours.round import Tour, both_can, first_day, node, terms, tour_of

from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry
from keqiao.matching.types import reason_from_json
from keqiao.needs import services as needs
from keqiao.needs.types import Resolution
from keqiao.organisations import services as organisations
from keqiao.organisations.models import Organisation
from keqiao.reactions import services as reactions
from keqiao.tours import planning, selectors, services, sides
from keqiao.tours.models import Day, Expert, Firm, Plan
from keqiao.tours.types import MOST_FIRMS, Going, Receiving, sentence
from keqiao.visits.models import Visit

pytestmark = pytest.mark.django_db
FAR = first_day() + dt.timedelta(days=400)


@pytest.fixture
def tour(cast: Cast) -> Tour:
    """Return a solved plan."""
    return tour_of(cast)


def told(tour: Tour) -> list[str]:
    """Return the problems of a plan in words."""
    names = selectors.names_for(tour.plan, [])
    return [sentence(reason_from_json(one), names) for one in tour.plan.problems]


def gaps(tour: Tour, row: Firm) -> list[str]:
    """Return what a firm's gaps say."""
    row.refresh_from_db()
    names = selectors.names_for(tour.plan, [row])
    return [sentence(reason_from_json(one), names) for one in row.gaps]


def test_a_plan_says_who_visits_whom_when_and_why(cast: Cast, tour: Tour) -> None:
    plan = tour.plan
    assert plan.is_solved
    assert plan.problems == []
    assert plan.served_count == 2
    assert set(tour.met()) == {cast.lithium.name, "雅安示例水泥有限公司"}
    for stop in tour.stops():
        starts = timezone.localtime(stop.starts_at)
        assert starts.date() in plan.days
        assert 9 <= starts.hour < 18
        assert stop.ends_at - stop.starts_at == dt.timedelta(minutes=90)
        assert sum(part["points"] for part in stop.parts) == pytest.approx(stop.score, abs=0.2)
        assert stop.parts
    assert plan.points <= plan.bound + 1e-6
    entry = Entry.objects.order_by("-position")[0]
    assert (entry.action, entry.actor_id) == ("tour.solved", None)


def test_a_firm_with_only_an_industry_is_compared_by_industry(tour: Tour) -> None:
    (stop,) = [one for one in tour.stops() if one.firm_id == tour.cement.pk]
    assert [part["code"] for part in stop.parts] == ["same_industry"]
    said = sentence(reason_from_json(stop.parts[0]["reason"]), {})
    assert said == "做过或熟悉同一行业小类：水泥制造"


def test_a_stop_knows_the_road_before_it_and_the_day_comes_home(tour: Tour) -> None:
    for day in Day.objects.filter(expert__plan=tour.plan).prefetch_related("stops"):
        roads = [stop.minutes for stop in day.stops.all()]
        assert day.minutes >= sum(roads)
        assert timezone.localtime(day.leaves_at).hour >= 8
        assert timezone.localtime(day.returns_at).hour <= 19


def test_others_who_could_come_are_named_with_what_they_have_left(cast: Cast, tour: Tour) -> None:
    names = {
        one.expert.body.name for one in tour.cement.alternates.select_related("expert__studio")
    }
    came = tour.met()["雅安示例水泥有限公司"]
    assert names | came == {cast.chen_studio.name, cast.gu_studio.name}
    assert all(one.free <= 6 for one in tour.cement.alternates.all())


def test_a_change_asks_the_engine_anew_and_until_then_nothing_is_applied(
    cast: Cast, tour: Tour
) -> None:
    services.rerun(tour.plan, by=cast.wu, revision=tour.revision())
    assert not tour.plan.is_solved
    with pytest.raises(services.NotReady):
        services.apply(tour.plan, by=cast.wu, revision=tour.revision())
    tour.plan.refresh_from_db()
    assert tour.plan.state == "draft"
    assert Visit.objects.count() == 0
    assert tour.solve().is_solved


def test_what_was_changed_while_the_engine_worked_is_not_overwritten(
    cast: Cast, tour: Tour
) -> None:
    services.rerun(tour.plan, by=cast.wu, revision=tour.revision())
    as_it_began = Plan.objects.get(pk=tour.plan.pk)
    made = planning.run(as_it_began)
    services.rerun(tour.plan, by=cast.wu, revision=tour.revision())
    assert not services.keep(as_it_began, made, by=None)
    tour.plan.refresh_from_db()
    assert not tour.plan.is_solved
    assert services.solve(tour.plan.code)
    assert not services.solve(tour.plan.code)


def test_an_empty_plan_says_what_is_missing(cast: Cast) -> None:
    plan = services.draft(node(), terms(), by=cast.wu)
    reactions.run("slow")
    plan.refresh_from_db()
    assert [one["code"] for one in plan.problems] == ["input.no_firms", "input.no_experts"]
    with pytest.raises(services.NotReady):
        services.apply(plan, by=cast.wu, revision=plan.revision)


def test_an_unserved_firm_says_which_constraint_to_relax(cast: Cast, tour: Tour) -> None:
    for code in (cast.chen_studio.code, cast.gu_studio.code):
        one = tour.expert(code)
        sides.change_expert(one, Going(YAAN, 3, 0), by=cast.wu, revision=tour.revision())
    tour.solve()
    assert tour.stops() == []
    assert any("的 0 次已经排满：可以提高上限或加一天" in one for one in gaps(tour, tour.lithium))
    away = tuple(tour.plan.days)
    for code in (cast.chen_studio.code, cast.gu_studio.code):
        going = Going(YAAN, 3, 6, away=away)
        sides.change_expert(tour.expert(code), going, by=cast.wu, revision=tour.revision())
    tour.solve()
    assert any("有空的日子它都不接待：请改日期" in one for one in gaps(tour, tour.lithium))


def test_a_need_that_closed_is_said_and_its_fields_are_compared(cast: Cast, tour: Tour) -> None:
    need = tour.lithium.need
    assert need is not None
    needs.close(need, Resolution.SOLVED, by=cast.lin)
    services.rerun(tour.plan, by=cast.wu, revision=tour.revision())
    tour.solve()
    assert [one["code"] for one in tour.plan.notes] == ["note.need_closed"]
    (stop,) = [one for one in tour.stops() if one.firm_id == tour.lithium.pk]
    assert {part["code"] for part in stop.parts} <= {"same_industry", "same_subject"}


def test_an_expert_never_visits_the_own_enterprise(cast: Cast, tour: Tour) -> None:
    organisations.add_member(cast.lithium, cast.chen, by=cast.lin)
    services.rerun(tour.plan, by=cast.wu, revision=tour.revision())
    tour.solve()
    assert cast.chen_studio.name not in tour.met().get(cast.lithium.name, set())
    with pytest.raises(Invalid) as refusal:
        services.lock(
            tour.lithium, tour.expert(cast.chen_studio.code), by=cast.wu, revision=tour.revision()
        )
    assert "须回避" in str(refusal.value)
    assert tour.ruled() == []


def test_all_of_the_area_come_in_at_one_press(cast: Cast) -> None:
    both_can(cast)
    cast.open_need()
    cast.open_need(title="第二条", public_title="第二条")
    plan = services.draft(node(), terms(), by=cast.wu)
    sides.add_local_experts(plan, by=cast.wu, revision=1)
    sides.add_local_firms(plan, by=cast.wu, revision=2)
    assert [one.studio for one in Expert.objects.filter(plan=plan)] == [cast.chen_studio]
    (row,) = Firm.objects.filter(plan=plan)
    assert (row.organisation, row.need.title if row.need else "") == (cast.lithium, "第二条")
    for again in (sides.add_local_experts, sides.add_local_firms):
        with pytest.raises(Invalid):
            again(plan, by=cast.wu, revision=3)
    plan.refresh_from_db()
    assert plan.revision == 3


def test_who_has_no_role_in_the_area_plans_nothing(cast: Cast, tour: Tour) -> None:
    for who in (cast.sun, cast.lin, cast.zheng, cast.ji):
        with pytest.raises(NotAllowed):
            services.draft(node(), terms(), by=who)
        with pytest.raises(NotAllowed):
            services.rerun(tour.plan, by=who, revision=tour.revision())
        with pytest.raises(NotAllowed):
            services.apply(tour.plan, by=who, revision=tour.revision())
        with pytest.raises(NotAllowed):
            services.discard(tour.plan, by=who, revision=tour.revision())
        with pytest.raises(Missing):
            selectors.get(tour.plan.code, by=who)
    assert services.draft(node(DEYANG), terms(), by=cast.sun).association == node(DEYANG)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends_on": first_day() - dt.timedelta(days=1)}, "最后一天早于第一天"),
        ({"ends_on": first_day() + dt.timedelta(days=31)}, "最多 31 天，现在是 32 天"),
        ({"begins_on": dt.date(2020, 1, 6), "ends_on": dt.date(2020, 1, 7)}, "已经过去"),
        ({"begins_on": FAR, "ends_on": FAR}, "超过一年"),
        ({"off": tuple(first_day() + dt.timedelta(days=number) for number in range(3))}, "至少留一天"),
        ({"title": ""}, "需要填写"),
        ({"title": "\x00"}, "控制字符"),
        ({"threshold": 101}, "0 到 100"),
        ({"seconds": 0}, "1 到 60"),
        ({"speed": 0}, "10 到 120"),
        ({"leaves": 1000, "returns": 900}, "晚于出发"),
    ],
)  # fmt: skip
def test_terms_that_cannot_be_are_refused(
    cast: Cast, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        services.draft(node(), terms(**changes), by=cast.wu)
    assert said in str(refusal.value)
    assert Plan.objects.count() == 0


def test_days_are_those_of_the_local_calendar(cast: Cast) -> None:
    begins_on = first_day() + dt.timedelta(days=4)
    ends_on = begins_on + dt.timedelta(days=3)
    off = services.weekends(begins_on, ends_on)
    plan = services.draft(node(), terms(begins_on=begins_on, ends_on=ends_on, off=off), by=cast.wu)
    assert [day.isoweekday() for day in plan.days] == [5, 1]
    saturday = begins_on + dt.timedelta(days=1)
    assert services.weekends(saturday, saturday) == ()
    assert planning.moment(begins_on, 0).utcoffset() == dt.timedelta(hours=8)


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        (Receiving(YAAN), "请选一条需求，或者选行业或学科"),
        (Receiving(YAAN, need="N-00000000"), "没有找到这家企业公开征集中的这条需求"),
        (Receiving("999999", industry_id="C3011"), "请选择地区"),
        (Receiving("x\x00", industry_id="C3011"), "请选择地区"),
        (Receiving(YAAN, industry_id="ZZ"), "没有这个代码"),
        (Receiving(YAAN, industry_id="C3011", hours=()), "请写成"),
        (Receiving(YAAN, industry_id="C3011", hours=((720, 540),)), "请写成"),
        (Receiving(YAAN, industry_id="C3011", hours=((540, 720), (700, 800))), "请写成"),
        (Receiving(YAAN, industry_id="C3011", hours=((540, 600),)), "放得下 90 分钟"),
        (Receiving(YAAN, industry_id="C3011", wanted=9), "1 到 5"),
        (Receiving(YAAN, industry_id="C3011", stay=1), "15 到 480"),
        (Receiving(YAAN, "很长" * 61, industry_id="C3011"), "内容过长"),
    ],
)
def test_a_firm_that_cannot_receive_is_refused(cast: Cast, entered: Receiving, said: str) -> None:
    plan = services.draft(node(), terms(), by=cast.wu)
    with pytest.raises(Invalid) as refusal:
        sides.add_firm(plan, cast.lithium, entered, by=cast.wu, revision=1)
    assert said in str(refusal.value)
    assert Firm.objects.count() == 0


def test_only_verified_firms_of_the_area_and_each_once(cast: Cast) -> None:
    plan = services.draft(node(), terms(), by=cast.wu)
    entered = Receiving(YAAN, industry_id="C3011")
    waiting = firm("雅安示例㐂茶𠮷有限公司", YAAN, "91511800MAKQ00005", by=cast.ji)
    for body, said in ((waiting, "还没有核验"), (cast.rival, "不在本地区")):
        with pytest.raises(Invalid) as refusal:
            sides.add_firm(plan, body, entered, by=cast.wu, revision=plan.revision)
        assert said in str(refusal.value)
        plan.refresh_from_db()
    sides.add_firm(plan, cast.lithium, entered, by=cast.wu, revision=plan.revision)
    with pytest.raises(Invalid):
        sides.add_firm(plan, cast.lithium, entered, by=cast.wu, revision=plan.revision)
    plan.refresh_from_db()
    sides.add_expert(plan, cast.gu_studio, by=cast.wu, revision=plan.revision)
    with pytest.raises(Invalid):
        sides.add_expert(plan, cast.gu_studio, by=cast.wu, revision=plan.revision)
    assert (Firm.objects.count(), Expert.objects.count()) == (1, 1)


def test_more_firms_than_a_plan_holds_are_refused_with_the_number(cast: Cast) -> None:
    plan = services.draft(node(), terms(), by=cast.wu)
    bodies = Organisation.objects.bulk_create(
        Organisation(code=f"O-X{at}", name=f"第{at}家", kind="enterprise", region_id=YAAN)
        for at in range(MOST_FIRMS)
    )
    Firm.objects.bulk_create(
        Firm(plan=plan, organisation=one, industry_id="C3011", region_id=YAAN) for one in bodies
    )
    entered = Receiving(YAAN, industry_id="C3011")
    with pytest.raises(Invalid) as refusal:
        sides.add_firm(plan, cast.lithium, entered, by=cast.wu, revision=1)
    assert f"最多 {MOST_FIRMS} 家企业，现在有 {MOST_FIRMS + 1} 家" in str(refusal.value)
    cast.open_need()
    with pytest.raises(Invalid):
        sides.add_local_firms(plan, by=cast.wu, revision=1)
    assert Firm.objects.count() == MOST_FIRMS


def test_a_discarded_plan_changes_no_more(cast: Cast, tour: Tour) -> None:
    services.discard(tour.plan, by=cast.wu, revision=tour.revision())
    for change in (services.rerun, sides.add_local_firms, services.apply):
        with pytest.raises(WrongState):
            change(tour.plan, by=cast.wu, revision=tour.revision())
    assert not services.solve(tour.plan.code)
