"""``keqiao worker``: does what follows from the journal, until it is told to stop.

One thread a queue: the words of the index never wait for the matches, nor these for the vectors, nor mail for any of
them. A worker that starts rings the bells once, so that nothing which an earlier one left behind waits for the next
entry.
"""

from __future__ import annotations

import argparse
import datetime
import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Protocol

HELP = "Index, encode and match what is recorded, tell it to whom it concerns, until stopped."
NEEDS_DATABASE = True
INTERVAL = 0.5  # seconds between two looks at an empty queue
PAUSE = 5.0  # seconds after which a thread goes on that lost its database
RING_EVERY = datetime.timedelta(minutes=1)  # for what is to be tried again
STALE = datetime.timedelta(minutes=10)  # a bell still ringing after that was left by a dead worker
log = logging.getLogger("keqiao.worker")


class Looping(Protocol):
    """What is used of the library's worker."""

    running: bool
    worker_id: str

    def run(self) -> None:
        """Take up tasks until told to stop."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--once", action="store_true", help="stop when there is nothing left to do")


def run(arguments: argparse.Namespace) -> int:
    """Work until told to stop."""
    from keqiao.reactions import services, tasks

    services.stopping.clear()
    forget_stale()
    if services.match_anew_after_upgrade():
        log.info("the engine is newer than its matches; they are made anew")
    tasks.ring_all()
    logging.getLogger("django_tasks").setLevel(logging.WARNING)
    workers = [_worker(queue, is_once=arguments.once) for queue in tasks.QUEUES]

    def stop(_signal: int, _frame: FrameType | None) -> None:
        services.stopping.set()
        for worker in workers:
            worker.running = False

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    threads = [
        threading.Thread(
            target=keep_running, args=(worker, services.stopping), name=worker.worker_id
        )
        for worker in workers
    ]
    for thread in threads:
        thread.start()
    clock = Clock()
    while any(thread.is_alive() for thread in threads):
        if not arguments.once:
            clock.tick()
        for thread in threads:
            thread.join(timeout=0.2)
    return 0


def forget_stale() -> None:
    """Remove the bells that a dead worker left ringing; the cursors know what is still to do."""
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    from keqiao.reactions import tasks

    ringing = DBTaskResult.objects.filter(status="RUNNING", task_path__in=tasks.PATHS)
    ringing.filter(started_at__lt=timezone.now() - STALE).delete()


def keep_running(worker: Looping, stopping: threading.Event) -> None:
    """Run one queue's loop; when it breaks, as when the database restarts, begin again after a pause."""
    from django.db import connection

    while True:
        try:
            worker.run()
        except Exception:
            log.exception("%s broke off; it goes on in %s seconds", worker.worker_id, PAUSE)
            connection.close()
            stopping.wait(PAUSE)
        else:
            break
        if stopping.is_set():
            break
    connection.close()


class Clock:
    """Does what time brings: bells, sisters and places every minute; the housekeeping daily; digests from eight.

    What one deed cannot do holds up no other, and is tried again a minute later.
    """

    def __init__(self) -> None:
        self.reading: threading.Thread | None = None
        self._done_on: dict[Callable[..., object], datetime.date] = {}  # by deeds that are daily
        self._next_at: datetime.datetime | None = None

    def tick(self) -> None:
        """Do what is due."""
        from django.utils import timezone

        now = timezone.now()
        if self._next_at is not None and now < self._next_at:
            return
        self._next_at = now + RING_EVERY
        self._do(now)

    def _do(self, now: datetime.datetime) -> None:
        from django.utils import timezone

        from keqiao.ops.commands import tend
        from keqiao.reactions import reminders, visit_reminders

        today = timezone.localdate(now)
        self._daily(today, tend.delete_minors, tend.expire, tend.follow_up, tend.drop_sheets)
        self._daily(today, reminders.warn_of_ends, reminders.warn_of_wishes, tend.rise)
        self._daily(today, tend.ask_after_promises)
        self._daily(today, visit_reminders.remind_of_visits, at=now)
        if timezone.localtime(now).hour >= reminders.DIGEST_HOUR:
            self._daily(today, reminders.ask_how_it_was, reminders.send_digests, at=now)
        for deed in (tend.pass_on, tend.end_classes):
            _is_done(deed, now)
        for bell in (_ring, self._read_sisters):
            _is_done(bell)

    def _daily(
        self,
        today: datetime.date,
        *deeds: Callable[..., object],
        at: datetime.datetime | None = None,
    ) -> None:
        """Do, of some deeds for today, or for a moment of it, those that were not done yet."""
        for deed in deeds:
            if self._done_on.get(deed) != today and _is_done(deed, today if at is None else at):
                self._done_on[deed] = today

    def _read_sisters(self) -> None:
        """Read the sisters that are due in a thread of their own: a slow one holds up nothing else."""
        from django.utils import timezone

        from keqiao.sisters import selectors as sisters

        is_reading = self.reading is not None and self.reading.is_alive()
        if not is_reading and sisters.due(timezone.now()).exists():
            self.reading = threading.Thread(target=_read_due, name="sisters", daemon=True)
            self.reading.start()


def _is_done(deed: Callable[..., object], *when: datetime.date) -> bool:
    """Do one thing; tell whether it could be done."""
    from django.db import connection

    try:
        deed(*when)
    except Exception:
        log.exception("the clock could not %s", deed.__name__)
        connection.close_if_unusable_or_obsolete()
        return False
    return True


def _ring() -> None:
    """Ring the bells when anything waits."""
    from keqiao.reactions import services, tasks

    if any(services.has_work(queue) for queue in tasks.QUEUES):
        tasks.ring_all()


def _read_due() -> None:
    """Read the sisters that are due, with a connection of this thread's own."""
    from django.db import connection

    from keqiao.ops.commands import sister

    try:
        sister.read_due()
    finally:
        connection.close()


def _worker(queue: str, *, is_once: bool) -> Looping:
    from django_tasks_db.management.commands.db_worker import Worker

    worker: Looping = Worker(
        queue_names=[queue],
        interval=INTERVAL,
        batch=is_once,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"keqiao-{queue}",
        excluded_queue_names=[],
    )
    return worker
