"""The words in which entries are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """Whoever acts: anything with a number."""

    @property
    def pk(self) -> int | None:
        """Return the person's number."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about: its kind (``need``) and its public key (``N-7K3M9QXA``)."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found; ``broken_at`` is the first position that does not hold."""

    count: int
    broken_at: int | None
    reason: str

    @property
    def holds(self) -> bool:
        """Tell whether every entry is as it was written."""
        return self.broken_at is None
