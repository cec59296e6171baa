"""The pages of one's own data: a proof that it is me, a copy, what erasure would do, and what it did."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from tests.cast import PASSWORD, Cast, browser
from tests.outcomes.test_outcomes import confirmed
from tests.privacy.everything import lived

from keqiao.accounts import services as accounts
from keqiao.accounts.models import Consent, Person
from keqiao.accounts.types import ERASED_NAME, Purpose
from keqiao.casework import services as casework
from keqiao.casework.types import NoteKind
from keqiao.journal.models import Entry
from keqiao.privacy.types import SECTIONS

pytestmark = pytest.mark.django_db
ERASE, COPY = "/privacy/erase/", "/privacy/copy/"


@pytest.fixture(autouse=True)
def _one_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    cache.clear()


def with_password(one: Person) -> Client:
    """Return a browser in which somebody with a password is logged in, and has not proved it again."""
    one.set_password(PASSWORD)
    one.save(update_fields=["password"])
    return browser(one)


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_a_copy_is_handed_out_after_the_password(cast: Cast) -> None:
    lived(cast)
    client = with_password(cast.chen)
    asked = client.get(COPY)
    assert (asked.status_code, asked.headers["Location"].split("?")[0]) == (
        302,
        "/account/reauthenticate/",
    )
    assert not Entry.objects.filter(action="person.copy_taken").exists()
    wrong = client.post(asked.headers["Location"], {"password": "不对"})
    assert wrong.status_code == 200
    page = client.post(asked.headers["Location"], {"password": PASSWORD})
    assert page.headers["Location"] == COPY
    assert client.get(COPY).status_code == 200
    given = client.post(COPY)
    assert given.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(BytesIO(body(given))) as archive:
        told = json.loads(archive.read("copy.json"))
    assert told["sections"]["account"][0]["name"] == cast.chen.name
    assert Entry.objects.filter(action="person.copy_taken").count() == 1


def test_a_copy_is_taken_five_times_an_hour(cast: Cast) -> None:
    client = browser(cast.ji)
    for _time in range(5):
        assert client.post(COPY).status_code == 200
    assert client.post(COPY).status_code == 429
    assert browser(cast.gu).post(COPY).status_code == 200


def test_a_copy_costs_the_same_queries_however_much_there_is(cast: Cast) -> None:
    lived(cast)
    client = browser(cast.chen)
    client.get(ERASE)
    with CaptureQueriesContext(connection) as few:
        client.post(COPY)
    for _time in range(4):
        cast.open_offer()
        cast.need()
    with CaptureQueriesContext(connection) as many:
        client.post(COPY)
    assert len(many) <= len(few)


def test_what_goes_and_what_stays_is_told_before_anything_happens(cast: Cast) -> None:
    lived(cast)
    before = Entry.objects.count()
    page = browser(cast.chen).get(ERASE).content.decode()
    for words in (
        "个人需求（未公开过）",
        "替一方确认过的成果",
        "留痕：登录和操作",
        "不少于 180 天",
        "第六十九条",
    ):
        assert words in page
    assert Entry.objects.count() == before
    assert Person.objects.get(pk=cast.chen.pk).is_active


def test_what_stands_in_the_way_is_told_with_the_way_out(cast: Cast) -> None:
    case = cast.table()
    page = browser(cast.wu).get(ERASE).content.decode()
    assert f"/cases/{case.code}/" in page
    assert "注销我的账号" not in page
    refused = browser(cast.wu).post(ERASE, {"typed": cast.wu.email})
    assert refused.status_code == 422
    assert Person.objects.get(pk=cast.wu.pk).is_active


def test_an_account_is_erased_after_password_and_typing(cast: Cast) -> None:
    lived(cast)
    email = cast.chen.email
    client, elsewhere = with_password(cast.chen), browser(cast.chen)
    asked = client.post(ERASE, {"typed": email})
    assert asked.headers["Location"].startswith("/account/reauthenticate/")
    assert Person.objects.get(pk=cast.chen.pk).is_active
    done = client.post(asked.headers["Location"], {"password": PASSWORD})
    assert done.headers["Location"] == "/privacy/erased/"
    page = client.get("/privacy/erased/").content.decode()
    for words in ("账号已注销", "替一方确认过的成果", "第一百八十八条"):
        assert words in page
    for secret in (email, "陈砚"):
        assert secret not in page
    assert elsewhere.get("/desk/").status_code == 302
    assert client.get("/desk/").status_code == 302
    assert mail.outbox == []
    assert Client().get("/privacy/erased/").status_code == 404


def test_a_wrong_word_erases_nothing(cast: Cast) -> None:
    for typed in ("", "注销", cast.lin.email, "\x00", "长" * 5000, "<script>"):
        refused = browser(cast.ji).post(ERASE, {"typed": typed})
        assert refused.status_code == 422
    assert Person.objects.get(pk=cast.ji.pk).name == cast.ji.name


def test_every_section_is_said_in_both_languages(cast: Cast) -> None:
    lived(cast)
    client = browser(cast.chen)
    client.cookies["django_language"] = "en"
    assert client.get(ERASE).status_code == 200
    assert len({section.label for section in SECTIONS}) == len(SECTIONS)


def test_a_name_is_shown_at_the_table_with_consent_only(cast: Cast) -> None:
    case = cast.table()
    casework.note(case, "样品已寄出。", by=cast.chen, kind=NoteKind.MAIL)
    outcome = confirmed(cast, case)
    paths = (f"/cases/{case.code}/", f"/outcomes/{outcome.code}/")
    hidden = f"{cast.chen.name} "
    for reader in (cast.lin, cast.wu):
        for path in paths:
            page = browser(reader).get(path).content.decode()
            assert "解决方的经办人（未公开姓名）" in page, path
            assert f"· {cast.chen.name}<" not in page
            assert hidden not in page
    assert f"· {cast.chen.name}<" in browser(cast.chen).get(paths[0]).content.decode()
    assert "您没有同意提供姓名" in browser(cast.chen).get(paths[0]).content.decode()
    accounts.consent(cast.chen, Purpose.CONTACT, by=cast.chen)
    shown = browser(cast.lin).get(paths[0]).content.decode()
    assert f"· {cast.chen.name}<" in shown
    accounts.withdraw(cast.chen, Purpose.CONTACT, by=cast.chen)
    assert f"· {cast.chen.name}<" not in browser(cast.lin).get(paths[0]).content.decode()
    assert cast.wu.name in shown


def test_a_new_wording_is_asked_again(cast: Cast) -> None:
    accounts.set_consents(cast.ji, Purpose, by=cast.ji)
    Consent.objects.filter(person=cast.ji).update(version="2020-01")
    client = browser(cast.ji)
    assert "重新确认" in client.get("/desk/").content.decode()
    page = client.get("/consent/").content.decode()
    assert "原来的同意不再有效" in page
    assert page.count("checked") == 0
    client.post("/consent/", {"purposes": ["mail"]})
    assert "重新确认" not in client.get("/desk/").content.decode()
    live = Consent.objects.filter(person=cast.ji, withdrawn_at=None)
    assert set(live.values_list("purpose", flat=True)) == {"account", "mail"}


def test_an_erased_name_is_said_in_the_readers_language(cast: Cast) -> None:
    case = lived(cast)
    client = browser(cast.chen)
    assert client.post(ERASE, {"typed": cast.chen.email}).status_code == 302
    page = browser(cast.wu).get(f"/cases/{case.code}/").content.decode()
    assert ERASED_NAME in page
    assert cast.chen.name not in page.replace("陈砚固废利用工作室", "")
