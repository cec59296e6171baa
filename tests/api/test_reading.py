"""What a program is told: the public versions, its person's own cases, and pages that stay right."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from tests.api.programs import ALL, activities_of, laid, program
from tests.cast import Cast
from tests.outcomes.test_outcomes import content as outcome_content

from keqiao.activities import services as activities
from keqiao.casework import services as casework
from keqiao.casework.models import Case
from keqiao.casework.types import NoteKind, StepContent
from keqiao.needs import services as needs
from keqiao.outcomes import services as outcomes
from keqiao.reactions import services as reactions
from keqiao.tokens import services
from keqiao.tokens.models import Token
from keqiao.tokens.types import Content

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db


def told(client: Client, path: str) -> Any:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content.decode()
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    return response.json()


def test_codes_are_read_from_the_top_down_or_by_words(client: Client, reference: None) -> None:  # noqa: ARG001
    provinces = told(client, "regions")["items"]
    assert {"code": "510000", "name": "四川省"} in provinces
    assert {"code": "511800", "name": "雅安市"} in told(client, "regions?parent=510000")["items"]
    found = told(client, "regions?q=雅安")["items"]
    assert {"code": "511800", "name": "雅安市"} in found
    assert told(client, "regions?q=雅安&parent=500000")["items"] == []
    assert {one["code"] for one in told(client, "industries?parent=C")["items"]} >= {"C26", "C30"}
    assert any(one["code"] == "E0205" for one in told(client, "subjects?q=E0205")["items"])
    assert told(client, "subjects?q=没有这样的学科")["items"] == []


def test_a_need_is_told_in_its_public_version(cast: Cast, client: Client) -> None:
    need = cast.open_need()
    found = told(client, f"needs/{need.code}")
    assert found == told(client, "needs")["items"][0]
    assert found["title"] == need.public_title
    assert found["text"] == need.public_text
    assert found["region"] == {"code": "511800", "name": "雅安市"}
    assert found["url"] == f"http://testserver/needs/{need.code}/"
    assert (found["state"], found["stage"]) == ("open", 6)
    assert not set(found) & {"wanted", "organisation", "author", "budget_low", "deadline_on"}


def test_an_offer_and_its_studio_are_told_without_a_persons_name(
    cast: Cast, client: Client
) -> None:
    offer = cast.open_offer()
    found = told(client, f"offers/{offer.code}")
    assert found == told(client, "offers")["items"][0]
    assert found["industries"] == [{"code": "C3011", "name": found["industries"][0]["name"]}]
    assert found["studio"] == {"code": cast.chen_studio.code, "name": "陈砚固废利用工作室"}
    studio = told(client, f"studios/{cast.chen_studio.code}")
    assert studio["offers"] == [found]
    assert studio["organisation"] is None


def test_an_activity_is_told_with_its_sessions_and_free_places(cast: Cast, client: Client) -> None:
    activity, _draft = activities_of(cast)
    found = told(client, f"activities/{activity.code}")
    [listed] = told(client, "activities")["items"]
    assert found == listed
    [session] = found["sessions"]
    assert (session["places"], session["free"], session["state"]) == (30, 30, "planned")
    assert session["url"] == f"http://testserver/sessions/{session['code']}/"
    assert (found["themes"], found["association"]["name"]) == (["机器人", "编程"], "雅安市科协")
    for narrowing, count in (
        ("region=5118", 1), ("region=110000", 0), ("theme=编程", 1), ("theme=编", 0), ("kind=camp", 1),
        ("kind=lecture", 0), ("age=9", 1), ("age=13", 0), ("to_on=2000-01-01", 0), ("from_on=9999-12-31", 0),
        ("to_on=9999-12-31", 1), ("from_on=0001-01-01", 1),
    ):  # fmt: skip
        assert len(told(client, f"activities?{narrowing}")["items"]) == count, narrowing
    activities.cancel(activity, "下大雪", by=cast.he)
    assert told(client, "activities")["items"] == []
    off = told(client, f"activities/{activity.code}")
    assert (off["state"], off["sessions"][0]["cancelled_why"]) == ("cancelled", "下大雪")


def test_lists_are_narrowed_by_codes_and_by_words(cast: Cast, client: Client) -> None:
    need = cast.open_need()
    cast.open_offer()
    reactions.run("default")
    for narrowing, count in (
        ("region=510000", 1), ("region=5118", 1), ("region=110000", 0), ("industry=C26", 1), ("industry=A", 0),
        ("subject=E02", 1), ("stage=6", 1), ("stage=1", 0), ("cooperation=service", 1), ("cooperation=transfer", 0),
        ("q=锂渣", 1), ("q=古琴减字谱", 0), ("q=锂渣&region=110000", 0),
    ):  # fmt: skip
        assert len(told(client, f"needs?{narrowing}")["items"]) == count, narrowing
    assert told(client, "needs?q=锂渣")["items"][0]["code"] == need.code
    for narrowing, count in (("kind=result", 1), ("kind=patent", 0), ("q=水泥", 1), ("stage=7", 1)):
        assert len(told(client, f"offers?{narrowing}")["items"]) == count, narrowing


def test_pages_miss_nothing_and_repeat_nothing_while_entries_come_and_go(
    cast: Cast, client: Client
) -> None:
    made = [cast.open_need(public_title=f"需求{number}") for number in range(5)]
    first = client.get("/api/v1/needs?limit=2&region=510000")
    shown = [one["code"] for one in first.json()["items"]]
    assert first.headers["Link"] == f'<{first.json()["next"]}>; rel="next"'
    cast.open_need(public_title="后来的")
    needs.close(made[3], needs_resolution(), by=cast.lin)
    following = first.json()["next"]
    while following:
        assert "region=510000" in following
        page = client.get(following.removeprefix("http://testserver")).json()
        shown += [one["code"] for one in page["items"]]
        following = page["next"]
    assert shown == [one.code for one in reversed(made)]


def needs_resolution() -> Any:
    from keqiao.needs.types import Resolution

    return Resolution.WITHDRAWN


@pytest.mark.parametrize("change", ["tampered", "of another list", "narrowed otherwise", "made up"])
def test_a_cursor_that_is_none_of_ours_is_refused(cast: Cast, client: Client, change: str) -> None:
    for _number in range(2):
        cast.open_need(), cast.open_offer()
    following = told(client, "needs?limit=1")["next"].removeprefix("http://testserver")
    cursor = re.search(r"cursor=([^&]+)", following)
    assert cursor is not None
    wrong = {
        "tampered": following.replace(cursor[1], cursor[1][:-3] + "abc"),
        "of another list": following.replace("needs?", "offers?"),
        "narrowed otherwise": f"{following}&region=510000",
        "made up": "/api/v1/needs?cursor=WyIyMDI2Il0",
    }[change]
    response = client.get(wrong)
    assert response.status_code == 400
    assert response.json()["type"] == "urn:keqiao:problem:cursor"


def test_a_party_is_told_what_its_page_shows_and_the_staff_more(cast: Cast) -> None:
    path = laid(cast)["get_case table"].removeprefix("/api/v1/")
    party, staff = program(cast.lin, *ALL), program(cast.wu, *ALL)
    [case] = told(party, "cases")["items"]
    row = Case.objects.get(code=case["code"])
    content = StepContent(note="电话里说的", next_on=None)
    casework.advance(row, "contact", content, by=cast.wu, revision=row.revision)
    for client, note in ((party, None), (staff, "电话里说的")):
        found = told(client, path)
        assert found["steps"][0]["note"] == note
        said = {one["text"] for one in found["notes"]}
        assert ("只给经办人看的话" in said) == (client is staff)
        assert "大家都看的话" in said
        assert [one["side"] for one in found["parties"]] == ["asks", "answers"]
        assert found["outcomes"][0]["case"] == case["code"]
        assert found["tasks"][0]["text"] == "寄样品"


def test_lists_of_ones_own_hold_nothing_of_others(cast: Cast) -> None:
    laid(cast)
    seen_by = {"lin": 1, "chen": 1, "wu": 1, "he": 1, "zhou": 0, "sun": 0, "zheng": 0}
    for name, count in seen_by.items():
        client = program(getattr(cast, name), *ALL)
        assert len(told(client, "cases")["items"]) == count, name
        assert len(told(client, "outcomes")["items"]) == count, name


def test_the_journal_tells_ones_own_deeds_only(cast: Cast) -> None:
    cast.open_need()
    client = program(cast.lin, *ALL)
    deeds = told(client, "journal?limit=100")["items"]
    actions = [one["action"] for one in deeds]
    assert actions[0] == "token.issued"
    assert "need.opened" not in actions
    positions = [one["position"] for one in deeds]
    assert positions == sorted(positions, reverse=True)
    more = told(client, "journal?limit=1")
    assert more["items"] == deeds[:1]
    assert told(client, more["next"].partition("/api/v1/")[2])["items"] == deeds[1:2]


def test_a_program_learns_whose_it_is(cast: Cast) -> None:
    client = program(cast.chen, "match", "journal")
    found = told(client, "me")
    assert (found["name"], found["token"]) == ("陈砚", "程序")
    assert found["scopes"] == ["match", "journal"]
    assert found["is_ending"] is False
    assert Token.objects.get().last_used_on is not None


def test_what_is_the_same_is_not_sent_again(cast: Cast, client: Client) -> None:
    cast.open_need()
    first = client.get("/api/v1/needs")
    same = client.get("/api/v1/needs", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    cast.open_need(public_title="另一条")
    other = client.get("/api/v1/needs", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_a_page_elsewhere_may_read_what_is_public_and_nothing_personal(
    cast: Cast, client: Client
) -> None:
    public = client.get("/api/v1/needs")
    assert public.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in public.headers
    own = program(cast.lin, *ALL).get("/api/v1/cases")
    assert "Access-Control-Allow-Origin" not in own.headers
    assert own.headers["Cache-Control"] == "no-store"


def test_a_head_is_a_get_without_its_body(cast: Cast, client: Client) -> None:
    cast.open_need()
    whole, head = client.get("/api/v1/needs"), client.head("/api/v1/needs")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "ETag", "Content-Type"):
        assert head.headers[name] == whole.headers[name]
    assert client.head("/api/v1/needs/N-00000000").status_code == 404


def test_a_real_server_answers_a_real_program(cast: Cast, live_server: LiveServer) -> None:
    need = cast.open_need()
    _token, secret = services.issue(Content("程序", 90, ALL), by=cast.lin)
    for path, method, headers, status in (
        ("needs", "GET", {}, 200),
        ("needs", "HEAD", {}, 200),
        ("cases", "GET", {"Authorization": f"Bearer {secret}"}, 200),
        ("cases", "GET", {"Cookie": "sessionid=abc", "Accept-Language": "en"}, 401),
        ("nowhere", "PUT", {}, 404),
    ):
        address = live_server.url.removeprefix("http://")
        connection = HTTPConnection(address, timeout=60)
        connection.request(method, f"/api/v1/{path}", headers=headers)
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        assert response.status == status, body
        assert bool(body) == (method != "HEAD")
        assert (need.code in body) == (path == "needs" and method == "GET")


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("needs", 3),
        ("offers", 5),
        ("cases", 7),
        ("outcomes", 7),
        ("journal", 4),
        ("regions", 3),
        ("activities", 5),
    ],
)
def test_lists_cost_the_same_queries_however_long(
    cast: Cast, path: str, most: int, django_assert_max_num_queries: object
) -> None:
    for _number in range(4):
        laid(cast)
    client = (
        Client()
        if path in {"needs", "offers", "regions", "activities"}
        else program(cast.lin, *ALL)
    )
    client.get(f"/api/v1/{path}")
    with django_assert_max_num_queries(most):  # type: ignore[operator]
        assert told(client, path)["items"]


def test_a_case_costs_the_same_queries_however_much_happened_in_it(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    path = laid(cast)["get_case table"].removeprefix("/api/v1/")
    case = Case.objects.get()
    for number in range(6):
        casework.note(case, f"第{number}句", by=cast.wu, kind=NoteKind.NOTE)
        casework.add_task(case, f"第{number}件事", by=cast.wu)
        outcomes.enter(case, outcome_content(), by=cast.wu)
        outcomes.add_milestone(case, f"第{number}步", by=cast.wu)
    client = program(cast.he, *ALL)
    told(client, path)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert len(told(client, path)["outcomes"]) == 7
