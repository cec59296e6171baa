"""The feed that other platforms read: what is public and nothing else, signed, incremental, with withdrawals."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings
from tests.cast import SECRET, Cast, told

from keqiao.api import feed as endpoint
from keqiao.base import feed
from keqiao.needs import services as needs
from keqiao.needs.models import Need
from keqiao.needs.types import Resolution
from keqiao.offers import services as offers

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/feed"


def read(after: int = 0, **asked: int) -> dict[str, Any]:
    response = Client().get(ADDRESS, {"after": after, **asked})
    assert response.status_code == 200, response.content
    told: dict[str, Any] = response.json()
    return told


def walk(limit: int, after: int = 0) -> list[dict[str, Any]]:
    """Read page by page until the last one; return every entry in its order."""
    entries: list[dict[str, Any]] = []
    while True:
        page = read(after, limit=limit)
        entries += page["entries"]
        if page["is_last"]:
            return entries
        assert page["next"] > after
        after = page["next"]


def test_what_is_open_is_told_as_everybody_reads_it(cast: Cast) -> None:
    need, offer = cast.open_need(), cast.open_offer()
    page = read()
    first, second = page["entries"]
    assert (page["format"], page["after"], page["is_last"]) == (feed.FORMAT, 0, True)
    assert page["instance"] == "http://testserver"
    assert first | {"changed_at": "", "opened_at": ""} == {
        "code": need.code,
        "state": "open",
        "changed_at": "",
        "opened_at": "",
        "kind": "need",
        "title": need.public_title,
        "text": need.public_text,
        "region": "511800",
        "industries": ["C2613"],
        "subject": "E0205",
        "stage": 6,
        "keywords": ["锂渣", "固废利用"],
        "cooperation": ["development", "service"],
        "studio": "",
        "is_example": False,
        "expires_on": need.expires_on.isoformat() if need.expires_on else None,
        "url": f"http://testserver/needs/{need.code}/",
    }
    assert (second["kind"], second["code"]) == ("offer", offer.code)
    assert (second["studio"], second["industries"]) == (cast.chen_studio.name, ["C3011"])
    assert second["url"] == f"http://testserver/offers/{offer.code}/"


def test_neither_the_secret_nor_who_asks_is_told(cast: Cast) -> None:
    need = cast.open_need()
    needs.attach(need, io.BytesIO(b"a,b\n"), name="表.csv", size=4, most_mib=1, by=cast.lin)
    cast.open_offer()
    body = Client().get(ADDRESS).content.decode()
    for hidden in (SECRET, cast.lithium.name, cast.lin.name, need.tried, need.targets, need.limits):
        assert hidden
        assert hidden not in body


def test_a_page_is_signed_by_the_key_that_is_shown(cast: Cast) -> None:
    cast.open_need()
    response, shown = Client().get(ADDRESS), Client().get(f"{ADDRESS}/key").json()
    signed = response.headers[feed.SIGNATURE_HEADER]
    assert feed.is_signed(response.content, signed, public=shown["key"])
    assert not feed.is_signed(response.content + b" ", signed, public=shown["key"])
    assert response.headers[feed.KEY_HEADER] == shown["fingerprint"].replace(" ", "")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.content == feed.canonical(response.json())


def test_the_same_secret_gives_the_same_key_and_another_one_another(settings: Settings) -> None:
    before = Client().get(f"{ADDRESS}/key").json()
    assert Client().get(f"{ADDRESS}/key").json() == before
    settings.FEED_SECRET = "another " * 10
    after = Client().get(f"{ADDRESS}/key").json()
    assert after["key"] != before["key"]
    assert after["fingerprint"] != before["fingerprint"]


def test_what_did_not_change_is_not_sent_again(cast: Cast) -> None:
    need, offer = cast.open_need(), cast.open_offer()
    reached = read()["next"]
    assert read(reached)["entries"] == []
    needs.attach(need, io.BytesIO(b"a,b\n"), name="表.csv", size=4, most_mib=1, by=cast.lin)
    needs.take(need, by=cast.wu)
    cast.need()
    page = read(reached)
    assert (page["entries"], page["next"], page["is_last"]) == ([], reached, True)
    offers.close(offer, by=cast.chen)
    (told,) = read(reached)["entries"]
    assert told["code"] == offer.code


def test_what_closed_is_withdrawn_with_code_and_time_alone(cast: Cast) -> None:
    need = cast.open_need()
    reached = read()["next"]
    needs.close(need, Resolution.WITHDRAWN, by=cast.lin)
    (told,) = read(reached)["entries"]
    assert set(told) == {"code", "state", "changed_at"}
    assert (told["code"], told["state"]) == (need.code, "withdrawn")
    assert [entry["state"] for entry in read()["entries"]] == ["withdrawn"]


def test_what_ran_out_of_its_time_is_withdrawn(cast: Cast) -> None:
    need = cast.open_need()
    reached = read()["next"]
    needs.close(need, Resolution.EXPIRED, by=None)
    assert [entry["state"] for entry in read(reached)["entries"]] == ["withdrawn"]


def test_what_was_never_public_never_appears(cast: Cast) -> None:
    cast.need(), cast.offer()
    waiting = needs.submit(cast.need(), by=cast.lin)
    needs.send_back(waiting, by=cast.zheng, **told("请写清楚。"))
    needs.close(cast.need(), Resolution.WITHDRAWN, by=cast.lin)
    offers.close(cast.offer(), by=cast.chen)
    page = read()
    assert (page["entries"], page["next"], page["is_last"]) == ([], 0, True)


def test_a_renewed_need_is_told_with_its_new_day(cast: Cast) -> None:
    need = cast.open_need()
    reached = read()["next"]
    soon = timezone.localdate() + dt.timedelta(days=3)
    Need.objects.filter(pk=need.pk).update(expires_on=soon)
    need.refresh_from_db()
    renewed = needs.renew(need, by=cast.lin)
    (told,) = read(reached)["entries"]
    assert told["expires_on"] == str(renewed.expires_on)


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_page_by_page_each_code_comes_once_as_it_is_now(cast: Cast, limit: int) -> None:
    opened = [cast.open_need() for _number in range(4)]
    offer = cast.open_offer()
    needs.close(opened[0], Resolution.SOLVED, by=cast.lin)
    told = {entry["code"]: entry["state"] for entry in walk(limit)}
    assert len(walk(limit)) == 5
    assert told == {
        **{need.code: "open" for need in opened[1:]},
        offer.code: "open",
        opened[0].code: "withdrawn",
    }


def test_a_long_stretch_of_private_work_is_walked_in_windows(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "WINDOW", 3)
    first = cast.open_need()
    for _number in range(5):
        cast.need()
    last = cast.open_offer()
    assert [entry["code"] for entry in walk(100)] == [first.code, last.code]


def test_a_position_beyond_the_journal_is_told_apart_from_nothing_new(cast: Cast) -> None:
    cast.open_need()
    assert Client().get(ADDRESS, {"after": 10_000}).status_code == 409


@pytest.mark.parametrize(
    "asked", [{"after": "-1"}, {"after": "x"}, {"after": "9" * 5000}, {"limit": "0"}, {"limit": "101"}]
)  # fmt: skip
@pytest.mark.usefixtures("cast")
def test_a_wrong_question_is_refused(asked: dict[str, str]) -> None:
    assert Client().get(ADDRESS, asked).status_code == 422


def test_a_feed_that_is_off_is_not_there(cast: Cast, settings: Settings) -> None:
    cast.open_need()
    settings.HAS_FEED = False
    assert Client().get(ADDRESS).status_code == 404
    assert Client().get(f"{ADDRESS}/key").status_code == 404


def test_a_page_costs_the_same_queries_however_long(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(6):
        cast.open_need(), cast.open_offer()
    with django_assert_max_num_queries(12):  # six to count who asks
        assert len(read()["entries"]) == 12
