"""The bells: one task an entry and queue, written in the entry's own transaction."""

from __future__ import annotations

from django_tasks import task

from keqiao.journal.models import Entry
from keqiao.reactions import services


@task(queue_name="default")
def react() -> int:
    """Run what is quick: the words and the matches."""
    return services.run("default")


@task(queue_name="slow")
def react_slowly() -> int:
    """Run what is slow: the vectors, and the matches that they change."""
    return services.run("slow")


def ring(_entry: Entry) -> None:
    """Ring for one entry, inside its transaction."""
    ring_both()


def ring_both() -> None:
    """Ring both bells."""
    react.enqueue()
    react_slowly.enqueue()
