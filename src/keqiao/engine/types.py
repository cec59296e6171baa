"""The values that the engine takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

EVIDENCE = frozenset({"title", "words", "meaning"})  # the parts that are no bonus


@dataclass(frozen=True, slots=True)
class Entry:
    """One need or offer as the engine reads it. Codes may be empty; `stage` is TRL 1–9 or None.

    `region` has six digits of GB/T 2260, `industries` are GB/T 4754 codes, `subject` is a code whose prefixes
    are its parents. `owner` groups offers into studios.
    """

    key: str
    kind: str
    title: str
    text: str
    owner: str = ""
    region: str = ""
    industries: tuple[str, ...] = ()
    subject: str = ""
    stage: int | None = None
    keywords: tuple[str, ...] = ()

    def words(self) -> str:
        """Return all that the entry says, title first."""
        pieces = (self.title, "、".join(self.keywords), self.text)
        return "\n".join(piece for piece in pieces if piece)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code and its values; `reasons.sentence` says it."""

    code: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: its name, its points, its reason."""

    code: str
    points: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Match:
    """One answer. `score` (0–100) is exactly the sum of the points of its parts.

    `probability` (0–1) is how sure the engine is that a broker would call the answer relevant, from its evidence alone.
    """

    key: str
    score: float
    parts: tuple[Part, ...]
    probability: float

    @property
    def evidence(self) -> float:
        """Return the points for title, words and meaning: what relevance rests on, without bonuses."""
        return sum(part.points for part in self.parts if part.code in EVIDENCE)


@dataclass(frozen=True, slots=True)
class Matches:
    """All answers to one entry, best first; when none is good enough, what is missing."""

    items: tuple[Match, ...]
    is_good: bool
    missing: tuple[Reason, ...] = ()
