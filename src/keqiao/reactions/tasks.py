"""The bells: a task waits in each queue from the moment of an entry, written in the entry's own transaction."""

from __future__ import annotations

from django.db import transaction
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from keqiao.journal.models import Entry
from keqiao.reactions import services

SLICE = 60  # seconds after which a long run rings again and lets others in


@task(queue_name="words")
def react_at_once() -> int:
    """Bring the words up to date; nothing else waits in this queue."""
    return services.run("words")


@task(queue_name="default")
def react() -> int:
    """Run what is quick: the matches."""
    return _run("default")


@task(queue_name="slow")
def react_slowly() -> int:
    """Run what is slow: the vectors, and the matches that they change."""
    return _run("slow")


@task(queue_name="mail")
def tell() -> int:
    """Tell persons what happened, and take the mails that are due to the server."""
    return _run("mail")


BELLS = (react_at_once, react, react_slowly, tell)
QUEUES = tuple(bell.queue_name for bell in BELLS)
PATHS = tuple(bell.module_path for bell in BELLS)


def ring(_entry: Entry) -> None:
    """Ring for one entry, inside its transaction."""
    ring_all()


@transaction.atomic
def ring_all() -> None:
    """Make sure that a task waits in each queue.

    One that waits already is enough, as long as nobody takes it up before this transaction ends: on PostgreSQL the
    row is locked, and workers skip it; on SQLite whoever writes is alone.
    """
    rows = DBTaskResult.objects.filter(status="READY", task_path__in=PATHS)
    waiting = set(rows.select_for_update(skip_locked=True).values_list("task_path", flat=True))
    for bell in BELLS:
        if bell.module_path not in waiting:
            bell.enqueue()


def _run(queue: str) -> int:
    handled = services.run(queue, seconds=SLICE)
    if services.has_work(queue) and not services.stopping.is_set():
        ring_all()
    return handled
