"""What follows an entry: at least once, in order, visible when it fails."""

from __future__ import annotations

import pytest
from django_tasks_db.models import DBTaskResult
from tests.cast import Cast

from keqiao.journal import selectors as journal
from keqiao.journal.models import Entry
from keqiao.needs import services as needs
from keqiao.needs.types import Resolution
from keqiao.reactions import selectors, services
from keqiao.reactions.models import Failure
from keqiao.reactions.types import Follower


class BrokenError(Exception):
    """A reaction that cannot be done just now."""


def follower(seen: list[str], *, fails_on: set[str]) -> Follower:
    def handle(entry: Entry) -> None:
        if entry.action in fails_on:
            raise BrokenError(entry.action)
        seen.append(entry.action)

    return Follower("trial", "trial", handle)


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
    _seen, fails_on = trial
    fails_on.add("need.submitted")
    cast.open_need()
    for _attempt in range(8):
        services.run("trial")
    assert Failure.objects.get().attempts == services.MOST_ATTEMPTS


@pytest.mark.django_db
def test_each_entry_rings_both_bells_in_its_own_transaction(cast: Cast) -> None:
    DBTaskResult.objects.all().delete()
    need = cast.need()
    assert DBTaskResult.objects.count() == 2
    assert need.code


@pytest.mark.django_db
def test_a_closed_need_is_forgotten_by_the_matches(cast: Cast) -> None:
    from keqiao.matching.models import Run

    need = cast.open_need()
    services.run("default")
    assert Run.objects.filter(need=need).exists()
    needs.close(need, Resolution.SOLVED, by=cast.lin)
    services.run("default")
    assert not Run.objects.filter(need=need).exists()
