"""The pages of one's own tokens: issued by whoever is there just now, shown once, revoked at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import PASSWORD, Cast, browser

from keqiao.journal.models import Entry
from keqiao.tokens import selectors, services
from keqiao.tokens.models import Token
from keqiao.tokens.types import Content

pytestmark = pytest.mark.django_db
ENTERED = {"name": "园区网站", "scopes": ["match", "cases"], "days": "90"}
NEW = "/preferences/tokens/new/"


def test_a_token_is_shown_once_and_works(cast: Cast) -> None:
    client = browser(cast.lin)
    assert client.get(NEW).status_code == 200
    response = client.post(NEW, ENTERED)
    assert response.status_code == 201
    assert "no-store" in response.headers["Cache-Control"]
    secret = re.search(r">(kq_[\w-]{43})<", response.content.decode())
    assert secret is not None
    token = selectors.bearer(secret[1])
    assert (token.person, token.scopes) == (cast.lin, ["match", "cases"])
    listed = client.get("/preferences/tokens/").content.decode()
    assert "园区网站" in listed
    assert token.prefix in listed
    assert secret[1] not in listed
    assert "kq_" not in browser(cast.zhou).get("/preferences/tokens/").content.decode()


def test_whoever_logged_in_long_ago_shows_to_be_there_first(cast: Cast) -> None:
    cast.lin.set_password(PASSWORD)
    cast.lin.save()
    client = browser(cast.lin)
    for response in (client.get(NEW), client.post(NEW, ENTERED)):
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/account/reauthenticate/")
    assert not Token.objects.exists()
    client.post(f"/account/reauthenticate/?next={NEW}", {"password": PASSWORD})
    assert client.post(NEW, ENTERED).status_code == 201


def test_a_page_that_is_loaded_again_issues_nothing_more_and_no_secret_is_kept(cast: Cast) -> None:
    client = browser(cast.lin)
    number = re.search(r'name="number" value="(\w{22})"', client.get(NEW).content.decode())
    assert number is not None
    entered = {**ENTERED, "number": number[1]}
    assert client.post(NEW, entered).status_code == 201
    again = client.post(NEW, entered)
    assert again.headers["Location"] == "/preferences/tokens/"
    assert Token.objects.count() == 1
    assert "kq_" not in str(dict(client.session))


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"name": ""}, 'role="alert"'), ({"name": "\u202e倒"}, "隐藏符号"), ({"days": "3650"}, "没有这个选项"),
     ({"scopes": ["everything"]}, "没有这个选项")],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(
    cast: Cast, changed: dict[str, object], said: str
) -> None:
    response = browser(cast.lin).post(NEW, {**ENTERED, **changed})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Token.objects.exists()


def test_a_token_is_revoked_by_one_press(cast: Cast) -> None:
    token, _secret = services.issue(Content("园区网站", 90), by=cast.lin)
    path = f"/preferences/tokens/{token.pk}/revoke/"
    assert Client().post(path).status_code == 302
    assert browser(cast.zhou).post(path).status_code == 404
    assert not Entry.objects.filter(action="token.revoked").exists()
    client = browser(cast.lin)
    page = client.post(path, follow=True).content.decode()
    assert "已撤销" in page
    assert "/revoke/" not in page
    assert Entry.objects.filter(action="token.revoked", actor_id=cast.lin.pk).count() == 1


def test_a_token_near_its_end_is_marked(cast: Cast) -> None:
    token, _secret = services.issue(Content("园区网站", 30), by=cast.lin)
    soon = timezone.now() + timedelta(days=3)
    Token.objects.filter(pk=token.pk).update(expires_at=soon)
    assert "即将到期" in browser(cast.lin).get("/preferences/tokens/").content.decode()


def test_the_list_costs_the_same_queries_however_long(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for _number in range(8):
        services.issue(Content("园区网站", 30), by=cast.lin)
    client = browser(cast.lin)
    client.get("/preferences/tokens/")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get("/preferences/tokens/")
