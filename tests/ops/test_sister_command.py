"""``keqiao sister``: subscribing after the fingerprint was compared, looking, reading, pausing, dropping."""

from __future__ import annotations

import datetime as dt
import io
import sys

import pytest
from django.utils import timezone
from tests.platforms import NAME, Platform

from keqiao.base import feed
from keqiao.ops import cli
from keqiao.ops.commands import sister as command
from keqiao.ops.commands import worker
from keqiao.sisters import services
from keqiao.sisters.models import Sister, SisterEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


def keqiao(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = cli.main(["sister", *words])
    printed = capsys.readouterr()
    return status, printed.out + printed.err


def fingerprint(platform: Platform) -> str:
    return feed.fingerprint(feed.public_hex(feed.key_from(platform.secret)))


def test_a_platform_is_added_when_its_fingerprint_is_the_one_told(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    told = fingerprint(platform).upper()
    status, said = keqiao(capsys, "add", platform.url, "--fingerprint", told, "--name", "示例平台")
    assert status == 0
    assert fingerprint(platform) in said
    assert Sister.objects.get().name == "示例平台"
    assert "already" in keqiao(capsys, "add", platform.url, "--yes")[1]


def test_another_fingerprint_is_not_subscribed_to(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = keqiao(capsys, "add", platform.url, "--fingerprint", "0000 " * 8, "--yes")
    assert (status, Sister.objects.count()) == (2, 0)
    assert "not subscribed" in said


@pytest.mark.parametrize(("answer", "count"), [("y\n", 1), ("是\n", 1), ("n\n", 0), ("", 0)])
def test_without_a_fingerprint_somebody_is_asked(
    answer: str,
    count: int,
    platform: Platform,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    status, said = keqiao(capsys, "add", platform.url)
    assert "telephone" in said
    assert (status, Sister.objects.count()) == (0 if count else 2, count)


def test_an_address_that_is_none_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    status, said = keqiao(capsys, "add", "http://keqiao.example")
    assert status == 2
    assert "https://" in said


def test_reading_says_what_it_did_and_listing_how_it_goes(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keqiao(capsys, "list") == (0, "no sisters: keqiao sister add ADDRESS\n")
    keqiao(capsys, "add", platform.url, "--yes")
    platform.say(platform.entry())
    status, said = keqiao(capsys, "read")
    assert (status, said) == (0, f"{NAME}: 1 shown or changed, 0 withdrawn\n")
    platform.answers[10] = (503, {}, b"")
    status, said = keqiao(capsys, "read", NAME)
    assert status == 1
    assert "not read to the end: refused 503" in said
    said = keqiao(capsys, "list")[1]
    assert "failed" in said
    assert "refused 503" in said


def test_a_long_feed_is_read_in_several_goes(
    platform: Platform, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "PAGES_AT_ONCE", 1)
    keqiao(capsys, "add", platform.url, "--yes")
    platform.say(platform.entry(), is_last=False)
    platform.say(platform.entry("N-2"), after=10, next=20)
    said = keqiao(capsys, "read")[1]
    assert said == f"{NAME}: 1 shown or changed, 0 withdrawn; there is more, read again\n"
    assert Sister.objects.get().next_at <= timezone.now()
    assert keqiao(capsys, "read")[1] == f"{NAME}: 1 shown or changed, 0 withdrawn\n"


def test_a_changed_key_is_pinned_by_adding_again(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    keqiao(capsys, "add", platform.url, "--yes")
    before = fingerprint(platform)
    platform.secret = "another " * 10
    assert keqiao(capsys, "read")[0] == 1
    assert Sister.objects.get().state == "key_changed"
    assert keqiao(capsys, "read") == (0, "")
    status, said = keqiao(capsys, "add", platform.url, "--fingerprint", fingerprint(platform))
    assert status == 0
    assert before in said
    assert Sister.objects.get().state == "active"


def test_a_sister_is_paused_resumed_and_dropped(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    keqiao(capsys, "add", platform.url, "--yes")
    platform.say(platform.entry())
    keqiao(capsys, "read")
    assert keqiao(capsys, "pause", platform.url) == (0, f"paused {NAME}\n")
    assert keqiao(capsys, "resume", Sister.objects.get().code) == (0, f"resumed {NAME}\n")
    assert keqiao(capsys, "drop", NAME) == (0, f"dropped {NAME} and 1 entries\n")
    assert (Sister.objects.count(), SisterEntry.objects.count()) == (0, 0)
    assert keqiao(capsys, "drop", NAME)[0] == 2
    assert keqiao(capsys, "pause", "x\x00\udcff")[0] == 2


def test_only_those_are_read_whose_time_has_come(platform: Platform) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry())
    Sister.objects.update(next_at=timezone.now() + dt.timedelta(minutes=1))
    command.read_due()
    assert platform.asked == [feed.KEY_PATH]
    Sister.objects.update(next_at=timezone.now())
    command.read_due()
    command.read_due()
    assert len(platform.asked) == 2
    sister.refresh_from_db()
    assert sister.next_at > timezone.now() + dt.timedelta(minutes=14)


@pytest.mark.django_db(transaction=True)
def test_the_workers_clock_reads_them(platform: Platform) -> None:
    platform.subscribed()
    platform.say(platform.entry())
    clock = worker.Clock()
    clock.tick()
    assert clock.reading is not None
    clock.reading.join()
    assert SisterEntry.objects.count() == 1
