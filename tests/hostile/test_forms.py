"""More than two hundred kinds of bad text, sent to every form: a clear answer each, and nothing half-written."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings
from tests.cast import YAAN, Cast
from tests.hostile.corpus import GROUPS, KINDS

from keqiao.journal import services as journal
from keqiao.needs.models import Need
from keqiao.offers.models import Offer
from keqiao.organisations.models import Organisation

pytestmark = pytest.mark.django_db
ANSWERS = {200, 302, 400, 404, 409, 413, 422}


def test_there_are_two_hundred_kinds() -> None:
    assert len({name for name, _text in KINDS}) >= 200


@pytest.fixture
def lin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.lin)
    return client


@pytest.mark.parametrize("group", GROUPS)
def test_a_need_takes_bad_text_whole_or_not_at_all(group: str, lin: Client) -> None:
    for name, text in GROUPS[group]:
        whole = {"title": "锂渣的消纳", "wanted": text, "region": YAAN, "then": "draft"}
        odd = {"title": text[:3000], "region": text[:50], "stage": text[:9], "then": "submit"}
        odd |= {"budget_low": text[:30], "deadline_on": text[:30], "keywords": text[:500]}
        for entered in (whole, {**odd, "revision": text[:20]}):
            before = Need.objects.count()
            response = sent(lin, "/needs/new/", entered)
            if response is None:
                continue
            assert response.status_code in ANSWERS, name
            shown = response.content.decode()
            assert "Traceback" not in shown, name
            assert "<script>alert" not in shown, name
            if response.status_code == 422:
                assert 'role="alert"' in shown, name
            else:
                assert Need.objects.count() <= before + 1
    for need in Need.objects.all():
        assert "\x00" not in need.wanted + need.title
        assert len(need.title) <= 80
        page = lin.get(f"/needs/{need.code}/private/")
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
    assert journal.verify().holds


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.usefixtures("reference")
def test_search_and_filters_take_any_text(group: str) -> None:
    client = Client()
    for name, text in GROUPS[group]:
        for path, field in (
            ("/search/", "q"),
            ("/needs/", "region"),
            ("/offers/", "q"),
            ("/needs/", "page"),
        ):
            try:
                response = client.get(path, {field: text[:2000]})
            except UnicodeEncodeError:
                assert group == "surrogate"
                continue
            assert response.status_code in ANSWERS, (name, path, field)
            assert "<script>alert" not in response.content.decode(), name


@pytest.mark.parametrize("group", GROUPS)
def test_the_other_forms_take_any_text(group: str, cast: Cast, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    chen = Client()
    chen.force_login(cast.chen)
    studio, firm = cast.chen_studio.code, {"kind": "enterprise", "region": YAAN}
    for name, text in GROUPS[group][::2]:
        short = text[:3000]
        offer = {"kind": "result", "rights": "none", "capacity": 1, "studio": studio}
        for path, entered in (
            ("/offers/new/", {**offer, "title": short, "description": text}),
            (
                f"/studios/{studio}/edit/",
                {"name": short, "about": text, "region": YAAN, "capacity": 1},
            ),
            ("/organisations/new/", {**firm, "name": short, "credit_code": short}),
            ("/preferences/", {"name": short}),
            ("/consent/", {"purposes": [short]}),
            ("/language/", {"language": short, "next": short}),
            ("/large-type/", {"on": short, "next": short}),
        ):
            response = sent(chen, path, entered)
            if response is None:
                continue
            assert response.status_code in ANSWERS, (name, path)
            location = response.headers.get("Location", "/")
            assert location.startswith("/"), (name, location)
            assert not location.startswith("//"), (name, location)
    assert all(len(offer.title) <= 80 for offer in Offer.objects.all())
    assert all("\x00" not in row.name for row in Organisation.objects.all())


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.usefixtures("reference")
def test_log_in_takes_any_text(group: str) -> None:
    client = Client()
    for name, text in GROUPS[group][:6]:
        response = sent(client, "/account/login/", {"login": text[:300], "password": text[:300]})
        if response is not None:
            assert response.status_code in {*ANSWERS, 429}, name
            assert "_auth_user_id" not in client.session


def sent(client: Client, path: str, entered: Mapping[str, object]) -> HttpResponse | None:
    """Return the answer to a form; None when no browser could send such text (a lone surrogate)."""
    try:
        return client.post(path, dict(entered))  # type: ignore[return-value]
    except UnicodeEncodeError:
        return None


@pytest.mark.parametrize(
    "raw",
    [
        b"title=%00",
        b"title=%ED%A0%80",
        b"title=%FF%FE",
        b"title=%E9%94%82%C0%80",
        b"\x00=\x00",
        b"title[]=1",
        b"=&=&=",
    ],
)
def test_bytes_that_no_browser_sends(raw: bytes, lin: Client) -> None:
    response = lin.post(
        "/needs/new/", raw, content_type="application/x-www-form-urlencoded; charset=utf-8"
    )
    assert response.status_code in ANSWERS
    assert not Need.objects.exists()


def test_a_form_that_is_too_large_is_refused_with_a_page(lin: Client) -> None:
    response = lin.post("/needs/new/", {"title": "锂渣", "wanted": "锂" * 1_500_000})
    assert response.status_code in {400, 413, 422}
    assert not Need.objects.exists()
