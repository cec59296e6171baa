"""The words of the room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from keqiao.journal.models import Entry


@dataclass(frozen=True, slots=True)
class Follower:
    """Something that follows entries: a name for its cursor, a queue, and what it does with one entry.

    ``handle`` runs at least once for each entry and has to be idempotent.
    """

    name: str
    queue: str
    handle: Callable[[Entry], None]
