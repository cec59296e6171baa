"""The only writer of cursors and failures: runs the followers over the journal."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from keqiao.journal import selectors as journal
from keqiao.journal.models import Entry
from keqiao.reactions.followers import FOLLOWERS
from keqiao.reactions.models import Cursor, Failure
from keqiao.reactions.types import Follower
from keqiao.search import services as search

BATCH = 200
MOST_ATTEMPTS = 5
WORDS = "words"
log = logging.getLogger("keqiao.reactions")


def run(queue: str) -> int:
    """Run everything of one queue up to the journal's end; return how many entries were handled.

    The words come first, so that what is matched can be found. Safe to run twice at once: on one machine the second
    run waits, and across machines handling an entry twice changes nothing.
    """
    if queue == "default":
        _follow_words()
    handled = 0
    for follower in FOLLOWERS:
        if follower.queue == queue:
            with _alone(follower.name):
                _retry(follower)
                handled += _follow(follower)
    return handled


def skip_to(name: str, position: int) -> None:
    """Set a follower's cursor, as after a rebuild that did its work another way."""
    Cursor.objects.update_or_create(
        name=name, defaults={"position": position, "changed_at": timezone.now()}
    )


def _follow_words() -> None:
    try:
        search.catch_up()
    except Exception as error:
        log.exception("the index could not catch up")
        _failed(WORDS, journal.last_position(), error)
        raise
    Failure.objects.filter(reaction=WORDS, resolved_at=None).update(resolved_at=timezone.now())


def _follow(follower: Follower) -> int:
    cursor, _is_new = Cursor.objects.get_or_create(name=follower.name)
    handled = 0
    while entries := journal.after(cursor.position, most=BATCH):
        for entry in entries:
            _handle(follower, entry)
            cursor.position, cursor.changed_at = entry.position, timezone.now()
            cursor.save(update_fields=["position", "changed_at"])
            handled += 1
    return handled


def _handle(follower: Follower, entry: Entry) -> None:
    try:
        follower.handle(entry)
    except Exception as error:  # a failure is kept and shown; it holds up nothing
        log.exception("%s failed at entry %s", follower.name, entry.position)
        _failed(follower.name, entry.position, error)
    else:
        live = Failure.objects.filter(
            reaction=follower.name, position=entry.position, resolved_at=None
        )
        live.update(resolved_at=timezone.now())


def _retry(follower: Follower) -> None:
    waiting = Failure.objects.filter(
        reaction=follower.name, resolved_at=None, attempts__lt=MOST_ATTEMPTS
    )
    positions = list(waiting.order_by("position").values_list("position", flat=True))
    for entry in Entry.objects.filter(position__in=positions).order_by("position"):
        _handle(follower, entry)


def _failed(reaction: str, position: int, error: Exception) -> None:
    failure, is_new = Failure.objects.get_or_create(
        reaction=reaction, position=position, defaults={"error": _short(error)}
    )
    if not is_new:
        failure.attempts = min(failure.attempts + 1, 32767)
        failure.error, failure.last_at, failure.resolved_at = _short(error), timezone.now(), None
        failure.save()


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:300]


@contextmanager
def _alone(name: str) -> Iterator[None]:
    folder = Path(settings.KEQIAO_HOME) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(stream, fcntl.LOCK_UN)
