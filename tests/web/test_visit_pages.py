"""Pages of visits: nothing typed is lost, what another wrote is kept, lists cost the same however long."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings
from tests.cast import Cast, browser
from tests.visits.arranging import an_hour_ago, arranged, held, node, record

from keqiao.accounts import services as accounts
from keqiao.accounts.types import Purpose
from keqiao.needs.models import Need
from keqiao.visits import selectors, services, steps
from keqiao.visits.models import Finding, Pledge, Visit
from keqiao.visits.types import FoundNeed, Kind, Pledged
from keqiao.web.forms import visits as forms

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(cast: Cast, settings: Settings) -> Client:
    """Return the browser of 吴桥."""
    settings.STAFF_SECOND_FACTOR = False
    return browser(cast.wu)


def entered(visit: Visit, **changes: Any) -> dict[str, Any]:
    """Return the form of a record as the page shows it, with changes."""
    shown = forms.written(visit, selectors.findings(visit), selectors.pledges(visit))
    return {name: value for name, value in {**shown, **changes}.items() if value is not None}


def test_a_record_is_written_in_rows_and_empty_rows_are_none(broker: Client, cast: Cast) -> None:
    visit = arranged(cast, starts_at=an_hour_ago(2), ends_at=an_hour_ago())
    page = broker.get(f"/visits/{visit.code}/record/").content.decode()
    assert page.count('name="found_') == 2 * forms.SPARE["found"]
    values = {
        "revision": visit.revision, "seen": "看了窑。", "attendee_1_name": "𠮷田㐂", "attendee_1_whom": "學會",
        "found_1_text": "想找烘干办法。", "pledge_0_text": "寄样", "pledge_0_kind": "promise", "pledge_0_who": "firm",
        "pledge_0_due_on": f"{timezone.localdate():%Y-%m-%d}", "pledge_1_kind": "centre",
    }  # fmt: skip
    answer = broker.post(f"/visits/{visit.code}/record/", {**values, "done": "1"})
    assert answer.headers["Location"] == f"/visits/{visit.code}/"
    visit.refresh_from_db()
    assert visit.attendees == [{"name": "𠮷田㐂", "whom": "學會"}]
    assert [one.text for one in Finding.objects.all()] == ["想找烘干办法。"]
    assert [(one.kind, one.who) for one in Pledge.objects.all()] == [("promise", "firm")]


def test_a_refused_record_comes_back_as_it_was_typed(broker: Client, cast: Cast) -> None:
    visit = held(cast)
    wrong = entered(visit, seen="新写的。", pledge_2_text="没有日期", found_2_text="=1+1 <script>")
    answer = broker.post(f"/visits/{visit.code}/record/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    for kept in (
        "新写的。",
        "没有日期",
        "=1+1 &lt;script&gt;",
        "请填写日期，到了这一天会分别问双方。",
    ):
        assert kept in page
    visit.refresh_from_db()
    assert visit.seen == record().seen


def test_what_another_added_meanwhile_is_joined_and_not_lost(broker: Client, cast: Cast) -> None:
    visit = held(cast)
    mine = entered(visit, found_2_text="我新写的一条。", pledge_2_text="")
    kept = tuple(FoundNeed(one.text, one.pk) for one in selectors.findings(visit))
    pledged = tuple(
        Pledged(one.text, Kind(one.kind), one.due_on, one.who, one.pk)
        for one in selectors.pledges(visit)
    )
    theirs = record(seen="对方写的。", found=(*kept, FoundNeed("对方加的一条。")), pledges=pledged)
    services.record(visit, theirs, by=cast.chen)
    answer = broker.post(f"/visits/{visit.code}/record/", mine)
    page = answer.content.decode()
    assert answer.status_code == 422
    for shown in ("刚才被其他人更新过", "对方写的。", "我新写的一条。", "对方加的一条。"):
        assert shown in page
    form = answer.context["form"]
    again = {one.html_name: one.value() for one in form if one.value() is not None}
    assert broker.post(f"/visits/{visit.code}/record/", again).status_code == 302
    texts = {one.text for one in Finding.objects.all()}
    assert {"我新写的一条。", "对方加的一条。"} <= texts
    assert len(texts) == len(kept) + 2


def test_a_sentence_that_was_refused_meanwhile_does_not_come_back(
    broker: Client, cast: Cast
) -> None:
    visit = held(cast)
    mine = entered(visit, seen="又看了一处。")
    steps.refuse_need(selectors.findings(visit)[1], by=cast.lin)
    answer = broker.post(f"/visits/{visit.code}/record/", mine)
    form = answer.context["form"]
    again = {one.html_name: one.value() for one in form if one.value() is not None}
    assert "刚才被其他人更新过" in answer.content.decode()
    answer = broker.post(f"/visits/{visit.code}/record/", again)
    assert "这一条企业已经处理" in answer.content.decode()
    again["found_1_text"] = ""
    assert broker.post(f"/visits/{visit.code}/record/", again).status_code == 302
    assert [one.text for one in Finding.objects.all()] == [mine["found_0_text"]]


@pytest.mark.parametrize(
    "hostile",
    [
        {"revision": "x"}, {"revision": ""}, {"seen": "\x00"}, {"found_0_number": "9" * 30}, {"pledge_0_kind": "gift"},
        {"pledge_0_due_on": "３０３１年"}, {"found_999_text": "远"}, {"attendee_0_name": "𠮷" * 61},
        {"pledge_0_who": "nobody"}, {"seen": "长" * 10001},
    ],
)  # fmt: skip
def test_hostile_records_are_refused_and_nothing_is_half_written(
    broker: Client, cast: Cast, hostile: dict[str, str]
) -> None:
    visit = held(cast)
    before = visit.revision
    answer = broker.post(f"/visits/{visit.code}/record/", {**entered(visit), **hostile})
    assert answer.status_code in {302, 422}
    visit.refresh_from_db()
    assert visit.revision == before
    assert visit.seen == record().seen


def test_a_need_found_leads_to_its_draft_and_the_draft_back(cast: Cast) -> None:
    visit = held(cast)
    member = browser(cast.lin)
    found = selectors.findings(visit)[0]
    answer = member.post(f"/visits/{visit.code}/needs/{found.pk}/", {"do": "draft"})
    need = Need.objects.get()
    assert answer.headers["Location"] == f"/needs/{need.code}/edit/"
    assert f"/visits/{visit.code}/" in member.get(f"/needs/{need.code}/private/").content.decode()
    assert member.post(f"/visits/{visit.code}/needs/{found.pk}/", {"do": "draft"}).status_code in {
        302,
        409,
    }
    assert member.post(f"/visits/{visit.code}/needs/{found.pk}/", {"do": "x"}).status_code == 404
    assert Need.objects.count() == 1


def test_names_are_told_as_their_bearers_want(cast: Cast) -> None:
    nameless = accounts.create_person(email="wuming@keqiao.example", name="无名专家")
    visit = arranged(cast, experts=[nameless, cast.chen])
    page = browser(cast.lin).get(f"/visits/{visit.code}/").content.decode()
    assert "一位专家（未公开姓名）" in page
    assert "无名专家" not in page
    accounts.consent(nameless, Purpose.CONTACT, by=nameless)
    assert "无名专家" in browser(cast.lin).get(f"/visits/{visit.code}/").content.decode()


def test_who_is_meant_is_asked_back(broker: Client, cast: Cast) -> None:
    when = {
        "starts_at": "2031-03-04T09:30",
        "ends_at": "2031-03-04T11:30",
        "association": "A-511800",
    }
    several = {**when, "organisation": "示例锂", "experts": "没有这个学会"}
    page = broker.post("/visits/new/", several).content.decode()
    assert "是不是这里面的一个" in page
    wrong = {**when, "organisation": cast.lithium.name, "experts": "没有这个学会"}
    assert "没有找到这个编号或名称" in broker.post("/visits/new/", wrong).content.decode()
    assert not Visit.objects.exists()


def test_moving_keeps_who_comes_without_a_studio(broker: Client, cast: Cast) -> None:
    nameless = accounts.create_person(email="wuming@keqiao.example", name="无名专家")
    visit = arranged(cast, experts=[nameless, cast.chen])
    page = broker.get(f"/visits/{visit.code}/edit/")
    form = page.context["form"]
    again = {one.html_name: one.value() for one in form if one.value() is not None}
    again |= {"starts_at": "2031-03-05T09:30", "ends_at": "2031-03-05T11:30"}
    assert broker.post(f"/visits/{visit.code}/edit/", again).status_code == 302
    visit.refresh_from_db()
    assert visit.starts_at.year == 2031
    assert {one.person for one in visit.experts.all()} == {nameless, cast.chen}


def test_lists_and_rounds_cost_the_same_queries_however_long(
    broker: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    trip = services.begin_round("一轮", association=node(), by=cast.wu)
    paths = ("/visits/", f"/visits/rounds/{trip.code}/", "/cases/")
    first = held(cast, in_round=trip)
    steps.draft_need(selectors.findings(first)[0], by=cast.lin)
    most = {path: _count(broker, path) for path in paths}
    for _time in range(4):
        visit = held(cast, in_round=trip)
        steps.draft_need(selectors.findings(visit)[0], by=cast.lin)
    for path in paths:
        with django_assert_max_num_queries(most[path]):
            assert broker.get(path).status_code == 200


def _count(client: Client, path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)
