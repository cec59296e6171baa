"""The words of the room."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from keqiao.accounts.models import Person
from keqiao.journal.models import Entry
from keqiao.messaging.types import Message

Telling = Callable[[Entry], Iterator[tuple[Person, Message]]]  # whom an entry is told, and what


@dataclass(frozen=True, slots=True)
class Follower:
    """Something that follows entries: a name for its cursor, a queue, and what it does with some entries.

    ``handle`` takes up to ``batch`` entries, oldest first. It runs at least once for each entry, together with others
    or alone, and has to be idempotent.
    """

    name: str
    queue: str
    handle: Callable[[Sequence[Entry]], None]
    batch: int = 200


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did what an entry says, by number."""

    pk: int | None


def key_of(entry: Entry) -> str:
    """Return the key under which an entry is told once to a person."""
    return f"entry:{entry.position}"
