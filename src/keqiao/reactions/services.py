"""The only writer of cursors and failures: runs the followers over the journal."""

from __future__ import annotations

import datetime
import fcntl
import logging
import math
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from keqiao.journal import selectors as journal
from keqiao.journal.models import Entry
from keqiao.matching import selectors as matching
from keqiao.messaging import post
from keqiao.reactions import selectors
from keqiao.reactions.followers import FOLLOWERS, MATCHES
from keqiao.reactions.models import Cursor, Failure
from keqiao.reactions.types import Follower
from keqiao.search import services as search
from keqiao.search import vectors

MOST_ATTEMPTS = 5
WAITS = tuple(
    datetime.timedelta(minutes=minutes) for minutes in (0, 0, 1, 5, 30)
)  # by attempts made
WORDS, SLOW, MAIL = "words", "slow", "mail"
ADVISORY = 0x6B71  # the class of our advisory locks: kq
log = logging.getLogger("keqiao.reactions")
stopping = threading.Event()  # set by a worker that was told to stop; a run then ends early


def run(queue: str, *, seconds: float = math.inf) -> int:
    """Run everything of one queue up to the journal's end; return how many entries were handled.

    Ends early after ``seconds``, and when ``stopping`` is set. The words come before the matches, so that what is
    matched can be found. Safe to run twice at once: a follower is worked by one at a time, and whoever works it looks
    once more before it goes.
    """
    until = time.monotonic() + seconds
    if queue in {WORDS, "default"}:
        _follow_words()
    handled = sum(_work(follower, until) for follower in FOLLOWERS if follower.queue == queue)
    if queue == SLOW:
        _read_on(until)
    if queue == MAIL:
        post.deliver(until=until, stopping=stopping)
    return handled


def has_work(queue: str) -> bool:
    """Tell whether a run of the queue would find something: entries, mails, or failures whose time has come again."""
    mine = [follower for follower in FOLLOWERS if follower.queue == queue]
    has_failed = queue == WORDS and bool(selectors.failures().filter(reaction=WORDS))
    has_more = (queue == SLOW and vectors.is_changing()) or (queue == MAIL and post.is_waiting())
    return (
        has_failed
        or has_more
        or any(_is_behind(follower) or _due(follower.name) for follower in mine)
    )


def match_anew_after_upgrade() -> bool:
    """Have every need and offer matched again when matches of an older engine are kept; tell whether it is so."""
    if matching.is_of_today():
        return False
    skip_to(MATCHES, 0)
    return True


def try_again() -> int:
    """Give every unresolved failure its attempts back, as after its cause was mended; return how many."""
    return Failure.objects.filter(resolved_at=None).update(attempts=0)


def skip_to(name: str, position: int) -> None:
    """Set a follower's cursor, as after a rebuild that did its work another way."""
    Cursor.objects.update_or_create(
        name=name, defaults={"position": position, "changed_at": timezone.now()}
    )


def _read_on(until: float) -> None:
    """Have a new encoder read what was there before it, as long as no entry waits; then have all matched anew."""
    mine = [follower for follower in FOLLOWERS if follower.queue == SLOW]

    def is_over() -> bool:
        return stopping.is_set() or time.monotonic() >= until or any(map(_is_behind, mine))

    with _alone("reading") as is_mine:
        if is_mine and vectors.read_on(is_over):
            skip_to(MATCHES, 0)


def _follow_words() -> None:
    try:
        _retry(Follower(WORDS, WORDS, search.take_again))
        search.catch_up(lambda position, error: _failed(WORDS, position, error))
    except Exception as error:  # the disk is full, say: shown, and tried again by every run
        log.exception("the index could not catch up")
        _failed(WORDS, 0, error)
    else:
        _resolved(WORDS, 0, 0)


def _work(follower: Follower, until: float) -> int:
    handled = 0
    while True:
        with _alone(follower.name) as is_mine:
            if not is_mine:
                return handled
            _retry(follower)
            handled += _follow(follower, until)
        is_over = stopping.is_set() or time.monotonic() >= until
        if is_over or not _is_behind(follower):
            return handled


def _follow(follower: Follower, until: float) -> int:
    cursor, _is_new = Cursor.objects.get_or_create(name=follower.name)
    handled = 0
    while entries := journal.after(cursor.position, most=follower.batch):
        if stopping.is_set() or time.monotonic() >= until:
            break
        _handle(follower, entries)
        cursor.position, cursor.changed_at = entries[-1].position, timezone.now()
        cursor.save(update_fields=["position", "changed_at"])
        handled += len(entries)
    return handled


def _handle(follower: Follower, entries: Sequence[Entry]) -> None:
    """Handle entries together, or one by one when that fails; a failure is kept and holds up nothing."""
    try:
        follower.handle(entries)
    except Exception as error:
        log.exception("%s failed at entries from %s", follower.name, entries[0].position)
        if len(entries) == 1:
            _failed(follower.name, entries[0].position, error)
            return
        for entry in entries:
            _handle(follower, [entry])
    else:
        _resolved(follower.name, entries[0].position, entries[-1].position)


def _retry(follower: Follower) -> None:
    positions = _due(follower.name)
    for entry in Entry.objects.filter(position__in=positions).order_by("position"):
        _handle(follower, [entry])


def _due(reaction: str) -> list[int]:
    waiting = Failure.objects.filter(
        reaction=reaction, resolved_at=None, attempts__lt=MOST_ATTEMPTS, position__gt=0
    )
    now = timezone.now()
    rows = waiting.values_list("position", "attempts", "last_at")
    return [position for position, attempts, last_at in rows if last_at + WAITS[attempts] <= now]


def _failed(reaction: str, position: int, error: Exception) -> None:
    failure, is_new = Failure.objects.get_or_create(
        reaction=reaction, position=position, defaults={"error": _short(error)}
    )
    if not is_new:
        failure.attempts = min(failure.attempts + 1, 32767)
        failure.error, failure.last_at, failure.resolved_at = _short(error), timezone.now(), None
        failure.save()


def _resolved(reaction: str, first: int, last: int) -> None:
    live = Failure.objects.filter(
        reaction=reaction, position__range=(first, last), resolved_at=None
    )
    live.update(resolved_at=timezone.now())


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:300]


def _is_behind(follower: Follower) -> bool:
    cursor = Cursor.objects.filter(name=follower.name).first()
    return (cursor.position if cursor else 0) < journal.last_position()


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Yield whether this is the only one that works the follower, until the block ends; does not wait.

    On PostgreSQL the database keeps the lock, for all machines; on SQLite a file does. Both let go when a process dies.
    """
    if connection.vendor == "postgresql":
        lock = [ADVISORY, zlib.crc32(name.encode()) & 0x7FFFFFFF]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", lock)
            is_mine = bool(cursor.fetchone()[0])
        try:
            yield is_mine
        finally:
            if is_mine:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock)
        return
    folder = Path(settings.KEQIAO_HOME) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
