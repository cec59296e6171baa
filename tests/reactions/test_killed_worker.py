"""kill -9 in the middle of indexing five thousand entries: after a restart index and database agree.

Kills come when a batch is done, in the moment between the words and the position, and at any moment.
KEQIAO_TEST_KILLS=100 makes it a long test: as many kills, and so many entries that they do not come to an end.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from tests.cast import YAAN, Cast
from tests.processes import keqiao, worker

from keqiao.journal import services as journal
from keqiao.journal.models import Entry, Head
from keqiao.needs.models import Need
from keqiao.needs.states import State
from keqiao.search import generation

KILLS = int(os.environ.get("KEQIAO_TEST_KILLS") or 4)
COUNT = max(5000, 1000 * KILLS)
LONGEST = 1.5  # seconds that a worker has before it is killed at any moment
DEADLINE = 120  # seconds for each wait


def open_many(cast: Cast) -> None:
    """Write five thousand open needs and the journal entries that opened them."""
    now = timezone.now()
    rows = [
        Need(
            code=f"N-K{number:07d}",
            author=cast.lin,
            organisation=cast.lithium,
            state=State.OPEN,
            title=f"第{number}号锂渣",
            region_id=YAAN,
            public_title=f"第{number}号锂渣的消纳",
            public_text=f"编号{number}的堆场需要把锂渣用于建材，粒度{number % 200}目。",
            opened_at=now,
            reviewed_by=cast.zheng,
        )
        for number in range(COUNT)
    ]
    with transaction.atomic():
        Need.objects.bulk_create(rows, batch_size=500)
        record_many([row.code for row in rows])


def record_many(codes: list[str]) -> None:
    """Write what ``journal.record`` would write, in a few statements."""
    head = Head.objects.select_for_update().get(pk=1)
    entries = []
    for position, code in enumerate(codes, start=head.position + 1):
        entry = Entry(
            position=position,
            at=timezone.now(),
            action="need.imported",
            subject_kind="need",
            subject_key=code,
            previous_hash=head.hash,
        )
        entry.hash = head.hash = journal.digest(entry)
        entries.append(entry)
    Entry.objects.bulk_create(entries, batch_size=500)
    Head.objects.filter(pk=1).update(position=entries[-1].position, hash=head.hash)


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait for what a worker does; fail when it takes too long or the worker ends."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < DEADLINE, "the index did not get on"
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.005)
            pytest.fail("the worker ended by itself")


def commits(folder: Path) -> int:
    """Return what changes with every commit of the words."""
    kept = folder / generation.WORDS / "meta.json"
    return kept.stat().st_mtime_ns if kept.exists() else 0


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_indexing_loses_and_doubles_nothing(cast: Cast, home: Path) -> None:
    open_many(cast)
    verdict = journal.verify()
    assert verdict.holds
    last = verdict.count
    folder, moments = generation.current(), random.Random(KILLS)  # noqa: S311
    for kill in range(KILLS):
        process, position, words = worker(home), generation.position(folder), commits(folder)
        if kill % 3 == 0:
            wait_until(lambda p=position: generation.position(folder) > p, process)  # type: ignore[misc]
        elif kill % 3 == 1:
            wait_until(lambda words=words: commits(folder) > words, process)  # type: ignore[misc]
        else:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=moments.uniform(0, LONGEST))
                pytest.fail("the worker ended by itself")
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert generation.position(folder) < last, "nothing was left to be lost"
    both = worker(home), worker(home)
    for process in both:
        wait_until(lambda: generation.position(folder) >= last, process)
    for process in both:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=DEADLINE) == 0
    verified = keqiao(home, "index", "verify")
    assert verified.stdout.strip().endswith("index and database agree"), verified.stdout
    assert verified.returncode == 0
    assert keqiao(home, "journal", "failures").returncode == 0
