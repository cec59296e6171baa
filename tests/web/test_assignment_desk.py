"""The assignment desk without JavaScript: planned, ruled in, applied, taken up; what was refused stays on the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.assignments.week import Week, week_of
from tests.cast import Cast, browser
from tests.hostile.corpus import KINDS

from keqiao.assignments.models import Item, Plan, Ruling
from keqiao.invitations.models import Invitation
from keqiao.journal import services as journal

pytestmark = pytest.mark.django_db
MOST_QUERIES = 23


@pytest.fixture
def week(cast: Cast, settings: Settings) -> Week:
    """Return a draft of 吴桥, who needs no second factor here."""
    settings.STAFF_SECOND_FACTOR = False
    return week_of(cast)


@pytest.fixture
def wu(cast: Cast) -> Client:
    """Return the browser of 吴桥."""
    return browser(cast.wu)


def do(client: Client, week: Week, deed: str, **entered: object) -> int:
    """Press a button of the plan's page; return the status."""
    week.plan.refresh_from_db()
    sent = {"revision": week.plan.revision, "row": week.need.code, **entered}
    return client.post(f"/assignments/{week.plan.code}/do/{deed}/", sent).status_code


def page(client: Client, week: Week, query: str = "") -> str:
    """Return the plan's page."""
    response = client.get(f"/assignments/{week.plan.code}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_a_week_is_planned_from_the_desk(week: Week, wu: Client) -> None:
    week.plan.delete()
    assert "派单台" in wu.get("/cases/").content.decode()
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    entered = {"node": "A-511800", "week": monday.isoformat()}
    response = wu.post("/assignments/", entered)
    plan = Plan.objects.get()
    assert response.headers["Location"] == f"/assignments/{plan.code}/"
    again = wu.post("/assignments/", entered)
    assert (again.status_code, Plan.objects.count()) == (422, 1)
    assert "已经有一份" in again.content.decode()


def test_the_page_says_who_and_why_and_what_it_costs(cast: Cast, week: Week, wu: Client) -> None:
    shown = page(wu, week)
    for words in (
        cast.chen_studio.name,
        week.offer.title,
        "新人",
        "本周名额 2，照此派完还剩 1",
        "手上有 0 个对接单，最多 12 个，还能接 12 个",
        "没有让出一分",
        "工作室本周的名额",
    ):
        assert words in shown


def test_ruling_from_the_page(cast: Cast, week: Week, wu: Client) -> None:
    who = cast.chen_studio.code
    assert do(wu, week, "lock", who=who) == 302
    assert "解锁" in page(wu, week)
    assert do(wu, week, "withdraw", who=who) == 302
    assert do(wu, week, "exclude", who=who) == 302
    assert "已排除：陈砚固废利用工作室" in page(wu, week, "?show=gaps")
    assert do(wu, week, "withdraw", who=who) == 302
    assert do(wu, week, "capacity", who=who, count="0") == 302
    assert do(wu, week, "capacity", who=f"B-{cast.wu.pk}", count="") == 302
    assert do(wu, week, "rerun") == 302
    assert do(wu, week, "terms", threshold="10", floor="", newcomers="0", wanted="2") == 302
    week.plan.refresh_from_db()
    assert (week.plan.threshold, week.plan.wanted) == (10, 2)
    assert do(wu, week, "dance") == 404


def test_a_page_that_is_old_is_told_so(cast: Cast, week: Week, wu: Client) -> None:
    who = cast.chen_studio.code
    assert do(wu, week, "lock", who=who) == 302
    response = wu.post(
        f"/assignments/{week.plan.code}/do/exclude/",
        {"revision": 1, "row": week.need.code, "who": who},
    )
    assert response.status_code == 422
    assert "刚才被其他人改过" in response.content.decode()
    assert week.ruled() == [(week.need.code, "lock")]


def test_a_contradiction_is_shown_and_what_was_entered_stays(
    cast: Cast, week: Week, wu: Client
) -> None:
    who = cast.chen_studio.code
    do(wu, week, "lock", who=who)
    response = wu.post(
        f"/assignments/{week.plan.code}/do/capacity/",
        {"revision": 2, "who": who, "count": "0"},
    )
    assert response.status_code == 422
    assert "本周只有 0 个名额" in response.content.decode()
    entered = {"revision": 2, "row": week.need.code, "offer": "F-00000000", "why": "熟悉"}
    response = wu.post(f"/assignments/{week.plan.code}/do/choose/", entered)
    assert response.status_code == 422
    assert 'value="F-00000000"' in response.content.decode()
    assert 'value="熟悉"' in response.content.decode()


def test_applied_and_taken_up_by_one_press(cast: Cast, week: Week, wu: Client) -> None:
    assert do(wu, week, "take") == 422
    assert do(wu, week, "apply") == 302
    assert "建立对接单并邀请" in page(wu, week)
    assert "派给您的，等您接手" in wu.get("/cases/").content.decode()
    he = browser(cast.he)
    assert "等吴桥接手" in page(he, week)
    assert do(he, week, "take") == 422
    assert do(wu, week, "take") == 302
    assert Invitation.objects.get().studio == cast.chen_studio
    shown = page(wu, week, "?show=mine")
    assert "吴桥已接手" in shown
    assert "等待回复" in shown
    assert "派给您的，等您接手" not in wu.get("/cases/").content.decode()


def test_nobody_else_changes_a_plan(cast: Cast, week: Week) -> None:
    for name in ("lin", "zhou", "chen", "gu", "zheng", "sun", "ji"):
        client = browser(getattr(cast, name))
        for deed in ("lock", "apply", "discard", "take", "rerun"):
            assert do(client, week, deed, who=cast.chen_studio.code) == 404
    week.plan.refresh_from_db()
    assert (week.plan.state, week.plan.revision) == ("draft", 1)


def test_a_plan_costs_the_same_queries_however_long(
    cast: Cast, week: Week, wu: Client, django_assert_max_num_queries: object
) -> None:
    page(wu, week)
    with django_assert_max_num_queries(MOST_QUERIES):  # type: ignore[operator]
        page(wu, week)
    for number in range(4):
        cast.open_need(title=f"第{number}条", public_title="长" * 80)
    do(wu, week, "rerun")
    page(wu, week)
    with django_assert_max_num_queries(MOST_QUERIES):  # type: ignore[operator]
        page(wu, week)
    assert Item.objects.filter(plan=week.plan).count() == 5


def test_bad_text_is_refused_in_words(week: Week, wu: Client) -> None:
    for name, text in KINDS[::9]:
        for deed in ("lock", "capacity", "choose", "terms", "take"):
            fields = ("revision", "row", "who", "count", "offer", "why", "threshold", "newcomers")
            entered = dict.fromkeys(fields, text[:2000])
            address = f"/assignments/{week.plan.code}/do/{deed}/"
            try:
                response = wu.post(address, entered)
            except UnicodeEncodeError:
                continue  # a browser cannot send it
            assert response.status_code in {404, 422}, (name, deed)
            assert "<script>alert" not in response.content.decode()
        try:
            response = wu.post("/assignments/", {"node": text[:2000], "week": text[:2000]})
        except UnicodeEncodeError:
            continue
        assert response.status_code == 422, name
    assert not Ruling.objects.exists()
    assert Plan.objects.count() == 1
    assert journal.verify().holds
