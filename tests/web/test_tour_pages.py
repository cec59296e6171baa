"""The desk of visits without JavaScript: a plan made, ruled in, applied, handed out; what was refused stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar
from pytest_django.fixtures import Settings
from tests.cast import Cast, browser
from tests.hostile.corpus import KINDS
from tests.tours.round import Tour, first_day, tour_of

from keqiao.journal import services as journal
from keqiao.tours import services
from keqiao.tours.models import Expert, Firm, Plan
from keqiao.visits.models import Visit

pytestmark = pytest.mark.django_db
MOST_QUERIES = 24


@pytest.fixture
def tour(cast: Cast, settings: Settings) -> Tour:
    """Return a solved plan of 吴桥, who needs no second factor here."""
    settings.STAFF_SECOND_FACTOR = False
    return tour_of(cast)


@pytest.fixture
def wu(cast: Cast) -> Client:
    """Return the browser of 吴桥."""
    return browser(cast.wu)


def do(client: Client, tour: Tour, deed: str, **entered: object) -> int:
    """Press a button of the plan's page; return the status."""
    sent = {"revision": tour.revision(), **entered}
    return client.post(f"/tours/{tour.plan.code}/do/{deed}/", sent).status_code


def page(client: Client, tour: Tour, query: str = "") -> str:
    """Return the plan's page."""
    response = client.get(f"/tours/{tour.plan.code}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def pair(tour: Tour) -> dict[str, object]:
    """Return the first stop as a form names it."""
    stop = tour.stops()[0]
    return {"firm": stop.firm.organisation.code, "who": stop.day.expert.body.code}


def test_a_plan_is_begun_filled_and_solved_from_the_desk(
    cast: Cast, tour: Tour, wu: Client
) -> None:
    assert "企业行" in wu.get("/cases/").content.decode()
    day = first_day().isoformat()
    entered = {"node": "A-511800", "title": "名山行", "begins_on": day, "ends_on": day}
    response = wu.post("/tours/", entered)
    plan = Plan.objects.latest("pk")
    address = f"/tours/{plan.code}/"
    assert response.headers["Location"] == address
    assert "这里还是空的" in wu.get(address).content.decode()
    fresh = Tour(cast, plan, tour.lithium, tour.cement)
    assert do(wu, fresh, "local-experts") == 302
    assert do(wu, fresh, "local-firms") == 302
    assert "正在计算" in wu.get(address).content.decode()
    assert "data-wait=" in wu.get(address).content.decode()
    fresh.solve()
    shown = page(wu, fresh)
    assert cast.lithium.name in shown
    assert "data-wait=" not in shown


def test_the_page_says_who_goes_where_why_and_what_it_costs(tour: Tour, wu: Client) -> None:
    shown = page(wu, tour)
    for words in ("路上约", "（估算）", "为什么", "2 / 2 家", "没有让出分", "已证明没有更好的"):
        assert words in shown
    firms = page(wu, tour, "?show=firms")
    for words in ("换一位", "还能去", "停留 90 分钟，要 1 位", "做过或熟悉同一行业小类：水泥制造"):
        assert words in firms
    assert "每家企业要的专家都排上了" in page(wu, tour, "?show=gaps")
    assert "一天最多 3 家" in page(wu, tour, "?show=experts")


def test_ruling_from_the_page(tour: Tour, wu: Client) -> None:
    stop = pair(tour)
    other = first_day() + dt.timedelta(days=2)
    assert do(wu, tour, "lock", **stop, day_on=other.isoformat()) == 302
    tour.solve()
    assert "已锁定" in page(wu, tour)
    assert do(wu, tour, "withdraw", **stop) == 302
    assert do(wu, tour, "exclude", **stop) == 302
    tour.solve()
    assert "撤销排除" in page(wu, tour, "?show=firms")
    assert do(wu, tour, "dance") == 404
    assert do(wu, tour, "lock", firm="O-NONE", who="S-NONE") == 422


def test_sides_are_added_by_name_and_changed(cast: Cast, tour: Tour, wu: Client) -> None:
    address = f"/tours/{tour.plan.code}/"
    Expert.objects.filter(studio=cast.gu_studio).delete()
    entered = {"revision": tour.revision(), "stops_a_day": 2, "stops_count": 2}
    response = wu.post(f"{address}experts/add/", {**entered, "who": "古力"})
    assert response.status_code == 422
    assert f"{cast.gu_studio.name}（{cast.gu_studio.code}）" in response.content.decode()
    named = {**entered, "who": cast.gu_studio.name, "subject_1": "F0304", "subject_2": "F0304"}
    assert wu.post(f"{address}experts/add/", named).status_code == 302
    assert Expert.objects.get(studio=cast.gu_studio).subjects == ["F0304"]
    assert Expert.objects.get(studio=cast.gu_studio).home_id == cast.gu_studio.region_id
    again = {**entered, "revision": tour.revision(), "who": cast.gu_studio.code}
    response = wu.post(f"{address}experts/add/", again)
    assert response.status_code == 422
    assert "已经在这份计划里" in response.content.decode()
    away = first_day().isoformat()
    changed = {**entered, "revision": tour.revision(), "away": [away], "home": "511802"}
    path = f"{address}experts/{cast.gu_studio.code}/edit/"
    assert wu.post(path, changed).status_code == 302
    assert Expert.objects.get(studio=cast.gu_studio).away == [away]
    firm = {
        "revision": tour.revision(), "industry": "C3011", "hours": "９：00—11：30", "stay": 60, "wanted": 2,
    }  # fmt: skip
    path = f"{address}firms/{cast.lithium.code}/edit/"
    assert wu.post(path, firm).status_code == 302
    kept = Firm.objects.get(pk=tour.lithium.pk)
    assert (kept.hours, kept.stay, kept.wanted, kept.need) == ([[540, 690]], 60, 2, None)
    wrong = {**firm, "revision": tour.revision(), "hours": "明天上午"}
    response = wu.post(path, wrong)
    assert response.status_code == 422
    assert "明天上午" in response.content.decode()


def test_a_page_that_is_old_is_told_so(tour: Tour, wu: Client) -> None:
    stop = pair(tour)
    assert do(wu, tour, "rerun") == 302
    response = wu.post(f"/tours/{tour.plan.code}/do/exclude/", {"revision": 1, **stop})
    assert response.status_code == 422
    assert "刚才被其他人改过" in response.content.decode()
    assert tour.ruled() == []


def test_a_plan_that_cannot_be_made_says_what_to_relax(tour: Tour, wu: Client) -> None:
    stop = pair(tour)
    assert do(wu, tour, "lock", **stop) == 302
    expert = tour.expert(str(stop["who"]))
    entered = {"revision": tour.revision(), "stops_a_day": 1, "stops_count": 0}
    path = f"/tours/{tour.plan.code}/experts/{expert.body.code}/edit/"
    assert wu.post(path, entered).status_code == 302
    tour.solve()
    shown = page(wu, tour)
    assert "按现在的条件排不出来" in shown
    assert f"“{expert.body.name}”最多去 0 家，却锁定了 1 家：请解除锁定或提高上限。" in shown
    assert "安排这些到访" not in shown
    assert "解锁" in page(wu, tour, "?show=firms")


def test_applied_both_sides_read_their_way_on_paper_and_in_a_calendar(
    cast: Cast, tour: Tour, wu: Client
) -> None:
    assert do(wu, tour, "apply") == 302
    assert Visit.objects.count() == len(tour.stops()) == 2
    assert "每一站都是一次到访" in page(wu, tour)
    stop = next(one for one in tour.stops() if one.firm_id == tour.lithium.pk)
    who = stop.day.expert.body
    runner = browser(cast.chen if who == cast.chen_studio else cast.gu)
    own = runner.get("/tours/").content.decode()
    address = f"/tours/{tour.plan.code}/experts/{who.code}/"
    assert address in own
    assert "雨城区示例路 1 号" in runner.get(address).content.decode()
    paper = runner.get(f"{address}itinerary.pdf")
    assert (paper.headers["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    calendar = Calendar.from_ical(runner.get(f"{address}itinerary.ics").content)
    uids = {str(one["UID"]): one for one in calendar.walk("VEVENT")}
    event: Any = uids[f"{tour.plan.code}-{cast.lithium.code}-{who.code}@keqiao"]
    assert event["DTSTART"].dt == stop.starts_at
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert str(event["LOCATION"]) == "雨城区示例路 1 号"
    firm = browser(cast.lin).get(f"/tours/{tour.plan.code}/firms/{cast.lithium.code}/")
    assert who.name in firm.content.decode()
    assert browser(cast.lin).get(f"{address}itinerary.sh").status_code == 404


def test_a_draft_is_told_to_nobody_outside(cast: Cast, tour: Tour) -> None:
    address = f"/tours/{tour.plan.code}/experts/{cast.chen_studio.code}/"
    assert browser(cast.chen).get(address).status_code == 404
    assert address not in browser(cast.chen).get("/tours/").content.decode()
    assert browser(cast.chen).post("/tours/", {}).status_code == 404


def test_whatever_is_typed_is_answered_in_words(tour: Tour, wu: Client) -> None:
    before = Plan.objects.count(), Expert.objects.count(), Firm.objects.count()
    address = f"/tours/{tour.plan.code}/"
    for name, text in KINDS[::17]:
        typed = text[:2000]
        if "surrogate" in name:
            continue  # a browser cannot send it
        entered = {"node": typed, "title": typed, "begins_on": typed, "ends_on": typed}
        assert wu.post("/tours/", entered).status_code == 422, name
        sent = {"revision": 1, "who": typed, "firm": typed, "need": typed, "hours": typed}
        for side in ("experts", "firms"):
            assert wu.post(f"{address}{side}/add/", sent).status_code == 422, name
        sent = {"revision": tour.revision(), "who": typed, "firm": typed}
        for deed in ("lock", "drop-firm", "terms"):
            assert wu.post(f"{address}do/{deed}/", sent).status_code in {404, 422}, name
    assert (Plan.objects.count(), Expert.objects.count(), Firm.objects.count()) == before
    assert journal.verify().holds


def test_a_plan_costs_the_same_questions_however_long(
    cast: Cast, tour: Tour, wu: Client, django_assert_max_num_queries: object
) -> None:
    for show in ("", "firms", "experts"):
        with django_assert_max_num_queries(MOST_QUERIES):  # type: ignore[operator]
            page(wu, tour, f"?show={show}")
    for at in range(8):
        firm = Firm.objects.get(pk=tour.cement.pk)
        firm.pk, firm.organisation = None, Firm.objects.get(pk=tour.cement.pk).organisation
        body = firm.organisation
        body.pk, body.code, body.name, body.credit_code = None, f"O-Y{at}", f"第{at}家", None
        body._state.adding = True
        body.save()
        firm.organisation, firm._state.adding = body, True
        firm.save()
    services.rerun(tour.plan, by=cast.wu, revision=tour.revision())
    tour.solve()
    for show in ("", "firms", "experts"):
        with django_assert_max_num_queries(MOST_QUERIES):  # type: ignore[operator]
            page(wu, tour, f"?show={show}")


def test_a_society_that_is_only_an_organisation_is_told_apart_from_one_that_is_not_there(
    cast: Cast, tour: Tour, wu: Client
) -> None:
    body = cast.lithium
    type(body).objects.filter(pk=body.pk).update(name="成都新材料学会", kind="society")
    path = f"/tours/{tour.plan.code}/experts/add/"
    sent = {"revision": tour.revision(), "stops_a_day": 3, "stops_count": 6, "industry_1": "C3011"}
    shown = wu.post(path, {**sent, "who": "成都新材料学会"}).content.decode()
    assert "还不在科协的学会里" in shown
    assert "没有找到" in wu.post(path, {**sent, "who": "成都没有的学会"}).content.decode()


def test_days_of_an_arranged_plan_lead_to_its_visits(tour: Tour, wu: Client) -> None:
    assert do(wu, tour, "apply") == 302
    shown = page(wu, tour)
    for visit in Visit.objects.all():
        assert f'href="/visits/{visit.code}/"' in shown
