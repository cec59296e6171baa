"""What a sister must not get away with: every such page leaves things as they were, and her state says why."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest
from django.utils import timezone
from tests.hostile.corpus import KINDS
from tests.platforms import Answer, Platform

from keqiao.base import feed
from keqiao.journal.models import Entry
from keqiao.sisters import selectors, services
from keqiao.sisters.models import Sister, SisterEntry
from keqiao.sisters.types import Trouble

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
Lay = Callable[[Platform], Answer]


def old() -> str:
    return (dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)).isoformat()


def tampered(platform: Platform) -> Answer:
    status, headers, body = platform.page(platform.entry())
    return status, headers, body.replace("磷石膏".encode(), "磷石灰".encode())


def unsigned(platform: Platform) -> Answer:
    _status, _headers, body = platform.page(platform.entry())
    return 200, {}, body


def changed(**changes: object) -> Lay:
    return lambda platform: platform.page(platform.entry(), **changes)  # type: ignore[arg-type]


def raw(body: bytes) -> Lay:
    return lambda platform: platform.signed(body)


REFUSED: list[tuple[Lay, Trouble]] = [
    (tampered, Trouble.UNSIGNED),
    (unsigned, Trouble.UNSIGNED),
    (changed(secret="another " * 10), Trouble.KEY_CHANGED),
    (changed(instance="https://other.example"), Trouble.REPLAYED),
    (changed(after=5), Trouble.REPLAYED),
    (changed(issued_at=old()), Trouble.REPLAYED),
    (changed(next=0), Trouble.REPLAYED),
    (changed(next=-1), Trouble.REPLAYED),
    (changed(next=2**70), Trouble.UNREADABLE),
    (changed(next="10"), Trouble.UNREADABLE),
    (changed(next=True), Trouble.UNREADABLE),
    (changed(format="keqiao-feed/2"), Trouble.UNREADABLE),
    (changed(issued_at="yesterday"), Trouble.UNREADABLE),
    (changed(issued_at=None), Trouble.UNREADABLE),
    (changed(is_last=1), Trouble.UNREADABLE),
    (changed(entries={}), Trouble.UNREADABLE),
    (changed(entries=[{"code": "N-1"}] * 101), Trouble.LARGE),
    (raw(b""), Trouble.UNREADABLE),
    (raw(b"\xff\xfe"), Trouble.UNREADABLE),
    (raw(b"[]"), Trouble.UNREADABLE),
    (raw(b"[" * 100_000), Trouble.UNREADABLE),
    (raw(b'{"after": ' + b"9" * 5000 + b"}"), Trouble.UNREADABLE),
    (raw(b" " * (services.MOST_BYTES + 1)), Trouble.LARGE),
    (lambda _platform: (503, {}, b"busy"), Trouble.REFUSED),
    (lambda _platform: (302, {"Location": "http://127.0.0.1:1/"}, b""), Trouble.REFUSED),
    (lambda _platform: (409, {}, b""), Trouble.AHEAD),
    (lambda _platform: (200, {"Content-Length": "999"}, b"short"), Trouble.UNREACHABLE),
]


@pytest.mark.parametrize(("lay", "trouble"), REFUSED)
def test_a_page_that_is_not_right_is_refused_whole(
    lay: Lay, trouble: Trouble, platform: Platform
) -> None:
    sister = platform.subscribed()
    before = Entry.objects.count()
    platform.answers[0] = lay(platform)
    tally = services.read(sister, by=None)
    assert (tally.trouble, tally.shown_count) == (trouble, 0)
    is_key = trouble == Trouble.KEY_CHANGED
    assert sister.state == ("key_changed" if is_key else "failed")
    assert (sister.trouble, sister.position) == (trouble, 0)
    assert SisterEntry.objects.count() == 0
    (entry,) = Entry.objects.order_by("position")[before:]
    assert entry.action == ("sister.key_changed" if is_key else "sister.failed")
    assert entry.data == {"trouble": trouble.value}


def test_a_good_page_before_a_bad_one_is_kept(platform: Platform) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry(), is_last=False)
    platform.answers[10] = (500, {}, b"")
    tally = services.read(sister, by=None)
    assert (tally.shown_count, tally.trouble, sister.position) == (1, Trouble.REFUSED, 10)
    assert selectors.public().count() == 1


def test_a_platform_that_asks_to_come_again_later_is_in_no_trouble(platform: Platform) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry(), is_last=False)
    platform.answers[10] = (429, {"Retry-After": "30"}, b"")
    before = Entry.objects.count()
    tally = services.read(sister, by=None)
    assert (tally.shown_count, tally.has_more, tally.trouble) == (1, True, Trouble.NONE)
    sister.refresh_from_db()
    assert (sister.state, sister.position, sister.failure_count) == ("active", 10, 0)
    assert sister.next_at > timezone.now()
    assert Entry.objects.count() == before + 1
    platform.say(platform.entry("N-2"), after=10, next=20)
    assert services.read(sister, by=None).shown_count == 1


def test_an_old_page_of_the_right_position_is_a_replay(platform: Platform) -> None:
    sister = platform.subscribed()
    earlier = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=2)
    before = platform.page(after=10, next=10, issued_at=earlier.isoformat())
    platform.say(platform.entry())
    assert services.read(sister, by=None).trouble == Trouble.NONE
    platform.answers[10] = before
    assert services.read(sister, by=None).trouble == Trouble.REPLAYED
    assert selectors.public().count() == 1


def test_a_sister_that_fails_is_asked_less_and_less_often_until_she_answers(
    platform: Platform,
) -> None:
    sister = platform.subscribed()
    platform.answers[0] = (500, {}, b"")
    waits = []
    for _number in range(9):
        services.read(sister, by=None)
        waits.append(round((sister.next_at - timezone.now()) / dt.timedelta(minutes=1)))
    assert waits[:3] == [30, 60, 120]
    assert waits[-1] == 24 * 60
    assert Entry.objects.filter(action="sister.failed").count() == 1
    del platform.answers[0]
    assert services.read(sister, by=None).trouble == Trouble.NONE
    assert (sister.state, sister.failure_count, sister.trouble) == ("active", 0, "")
    assert Entry.objects.filter(action="sister.recovered").count() == 1


def test_a_sister_that_is_dropped_while_she_is_read_is_gone(platform: Platform) -> None:
    sister = platform.subscribed()

    def refuse(handler: BaseHTTPRequestHandler) -> None:
        handler.send_error(500)

    platform.answers[0] = refuse
    services.drop(Sister.objects.get(), by=None)
    assert services.read(sister, by=None).trouble == Trouble.REFUSED
    assert not Sister.objects.exists()


def test_a_changed_key_waits_until_somebody_compares_it(platform: Platform) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry())
    services.read(sister, by=None)
    platform.secret = "新的密钥" * 13
    assert services.read(sister, by=None).trouble == Trouble.KEY_CHANGED
    assert list(selectors.due(timezone.now() + dt.timedelta(days=9))) == []
    services.trust(sister, services.ask(platform.url), by=None)
    assert (sister.state, sister.trouble) == ("active", "")
    assert services.read(sister, by=None).trouble == Trouble.NONE
    told = Entry.objects.get(action="sister.trusted").data["fingerprint"]
    assert told == feed.fingerprint(sister.key)


@pytest.mark.parametrize(
    "wrong", [{"url": ""}, {"title": ""}, {"text": ""}, {"kind": "person"}, {"opened_at": None}]
)
def test_an_entry_that_cannot_be_kept_takes_back_what_was_shown(
    wrong: dict[str, object], platform: Platform
) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry(), platform.entry("N-B2"))
    platform.say(platform.entry() | wrong, platform.entry("N-C3"), after=10, next=20)
    services.read(sister, by=None)
    tally = services.read(sister, by=None)
    assert (tally.shown_count, tally.withdrawn_count) == (1, 1)
    assert {row.code for row in selectors.public()} == {"N-B2", "N-C3"}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "http://other.example/needs/1/", "//127.0.0.1/x", "data:text/html,x", "/needs/1/", 7,
        None, "http://127.0.0.1.other.example/", "http://127.0.0.1:1@other.example/", "{url}.example/",
        "{url}@other.example/",
        "{url}/needs/\n/", "{url}/" + "a" * 400, "{url}/科", " {url}/", "{url}\\@other.example/",
    ],
)  # fmt: skip
def test_a_link_leads_to_the_sister_herself_or_nowhere(url: object, platform: Platform) -> None:
    sister = platform.subscribed()
    wanted = url.replace("{url}", platform.url) if isinstance(url, str) else url
    platform.say(platform.entry(url=wanted))
    assert services.read(sister, by=None).shown_count == 0
    assert SisterEntry.objects.count() == 0


WRONG_VALUES: list[object] = [
    None, 7, -1, 10**30, 1.5, True, [], {}, [[]], [None, 7, "x" * 500], {"a": []},
]  # fmt: skip


def hostile(platform: Platform) -> list[dict[str, object]]:
    """Return entries that are hostile in one field each, and in all that people read."""
    texts = [text[:6000] for _name, text in KINDS]
    found = [
        platform.entry(f"N-{number}", title=text, text=text, studio=text, keywords=[text])
        for number, text in enumerate(texts)
    ]
    found += [platform.entry(text, title=f"编号 {text[:60]}") for text in texts]
    for field in platform.entry():
        found += [
            platform.entry() | {"code": f"W-{field[:9]}-{number}".replace("_", "-"), field: value}
            for number, value in enumerate(WRONG_VALUES)
        ]
    return found


def test_no_value_of_any_field_breaks_the_reading(platform: Platform) -> None:
    sister = platform.subscribed()
    entries = hostile(platform)
    for start in range(0, len(entries), 100):
        more, is_last = entries[start : start + 100], start + 100 >= len(entries)
        page = json.loads(platform.page(after=start, next=start + 100, is_last=is_last)[2])
        platform.answers[start] = platform.signed(json.dumps(page | {"entries": more}).encode())
    tally = services.read(sister, by=None)
    assert (tally.trouble, sister.state) == (Trouble.NONE, "active")
    assert 0 < tally.shown_count < len(entries)
    for row in SisterEntry.objects.filter(withdrawn_at=None):
        kept = "".join((row.code, row.title, row.text, row.studio, *row.keywords))
        assert not UNSAFE.search(kept)
        assert row.url.startswith(f"{platform.url}/")


def test_codes_that_our_tables_do_not_know_are_left_out(platform: Platform) -> None:
    sister = platform.subscribed()
    told = platform.entry(region="999999", subject="Z99", industries=["C2613", "Q9", "C2613\x00"])
    platform.say(told)
    services.read(sister, by=None)
    row = selectors.get(sister.code, "N-AAAA0001")
    assert (row.region_id, row.subject_id, row.industries) == (None, None, ["C2613"])


def test_a_sister_may_not_fill_our_disk(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_ENTRIES", 2)
    sister = platform.subscribed()
    platform.say(*(platform.entry(f"N-{number}") for number in range(3)))
    assert services.read(sister, by=None).trouble == Trouble.TOO_MANY
    assert (SisterEntry.objects.count(), sister.position) == (0, 0)


def test_a_server_that_drips_is_given_up(platform: Platform) -> None:
    sister = platform.subscribed()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with suppress(OSError):
            while not threading.Event().wait(0.05):
                handler.wfile.write(b" ")
                handler.wfile.flush()

    platform.answers[0] = drip
    assert services.read(sister, by=None, seconds=0.3).trouble == Trouble.SLOW


def test_a_server_that_says_nothing_is_given_up(platform: Platform) -> None:
    sister = platform.subscribed()

    def listen(handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(1)  # until the other side hangs up

    platform.answers[0] = listen
    assert services.read(sister, by=None, seconds=0.3).trouble == Trouble.SLOW


def test_a_server_that_is_gone_is_unreachable(platform: Platform) -> None:
    sister = platform.subscribed()
    Sister.objects.update(address="http://127.0.0.1:9")
    sister.refresh_from_db()
    assert services.read(sister, by=None).trouble == Trouble.UNREACHABLE
