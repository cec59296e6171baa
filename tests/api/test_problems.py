"""Whatever goes wrong is told in one form, in the language that was asked for, and never as a page."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, UnreadablePostError
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.api.programs import ALL, PROBLEM, QUESTION, ask, program
from tests.cast import Cast

from keqiao.api import callers, problems
from keqiao.base.errors import Missing, NotAllowed, invalid
from keqiao.base.states import WrongState
from keqiao.search import readers
from keqiao.tokens import services
from keqiao.tokens.models import Token, Window
from keqiao.tokens.types import Content

pytestmark = pytest.mark.django_db
WORDS = ("type", "title", "status", "detail")


def told(response: Any, status: int, word: str) -> Any:
    assert response.status_code == status, response.content.decode()
    assert response.headers["Content-Type"] == PROBLEM
    found = json.loads(response.content)
    assert list(found)[:4] == list(WORDS)
    assert (found["type"], found["status"]) == (f"urn:keqiao:problem:{word}", status)
    assert "<" not in found["detail"]
    return found


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/needs", "/api/v1/needs/", "/api/v1/docs", "/api/v1/无",
     "/api/v1/needs/N-00000000", "/api/v1/needs/'; --", "/api/v1/needs/%00", "/api/v1/offers/..%2f..",
     "/api/v1/studios/" + "x" * 3000],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    told(client.get(path), 404, "not-found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_a_method_that_is_none_is_told_with_those_that_are(client: Client, method: str) -> None:
    response = getattr(client, method)("/api/v1/needs")
    told(response, 405, "method")
    assert response.headers["Allow"] == "GET"


def test_no_form_and_no_page_of_the_site_ever_answers(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.lin)
    told(strict.post("/api/v1/nowhere", {"a": "b"}), 404, "not-found")
    told(strict.post("/api/v1/match", QUESTION, content_type="application/json"), 401, "token")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer kq_wrong", "Basic bGluOmxpbg==", "kq_", "密", "Bearer \ud83d"]
)  # fmt: skip
def test_a_wrong_token_opens_nothing_not_even_what_is_public(client: Client, header: str) -> None:
    raw = header.encode("utf-8", "surrogatepass").decode("latin-1")
    response = client.get("/api/v1/needs", headers={"Authorization": raw})
    told(response, 401, "token")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="keqiao", error="invalid_token"'


def test_a_token_that_ended_says_why(cast: Cast) -> None:
    token, secret = services.issue(Content("程序", 30), by=cast.lin)
    client = Client(headers={"Authorization": f"bearer {secret}"})
    assert client.get("/api/v1/me").status_code == 200
    past = timezone.now() - timedelta(days=40)
    ended = timezone.now() - timedelta(days=10)
    Token.objects.filter(pk=token.pk).update(created_at=past, expires_at=ended)
    assert "已到期" in told(client.get("/api/v1/me"), 401, "token")["detail"]
    services.revoke(token, by=cast.lin)
    assert "已撤销" in told(client.get("/api/v1/needs"), 401, "token")["detail"]


def test_what_needs_a_token_says_how_to_send_one(client: Client) -> None:
    response = client.get("/api/v1/me")
    assert "Authorization: Bearer" in told(response, 401, "token")["detail"]
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="keqiao"'


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("limit=" + "9" * 5000, "limit"),
     ("stage=10", "stage"), ("stage=-1", "stage"), ("region=四川", "region"), ("industry=C%00", "industry"),
     ("cooperation=all", "cooperation"), ("q=" + "字" * 501, "q"), ("cursor=" + "x" * 401, "cursor")],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_sentence(client: Client, query: str, field: str) -> None:
    found = told(client.get(f"/api/v1/needs?{query}"), 422, "invalid")
    assert [one["field"] for one in found["errors"]] == [field]
    assert found["errors"][0]["sentence"].isascii() is False


@pytest.mark.parametrize(
    "body",
    ["{", "nonsense", "[" * 100_00, '{"title": ' + "9" * 5000 + "}", "\x00", '{"title": "\\ud800"}', "null", "[]",
     '"text"', "1", '{"title": NaN}'],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_refused(cast: Cast, body: str) -> None:
    client = program(cast.lin, *ALL)
    response = client.post("/api/v1/match", body, content_type="application/json")
    assert response.status_code in {400, 422}
    told(
        response, response.status_code, "invalid" if response.status_code == 422 else "bad-request"
    )


def test_a_body_in_broken_bytes_is_refused(cast: Cast) -> None:
    client = program(cast.lin, *ALL)
    response = client.post(
        "/api/v1/match", b'{"title": "\xff\xfe\xc3"}', content_type="application/json"
    )
    told(response, 400, "bad-request")


def test_a_body_that_is_too_large_is_not_even_read(cast: Cast) -> None:
    client = program(cast.lin, *ALL)
    told(ask(client, {**QUESTION, "text": "字" * 10_000_000}), 413, "too-large")
    for length in ("65537", "9" * 30, "9" * 5000):
        response = client.get("/api/v1/needs", CONTENT_LENGTH=length)
        told(response, 413, "too-large")


def test_a_body_that_is_no_json_by_its_own_word_is_refused(cast: Cast) -> None:
    client = program(cast.lin, *ALL)
    told(client.post("/api/v1/match"), 415, "media-type")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):  # fmt: skip
        told(client.post("/api/v1/match", "{}", content_type=kind), 415, "media-type")


def test_sentences_follow_accept_language_and_nothing_else(client: Client) -> None:
    for asked, language, title in (
        ("", "zh-hans", "没有找到"),
        ("zh-CN", "zh-hans", "没有找到"),
        ("en-US,en;q=0.8,zh;q=0.5", "en", "Not found"),
        ("fr", "zh-hans", "没有找到"),
        ("\x00,;q=x", "zh-hans", "没有找到"),
    ):
        headers = {"Accept-Language": asked, "Cookie": "django_language=en"}
        response = client.get("/api/v1/nowhere", headers=headers)
        assert response.headers["Content-Language"] == language
        assert told(response, 404, "not-found")["title"] == title
    assert "Accept-Language" in response.headers["Vary"]


def test_a_minute_has_its_requests_and_no_more(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.API_LIMIT, settings.API_TOKEN_LIMIT = 2, 41
    first = client.get("/api/v1/regions")
    assert (first.headers["RateLimit-Limit"], first.headers["RateLimit-Remaining"]) == ("2", "1")
    assert 0 < int(first.headers["RateLimit-Reset"]) <= 60
    client.get("/api/v1/regions")
    response = client.get("/api/v1/regions")
    if Window.objects.count() == 1:  # the minute did not end between the first and the third
        told(response, 429, "too-many")
        assert response.headers["Retry-After"] == response.headers["RateLimit-Reset"]
    other = client.get("/api/v1/regions", REMOTE_ADDR="198.51.100.7")
    assert other.status_code == 200
    bearer = program(cast.lin, *ALL)
    assert ask(bearer).headers["RateLimit-Remaining"] == "21"
    assert bearer.get("/api/v1/me").headers["RateLimit-Remaining"] == "20"


def test_guessing_tokens_is_counted_for_the_address(client: Client, settings: Settings) -> None:
    settings.API_LIMIT = 2
    answers = [
        client.get("/api/v1/me", headers={"Authorization": f"Bearer kq_{number}"}).status_code
        for number in range(5)
    ]
    assert set(answers) == {401, 429}


def test_no_address_stands_in_the_table_of_what_was_spent(client: Client) -> None:
    client.get("/api/v1/regions", REMOTE_ADDR="198.51.100.7")
    assert "198.51.100.7" not in str(list(Window.objects.values()))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "expected"),
    [
        (0, "203.0.113.9", "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (1, "192.0.2.1, 203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (2, "192.0.2.1, 203.0.113.9, 10.0.0.2", "10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1", "10.0.0.1"),
        (1, "", "10.0.0.1", ""),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "::ffff:198.51.100.7", "198.51.100.7"),
        (0, "", "", ""),
        (1, "unknown", "10.0.0.1", ""),
    ],
)
def test_an_address_is_believed_as_far_as_our_proxies_reach(
    settings: Settings, proxies: int, forwarded: str, remote: str, expected: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/api/v1/needs", headers=headers, REMOTE_ADDR=remote)
    assert callers.address(request) == expected


def test_a_fault_of_ours_is_logged_and_told_without_its_traces(
    client: Client, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.INDEX_HOME = tmp_path / "taken"
    settings.INDEX_HOME.write_text("a file where the index would be")
    readers.forget()
    with caplog.at_level(logging.ERROR, "keqiao.api"):
        response = client.get("/api/v1/needs?q=锂渣")
    found = told(response, 500, "error")
    assert "taken" not in str(found)
    assert caplog.records[0].exc_info is not None


@pytest.mark.parametrize(
    "path", ["regions", "industries", "subjects", "needs", "offers", "activities"]
)
@pytest.mark.parametrize(
    "words", ["\x00", "𠮷㐂", "＝ＳＵＭ（１）", "%", "_", "'; --", "\u202e", " ", "(((", "C26*~"]
)
def test_any_words_are_plain_words(client: Client, path: str, words: str) -> None:
    response = client.get(f"/api/v1/{path}", {"q": words})
    assert response.status_code == 200, response.content.decode()


@pytest.mark.parametrize(
    ("raised", "status", "word"),
    [
        (Missing(), 404, "not-found"), (NotAllowed(), 403, "not-allowed"), (WrongState(), 409, "refused"),
        (invalid("title", "错"), 422, "invalid"), (UnreadablePostError(), 400, "bad-request"),
        (ZeroDivisionError(), 500, "error"),
    ],
)  # fmt: skip
def test_each_refusal_has_its_status(
    raised: Exception, status: int, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "keqiao.api"):
        response = problems.answer(HttpRequest(), raised)
    told(response, status, word)
    assert bool(caplog.records) == (status == 500)
