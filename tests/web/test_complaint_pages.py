"""What the pages of complaints do: from every footer, for everybody, with no way to probe, flood or find out who."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from tests.cast import Cast, browser
from tests.complaints.test_complaints import TEXT, WHY, lodged
from tests.hostile.corpus import FORMULAS, MARKUP, TEMPLATES, UNICODE

from keqiao.complaints import services
from keqiao.complaints.models import Complaint
from keqiao.complaints.types import Thing
from keqiao.offers import services as offers
from keqiao.web import complained

pytestmark = pytest.mark.django_db
ENTERED = {"kind": "secret", "text": TEXT, "contact": "somebody@keqiao.example", "website": ""}


@pytest.fixture(autouse=True)
def _one_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    cache.clear()


def complain(client: Client, path: str, **changes: str) -> str:
    """Return where the form leads."""
    pressed = client.post("/complaints/new/", {**ENTERED, "about": path, **changes})
    assert pressed.status_code == 302, pressed.content.decode()
    return str(pressed.headers["Location"])


@pytest.mark.parametrize("path", ["/", "/needs/", "/search/?q=x", "/account/login/", "/nowhere/"])
@pytest.mark.usefixtures("cast")
def test_every_page_has_the_way_to_complain_about_it(path: str) -> None:
    page = Client().get(path).content.decode()
    found = re.search(r'href="(/complaints/new/\?about=[^"]*)"', page)
    assert found is not None
    assert Client().get(found[1]).status_code == 200


def test_a_stranger_complains_and_follows_it_by_the_link(cast: Cast) -> None:
    need = cast.open_need()
    stranger = Client()
    link = complain(stranger, f"/needs/{need.code}/")
    made = Complaint.objects.get()
    assert (made.thing, made.thing_code, made.organisation) == ("need", need.code, cast.lithium)
    assert "已收到" in Client().get(link).content.decode()
    desk = browser(cast.zheng)
    path = f"/complaints/{made.code}/"
    assert "somebody@keqiao.example" in desk.get(path).content.decode()
    assert desk.post(path, {"do": "take"}).status_code == 302
    assert desk.post(path, {"do": "answer", "text": ""}).status_code == 422
    answered = desk.post(path, {"do": "answer", "text": "已请作者改掉。", "measure": "corrected"})
    assert answered.status_code == 302
    shown = Client().get(link).content.decode()
    assert "已请作者改掉。" in shown
    assert cast.zheng.name not in shown
    assert Client().post(link, {"do": "object", "text": WHY}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.is_raised) == ("referred", True)


def test_the_link_is_no_way_to_the_desk(cast: Cast) -> None:
    complaint, key = lodged(cast)
    link = f"/complaints/{complaint.code}/{key}/"
    for pressed in ("take", "answer", "refer", "", "delete"):
        entered = {"do": pressed, "text": TEXT, "measure": "none"}
        assert browser(cast.zheng).post(link, entered).status_code == 404
    complaint.refresh_from_db()
    assert complaint.state == "received"


def test_who_is_complained_about_reads_nothing(cast: Cast) -> None:
    need = cast.open_need()
    complain(browser(cast.ji), f"/needs/{need.code}/")
    made = Complaint.objects.get()
    lin = browser(cast.lin)
    assert lin.get(f"/complaints/{made.code}/").status_code == 404
    for path in ("/complaints/", "/desk/", f"/needs/{need.code}/private/"):
        page = lin.get(path).content.decode()
        assert made.code not in page
        assert cast.ji.name not in page


@pytest.mark.usefixtures("cast")
def test_a_machine_that_fills_in_everything_hears_nothing() -> None:
    assert complain(Client(), "/", website="http://127.0.0.1/") == "/"
    assert not Complaint.objects.exists()


@pytest.mark.usefixtures("cast")
def test_one_address_complains_ten_times_an_hour() -> None:
    client = Client()
    for _time in range(10):
        complain(client, "/")
    refused = client.post("/complaints/new/", {**ENTERED, "about": "/"})
    assert refused.status_code == 429
    assert TEXT in refused.content.decode()
    assert Complaint.objects.count() == 10


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "x" * 3000,
        "/nowhere/", "/account/password/reset/key/1-secret/", "/complaints/T-00000000/secret-key/", "/needs/\x00/",
        "/cases/C-1/contract/1/contract.pdf",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("cast")
def test_a_foreign_or_secret_address_is_not_kept(path: str) -> None:
    answered = Client().get("/complaints/new/", {"about": path})
    assert answered.status_code in {200, 404}
    if answered.status_code == 200:
        assert 'name="about" value="/"' in answered.content.decode()
        complain(Client(), path.replace("\x00", ""))
        assert Complaint.objects.get().path == "/"


def test_nobody_learns_by_complaining_what_is_there(cast: Cast) -> None:
    draft = cast.need()
    for path in (f"/needs/{draft.code}/", f"/needs/{draft.code}/edit/", "/needs/N-00000000/"):
        shown = Client().get("/complaints/new/", {"about": path})
        assert shown.status_code == 200
        assert draft.title not in shown.content.decode()
        complain(Client(), path)
    assert {one.path for one in Complaint.objects.all()} == {"/"}


def test_whoever_is_behind_a_thing_is_known(cast: Cast) -> None:
    offer, case = cast.open_offer(), cast.table()
    by = {
        f"/offers/{offer.code}/": (Thing.OFFER, {cast.chen.pk}, None),
        f"/studios/{cast.chen_studio.code}/": (Thing.STUDIO, {cast.chen.pk}, None),
        f"/organisations/{cast.lithium.code}/": (Thing.ORGANISATION, set(), cast.lithium.pk),
        f"/cases/{case.code}/": (Thing.CASE, {cast.wu.pk}, None),
        "/needs/": (Thing.PAGE, set(), None),
    }
    for path, expected in by.items():
        found = complained.about(path, by=cast.lin)
        assert (found.thing, set(found.persons), found.organisation_id) == expected, path
    offers.close(offer, by=cast.chen)


@pytest.mark.parametrize("text", [*FORMULAS[:3], *MARKUP, *TEMPLATES[:4], *UNICODE])
def test_hostile_words_never_break_the_pages(cast: Cast, text: str) -> None:
    client = Client()
    pressed = client.post("/complaints/new/", {**ENTERED, "about": "/", "text": f"说明：{text}"})
    assert pressed.status_code in {302, 422}
    for made in Complaint.objects.all():
        assert browser(cast.he).get(f"/complaints/{made.code}/").status_code == 200


def test_the_desk_costs_the_same_however_long(cast: Cast) -> None:
    desk = browser(cast.he)
    lodged(cast)
    desk.get("/complaints/")
    with CaptureQueriesContext(connection) as few:
        desk.get("/complaints/")
    for _number in range(6):
        taken, _key = lodged(cast, by=cast.he if _number == 0 else None)
        if _number:
            services.take(taken, by=cast.zheng)
    with CaptureQueriesContext(connection) as many:
        assert desk.get("/complaints/").status_code == 200
    assert len(many) <= len(few)
