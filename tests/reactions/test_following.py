"""What follows an entry: at least once, in order, visible when it fails."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.cast import Cast

from keqiao.engine.types import Entry as IndexEntry
from keqiao.journal import selectors as journal
from keqiao.journal.models import Entry
from keqiao.needs import services as needs
from keqiao.needs.types import Resolution
from keqiao.ops.commands import journal as command
from keqiao.ops.commands import worker
from keqiao.reactions import selectors, services
from keqiao.reactions.models import Failure
from keqiao.reactions.types import Follower
from keqiao.search import readers, sources


class BrokenError(Exception):
    """A reaction that cannot be done just now."""


def follower(seen: list[str], *, fails_on: set[str], batch: int = 1) -> Follower:
    def handle(entries: Sequence[Entry]) -> None:
        for entry in entries:
            if entry.action in fails_on:
                raise BrokenError(entry.action)
            seen.append(entry.action)

    return Follower("trial", "trial", handle, batch)


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], set[str]]:
    """A follower of the test's own beside the real ones: what it saw, and on what it fails."""
    seen: list[str] = []
    fails_on: set[str] = set()
    monkeypatch.setattr(services, "FOLLOWERS", (follower(seen, fails_on=fails_on),))
    return seen, fails_on


@pytest.mark.django_db
def test_every_entry_is_handled_once_and_in_order(
    cast: Cast, trial: tuple[list[str], set[str]]
) -> None:
    seen, _fails_on = trial
    services.run("trial")
    seen.clear()
    cast.open_need()
    assert services.run("trial") == 3
    assert seen == ["need.drafted", "need.submitted", "need.opened"]
    assert services.run("trial") == 0
    assert selectors.positions()["trial"] == journal.last_position()


@pytest.mark.django_db
def test_a_failure_is_shown_and_holds_up_nothing(
    cast: Cast, trial: tuple[list[str], set[str]]
) -> None:
    seen, fails_on = trial
    services.run("trial")
    seen.clear()
    fails_on.add("need.submitted")
    cast.open_need()
    services.run("trial")
    assert seen == ["need.drafted", "need.opened"]
    failure = selectors.failures().get()
    assert (failure.reaction, failure.attempts) == ("trial", 1)
    assert failure.error == "BrokenError: need.submitted"


@pytest.mark.django_db
def test_a_failure_is_tried_again_and_resolved(
    cast: Cast, trial: tuple[list[str], set[str]]
) -> None:
    seen, fails_on = trial
    fails_on.add("need.submitted")
    cast.open_need()
    services.run("trial")
    fails_on.clear()
    services.run("trial")
    assert "need.submitted" in seen
    assert not selectors.failures().exists()


@pytest.mark.django_db
def test_after_five_attempts_a_failure_waits_for_a_person(
    cast: Cast, trial: tuple[list[str], set[str]]
) -> None:
    seen, fails_on = trial
    fails_on.add("need.submitted")
    cast.open_need()
    for _attempt in range(8):
        services.run("trial")
        Failure.objects.update(last_at=timezone.now() - timedelta(days=1))
    assert Failure.objects.get().attempts == services.MOST_ATTEMPTS
    assert command.run(argparse.Namespace(what="failures", subject="")) == 1
    fails_on.clear()
    services.run("trial")
    assert "need.submitted" not in seen
    assert command.run(argparse.Namespace(what="retry", subject="")) == 0
    services.run("trial")
    assert "need.submitted" in seen
    assert command.run(argparse.Namespace(what="failures", subject="")) == 0


@pytest.mark.django_db
def test_the_third_attempt_waits_its_time(cast: Cast, trial: tuple[list[str], set[str]]) -> None:
    _seen, fails_on = trial
    fails_on.add("need.submitted")
    cast.open_need()
    for _attempt in range(5):
        services.run("trial")
    assert Failure.objects.get().attempts == 2
    assert not services.has_work("trial")
    Failure.objects.update(last_at=timezone.now() - timedelta(minutes=2))
    assert services.has_work("trial")
    services.run("trial")
    assert Failure.objects.get().attempts == 3


@pytest.mark.django_db
def test_one_bad_entry_of_a_batch_is_told_apart(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    services.skip_to("trial", journal.last_position())
    together = follower(seen, fails_on={"need.submitted"}, batch=100)
    monkeypatch.setattr(services, "FOLLOWERS", (together,))
    cast.open_need()
    assert services.run("trial") == 3
    assert seen[-2:] == ["need.drafted", "need.opened"]
    assert Failure.objects.count() == 1


@pytest.mark.django_db
def test_a_follower_that_fails_does_not_stop_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def break_down(_entries: Sequence[Entry]) -> None:
        raise BrokenError

    broken = Follower("broken", "trial", break_down, 1)
    monkeypatch.setattr(services, "FOLLOWERS", (broken, follower(seen, fails_on=set())))
    cast.need()
    services.run("trial")
    assert "need.drafted" in seen


@pytest.mark.django_db
def test_a_follower_is_worked_by_one_at_a_time(
    cast: Cast, trial: tuple[list[str], set[str]], home: Path
) -> None:
    seen, _fails_on = trial
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps the lock by connection, and a test has one")
    cast.need()
    (home / "locks").mkdir()
    with (home / "locks" / "trial").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert services.run("trial") == 0
    assert seen == []
    assert services.run("trial") > 0


@pytest.mark.django_db
def test_what_comes_while_a_follower_works_is_worked_too(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def write_once(entries: Sequence[Entry]) -> None:
        if not seen:
            seen.append("first")
            cast.need()
        seen.extend(entry.action for entry in entries)

    monkeypatch.setattr(services, "FOLLOWERS", (Follower("trial", "trial", write_once, 1000),))
    services.run("trial")
    assert seen[-1] == "need.drafted"
    assert not services.has_work("trial")


@pytest.mark.django_db
def test_each_entry_rings_in_its_own_transaction_and_only_where_nothing_waits(cast: Cast) -> None:
    DBTaskResult.objects.all().delete()
    cast.need()
    cast.need()
    waiting = DBTaskResult.objects.values_list("queue_name", flat=True)
    assert sorted(waiting) == ["default", "mail", "slow", "words"]
    DBTaskResult.objects.update(status="RUNNING")
    cast.need()
    assert DBTaskResult.objects.filter(status="READY").count() == 4


@pytest.mark.django_db
def test_an_entry_that_is_rolled_back_rings_nowhere(cast: Cast) -> None:
    DBTaskResult.objects.all().delete()
    with contextlib.suppress(BrokenError), transaction.atomic():
        cast.need()
        raise BrokenError
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db
def test_a_worker_forgets_the_bells_of_a_dead_one(cast: Cast) -> None:
    cast.need()
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now() - timedelta(hours=1))
    worker.forget_stale()
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db
def test_what_cannot_be_indexed_is_shown_and_the_rest_is_found(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = cast.open_need(), cast.open_need()
    source = sources.by_kind()["need"]

    def entries(codes: Iterable[str]) -> Mapping[str, IndexEntry]:
        wanted = list(codes)
        if bad.code in wanted:
            raise BrokenError(bad.code)
        return source.entries(wanted)

    monkeypatch.setitem(sources._sources, "need", replace(source, entries=entries))
    services.run("words")
    assert readers.words().digests().keys() == {good.code}
    failure = selectors.failures().get()
    assert (failure.reaction, failure.error) == ("words", f"BrokenError: {bad.code}")
    monkeypatch.setitem(sources._sources, "need", source)
    services.run("words")
    assert readers.words().digests().keys() == {good.code, bad.code}
    assert not selectors.failures().exists()


@pytest.mark.django_db
def test_a_closed_need_is_forgotten_by_the_matches(cast: Cast) -> None:
    from keqiao.matching.models import Run

    need = cast.open_need()
    services.run("default")
    assert Run.objects.filter(need=need).exists()
    needs.close(need, Resolution.SOLVED, by=cast.lin)
    services.run("default")
    assert not Run.objects.filter(need=need).exists()
