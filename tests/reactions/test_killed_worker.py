"""kill -9 in the middle of indexing five thousand entries: after a restart index and database agree."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests.cast import YAAN, Cast

from keqiao.journal import services as journal
from keqiao.journal.types import Subject
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
    for start in range(0, COUNT, 500):
        with transaction.atomic():
            for row in rows[start : start + 500]:
                journal.record("need.imported", Subject("need", row.code), by=cast.lin)


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


def wait_for(position: int, folder: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until the index on disk has reached a position."""
    started = time.monotonic()
    while generation.position(folder) < position:
        assert time.monotonic() - started < DEADLINE, "the index did not get on"
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.02)
            pytest.fail("the worker ended by itself")


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_indexing_loses_and_doubles_nothing(cast: Cast, home: Path) -> None:
    open_many(cast)
    last = journal.verify().count
    folder = generation.current()
    first = last - COUNT
    for kill in range(1, KILLS + 1):
        process = worker(home)
        wait_for(first + kill * COUNT // (KILLS + 2), folder, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert generation.position(folder) < last, "nothing was left to be lost"
    process = worker(home)
    wait_for(last, folder, process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=DEADLINE) == 0
    words = [sys.executable, "-m", "keqiao.ops", "index", "verify"]
    verified = subprocess.run(
        words, env=environment(home), capture_output=True, text=True, check=False
    )
    assert verified.stdout.strip().endswith("index and database agree"), verified.stdout
    assert verified.returncode == 0
