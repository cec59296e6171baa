"""Pages of activities: lists and filters, forms that say what is wrong, days that are shown before they are made."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from pytest_django.fixtures import Settings
from tests.activities.made import content, draft, published, session_content, with_session
from tests.cast import DEYANG, browser
from tests.crew import Crew, at
from tests.guardians.camp import camp
from tests.hostile.corpus import GROUPS
from tests.hostile.test_forms import ANSWERS, sent

from keqiao.activities import selectors, services
from keqiao.activities.models import Activity, Series, Session
from keqiao.activities.types import Leader
from keqiao.journal import services as journal
from keqiao.reactions import services as reactions

pytestmark = pytest.mark.django_db
ANYBODY = AnonymousUser()


@pytest.fixture(autouse=True)
def _one_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def tang(crew: Crew) -> Client:
    """唐果's browser."""
    return browser(crew.tang)


def entered(**changes: Any) -> dict[str, Any]:
    """Return what 唐果 types for an activity."""
    values = {
        "node": "A-511800", "title": "女童科学营", "kind": "camp", "about": "做实验，见科学家。",
        "themes": "物理、化学",
        "least_age": "10", "most_age": "14", "question_1_text": "要素食吗", "question_1_kind": "yes_no",
        "question_1_why": "中午统一订餐", "question_1_is_required": "on",
    }  # fmt: skip
    return {**values, **changes}


def held(**changes: Any) -> dict[str, Any]:
    """Return what 唐果 types for a session."""
    values = {
        "starts_at": f"{at(10):%Y-%m-%dT%H:%M}", "ends_at": f"{at(10, 12):%Y-%m-%dT%H:%M}", "place": "县文化馆",
        "region": "511800", "places": "30", "way": "first_come",
    }  # fmt: skip
    return {**values, **changes}


def titles(client: Client, path: str) -> list[str]:
    page = client.get(path).content.decode()
    return re.findall(r'class="card__title"><a href="/activities/[^"]+">([^<]+)<', page)


def test_an_activity_is_written_arranged_and_published_in_the_browser(
    tang: Client,
) -> None:
    answer = tang.post("/activities/new/", entered())
    activity = Activity.objects.get()
    assert answer.headers["Location"] == f"/activities/{activity.code}/sessions/new/"
    assert [one["text"] for one in activity.questions] == ["要素食吗"]
    tang.post(f"/activities/{activity.code}/sessions/new/", held(revision=activity.revision))
    session = Session.objects.get()
    assert (session.starts_at, session.places) == (at(10), 30)
    page = tang.post(f"/activities/{activity.code}/do/publish/", follow=True).content.decode()
    assert "活动已发布" in page
    shown = Client().get(f"/activities/{activity.code}/").content.decode()
    for part in (
        "女童科学营",
        "10–14 岁",
        "雅安市科协",
        "县文化馆",
        "中午统一订餐",
        "还有 30 个名额",
    ):
        assert part in shown, part
    assert "取消整个活动" not in shown
    changed = entered(title="女童科学营二", revision=3)
    changed |= {"question_1_key": "q1"}
    tang.post(f"/activities/{activity.code}/edit/", changed)
    activity.refresh_from_db()
    assert (activity.title, activity.questions[0]["key"]) == ("女童科学营二", "q1")


def test_repeated_days_are_shown_before_they_are_made(crew: Crew, tang: Client) -> None:
    activity = draft(crew)
    path = f"/activities/{activity.code}/sessions/new/"
    weekly = held(
        revision=1, weekdays=[str(at(10).weekday())], until=f"{at(31):%Y-%m-%d}", days=f"{at(12):%Y-%m-%d}"
    )  # fmt: skip
    page = tang.post(path, {**weekly, "then": "preview"}).content.decode()
    days = re.findall(r'name="chosen" value="([^"]+)"', page)
    assert days == [f"{at(n):%Y-%m-%d}" for n in (10, 12, 17, 24, 31)]
    assert not Session.objects.exists()
    shown = {"shown": " ".join(days), "then": "make"}
    moved = {**weekly, **shown, "chosen": days, "until": f"{at(24):%Y-%m-%d}"}
    assert "请再核对一次日期" in tang.post(path, moved).content.decode()
    assert not Session.objects.exists()
    made = tang.post(path, {**weekly, **shown, "chosen": [days[0], days[4]]})
    assert made.status_code == 302
    assert [f"{one.starts_at:%Y-%m-%d}" for one in Session.objects.order_by("starts_at")] == [
        days[0], days[4],
    ]  # fmt: skip
    again = tang.post(path, {**weekly, **shown, "chosen": [days[0]]})
    assert again.status_code == 422, "pressed twice from one page"
    assert Session.objects.count() == 2


def test_a_form_says_what_is_wrong_beside_each_field(crew: Crew, tang: Client) -> None:
    page = tang.post(
        "/activities/new/",
        entered(title="", least_age="x", question_1_why="", question_2_text="甲"),
    )
    assert page.status_code == 422
    assert not Activity.objects.exists()
    activity = draft(crew)
    path = f"/activities/{activity.code}/sessions/new/"
    for wrong, said in (
        ({"ends_at": f"{at(10, 8):%Y-%m-%dT%H:%M}"}, "结束时间要晚于开始时间"),
        ({"leader_email": "qinchuan@keqiao.example", "leader_name": "秦"}, "没有用这个邮箱登录、并且姓名相同的账号"),
        ({"weekdays": ["1"]}, "请写重复到哪一天"),
        ({"days": "明天"}, "不是日期"),
        ({"way": "draw"}, "抽签要写明什么时候抽"),
        ({"region": ""}, "请选择场次所在的地区"),
    ):  # fmt: skip
        answer = tang.post(path, held(revision=1, **wrong))
        assert answer.status_code == 422, wrong
        assert said in answer.content.decode(), wrong
    assert not Session.objects.exists()


def test_whoever_may_not_is_refused_without_a_trace(crew: Crew) -> None:
    session = published(crew)
    for who in (crew.ma, crew.qin, crew.cast.sun):
        client = browser(who)
        for path, typed in (
            ("/activities/new/", entered()),
            (f"/activities/{session.activity.code}/edit/", entered()),
            (f"/sessions/{session.code}/edit/", held()),
            (f"/sessions/{session.code}/cancel/", {"why": "x", "revision": "0"}),
        ):
            assert client.post(path, typed).status_code == 404, path
    assert Activity.objects.count() == 1


def test_a_session_is_moved_and_called_off_in_the_browser(crew: Crew, tang: Client) -> None:
    session = published(crew, leader=Leader(crew.qin.email, crew.qin.name))
    path = f"/sessions/{session.code}/"
    form = tang.get(f"{path}edit/").content.decode()
    assert f'value="{at(10):%Y-%m-%dT%H:%M}"' in form
    assert 'value="秦川"' in form
    night = {"starts_at": at(10, 20), "ends_at": at(11, 8)}
    typed = {name: f"{moment:%Y-%m-%dT%H:%M}" for name, moment in night.items()}
    tang.post(f"{path}edit/", held(**typed, revision=0))
    page = Client().get(path).content.decode()
    assert f"{at(10):%Y-%m-%d}" in page
    assert f"{at(11):%Y-%m-%d}" in page
    old = tang.post(f"{path}edit/", held(revision=0))
    assert old.status_code == 422
    assert "更新过" in old.content.decode()
    refused = tang.post(f"{path}cancel/", {"why": "", "revision": "1"}, follow=True)
    assert "请写明取消的原因" in refused.content.decode()
    tang.post(f"{path}cancel/", {"why": "下大雪", "revision": "1"})
    page = Client().get(path).content.decode()
    assert "本场已取消" in page
    assert "下大雪" in page


def test_the_list_is_narrowed_by_everything_that_is_offered(crew: Crew, client: Client) -> None:
    camp = published(crew)
    lecture = draft(
        crew, title="航空讲座", kind="lecture", themes=("航空",), least_age=None, most_age=None
    )
    with_session(crew, lecture, 20, region_id="511822", places=1)
    services.publish(lecture, by=crew.tang)
    over = draft(crew, title="去年的营")
    with_session(crew, over, -300)
    with_session(crew, over, 400)
    services.publish(over, by=crew.tang)
    services.cancel_session(selectors.sessions(over)[1], "雨", by=crew.tang)
    both = [camp.activity.title, "航空讲座"]
    with transaction.atomic():
        assert services.take_places(selectors.sessions(lecture)[0], 1)
    for query, expected in (
        ("", both),
        ("region=510000", both),
        ("region=511822", ["航空讲座"]),
        ("region=510600", []),
        ("theme=航空", ["航空讲座"]),
        ("kind=camp", both[:1]),
        ("age=10", both),
        ("age=40", ["航空讲座"]),
        (f"from_on={at(15):%Y-%m-%d}", ["航空讲座"]),
        (f"to_on={at(10):%Y-%m-%d}", both[:1]),
        (f"from_on={at(-301):%Y-%m-%d}", ["去年的营", *both]),
        ("places=on", both[:1]),
        ("theme=没有这个&kind=x&age=-1&region=zz&from_on=abc", both),
    ):
        assert titles(client, f"/activities/?{query}") == expected, query


def test_what_is_published_is_found_by_words_and_what_is_not_is_not(
    crew: Crew, client: Client
) -> None:
    session, hidden = published(crew), draft(crew, title="机器人秘密营")
    reactions.run("default")
    assert titles(client, "/search/?q=机器人") == [session.activity.title]
    assert titles(client, "/activities/?q=迷宫") == [session.activity.title]
    assert f"/activities/{hidden.code}/" not in client.get("/search/?q=秘密").content.decode()
    services.cancel(session.activity, "雨", by=crew.tang)
    reactions.run("default")
    assert titles(client, "/search/?q=机器人") == []


@pytest.mark.parametrize(
    ("path", "most"),
    [("/activities/", 8), (f"/activities/month/{at(10):%Y-%m}/", 7), ("/activities/feed.ics", 6), ("/", 14)],
)  # fmt: skip
def test_lists_cost_the_same_queries_however_long(
    crew: Crew, client: Client, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    series = services.make_series(crew.node, "玩转科学", "", by=crew.tang)
    published(crew)
    client.get(path)
    for _number in range(4):
        activity = draft(crew, series=series.code)
        for days in (10, 11):
            with_session(crew, activity, days)
        services.publish(activity, by=crew.tang)
    with django_assert_max_num_queries(most):
        assert client.get(path).status_code == 200


def test_the_desk_costs_the_same_queries_however_much_there_is(
    crew: Crew, tang: Client, django_assert_max_num_queries: Any
) -> None:
    for _number in range(4):
        published(crew, leader=Leader(crew.qin.email, crew.qin.name))
        draft(crew)
    with django_assert_max_num_queries(12):
        page = tang.get("/activities/desk/").content.decode()
    assert page.count("秦川") == 4
    led = browser(crew.qin).get("/activities/desk/").content.decode()
    assert "新建活动" not in led
    assert led.count("秦川</span>") == 4


def test_every_page_is_whole_in_english(crew: Crew) -> None:
    series = services.make_series(crew.node, "Series", "", by=crew.tang)
    activity = services.draft(
        crew.node,
        content(
            title="Camp", about="Robots", themes=("robots",), audience="pupils", partners=("School",), cost="free",
            accessibility="ramp", contact="phone", questions=(), series=series.code,
        ),
        by=crew.tang,
    )  # fmt: skip
    session = with_session(crew, activity, place="Hall", address="Road 1", most_per_family=2)
    client = browser(crew.tang)
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    services.publish(activity, by=crew.tang)
    for path in (
        f"/activities/{activity.code}/", f"/sessions/{session.code}/", "/activities/desk/", f"/series/{series.code}/",
        f"/activities/month/{at(10):%Y-%m}/", f"/activities/{activity.code}/sessions/new/",
        f"/activities/{activity.code}/edit/", "/series/new/",
    ):  # fmt: skip
        page = client.get(path).content.decode().split("<main")[1].split("</main")[0]
        page = re.sub(r"<(select|datalist).*?</\1>", "", page, flags=re.DOTALL)
        left = set(re.findall("[\u4e00-\u9fff]+", page))
        assert left <= {"雅安市科协", "雅安市", "唐果"}, (path, left)


@pytest.mark.parametrize("group", GROUPS)
def test_forms_take_bad_text_whole_or_not_at_all(group: str, crew: Crew, tang: Client) -> None:
    activity = draft(crew)
    path = f"/activities/{activity.code}/"
    for name, text in GROUPS[group][:5]:
        for address, typed in (
            ("/activities/new/", entered(title=text[:3000], themes=text[:200], least_age=text[:9])),
            ("/activities/new/", entered(about=text, question_1_why=text[:300], series=text[:30])),
            (f"{path}sessions/new/", held(place=text[:300], days=text[:50], revision=text[:9])),
            (f"{path}do/cancel/", {"why": "\x00" + text, "revision": "1"}),
            ("/series/new/", {"node": text[:20], "title": text}),
        ):
            response = sent(tang, address, typed)
            if response is None:
                continue
            assert response.status_code in ANSWERS, (name, address)
            shown = response.content.decode()
            assert "Traceback" not in shown, name
            assert "<script>alert" not in shown, name
    for table in (Activity, Series):
        for row in table.objects.all():
            assert "\x00" not in row.title + row.about
    assert Activity.objects.get(pk=activity.pk).state == "draft"
    assert journal.verify().holds


def test_wrong_addresses_lead_nowhere(crew: Crew, tang: Client) -> None:
    session = published(crew)
    for path in (
        "/activities/%00/", "/sessions/𠮷/", "/series/'; --/", "/activities/H-00000000/poster.pdf",
        "/sessions/E-00000000/session.ics", f"/activities/{session.activity.code}/files/99999999999999/",
        "/activities/month/%E3%80%82/",
    ):  # fmt: skip
        assert tang.get(path).status_code == 404, path


def test_a_school_elsewhere_organises_nothing_here(crew: Crew) -> None:
    session = published(crew)
    other = session_content(region_id=DEYANG)
    services.change_session(session, other, by=crew.tang)
    assert titles(browser(crew.cast.sun), "/activities/?region=510600")
    assert (
        "修改活动"
        not in browser(crew.cast.sun).get(f"/activities/{session.activity.code}/").content.decode()
    )


def test_who_organises_is_told_that_nobody_can_read_what_is_asked_about_health(
    crew: Crew, tang: Client
) -> None:
    asking = camp(crew)
    path, warning = f"/sessions/{asking.code}/", "没有人看得到"
    assert warning not in tang.get(path).content.decode()
    Session.objects.filter(pk=asking.pk).update(leader=None)
    assert warning in tang.get(path).content.decode()
    assert warning not in Client().get(path).content.decode()


def test_whom_to_ask_stands_on_every_page_and_is_copied(crew: Crew, tang: Client) -> None:
    session = published(crew)
    asked = "0835-000 0000，工作日九点到五点"
    stranger = Client()
    for path in (f"/activities/{session.activity.code}/", f"/sessions/{session.code}/"):
        assert asked in stranger.get(path).content.decode()
    told = stranger.get(f"/api/v1/activities/{session.activity.code}").json()
    assert told["contact"] == asked
    copy = services.copy(session.activity, by=crew.tang)
    assert copy.contact == asked
    typed = entered(contact="ask@kx.example.cn", revision=copy.revision)
    tang.post(f"/activities/{copy.code}/edit/", typed)
    copy.refresh_from_db()
    assert copy.contact == "ask@kx.example.cn"
    wrong = tang.post(f"/activities/{copy.code}/edit/", {**typed, "contact": "电" * 121})
    assert wrong.status_code == 422
