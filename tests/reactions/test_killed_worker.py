"""kill -9 in the middle of indexing five thousand entries: after a restart index and database agree.

Half of the kills come when a batch is done, half in the moment between the words and the position.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests.cast import YAAN, Cast

from keqiao.journal import services as journal
from keqiao.journal.models import Entry, Head
from keqiao.needs.models import Need
from keqiao.needs.states import State
from keqiao.search import generation

COUNT = 5000
KILLS = 4
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


def environment(home: Path) -> dict[str, str]:
    """Return what a worker of this database in this folder needs."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = f"postgres://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    return {
        **os.environ,
        "KEQIAO_DATABASE_URL": url,
        "KEQIAO_HOME": str(home),
        "KEQIAO_ENCODER": "none",
        "KEQIAO_DEBUG": "1",
    }


def worker(home: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "keqiao.ops", "worker"]
    return subprocess.Popen(words, env=environment(home), stderr=subprocess.DEVNULL)


def keqiao(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "keqiao.ops", *words],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )


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
    folder = generation.current()
    for kill in range(KILLS):
        process, position, words = worker(home), generation.position(folder), commits(folder)
        if kill % 2:
            wait_until(lambda words=words: commits(folder) > words, process)  # type: ignore[misc]
        else:
            wait_until(lambda p=position: generation.position(folder) > p, process)  # type: ignore[misc]
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
