"""``keqiao worker``: does what follows from the journal, until it is told to stop.

One thread for what is quick, one for what is slow. A worker that starts rings the bells once, so that nothing which an
earlier one left behind waits for the next entry.
"""

from __future__ import annotations

import argparse
import datetime
import signal
import threading
from types import FrameType

HELP = "Index, encode and match what is recorded, until stopped."
NEEDS_DATABASE = True
INTERVAL = 0.5  # seconds between two looks at an empty queue
STALE = datetime.timedelta(
    minutes=10
)  # after which a task that says it is running was left by a dead worker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--once", action="store_true", help="stop when there is nothing left to do")


def run(arguments: argparse.Namespace) -> int:
    """Work until told to stop."""
    from django.utils import timezone
    from django_tasks_db.management.commands.db_worker import Worker
    from django_tasks_db.models import DBTaskResult

    from keqiao.reactions import tasks

    DBTaskResult.objects.filter(status="RUNNING", started_at__lt=timezone.now() - STALE).delete()
    tasks.ring_both()
    workers = [
        Worker(
            queue_names=[queue],
            interval=INTERVAL,
            batch=arguments.once,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"keqiao-{queue}",
            excluded_queue_names=[],
        )
        for queue in ("default", "slow")
    ]

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for worker in workers:
            worker.running = False

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    threads = [threading.Thread(target=worker.run, name=worker.worker_id) for worker in workers]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        _tend_daily()
        for thread in threads:
            thread.join(timeout=1)
    return 0


_tended_on: list[datetime.date] = []


def _tend_daily() -> None:
    from django.utils import timezone

    from keqiao.ops.commands import tend

    today = timezone.localdate()
    if today not in _tended_on:
        _tended_on[:] = [today]
        tend.expire(today)
