"""The words of the room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from keqiao.journal.models import Entry


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
