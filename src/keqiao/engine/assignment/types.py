"""The values that an assignment takes and gives. A case and a broker are a need and an expert here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from keqiao.engine.assignment.wording import sentence
from keqiao.engine.contradicted import Contradicted
from keqiao.engine.types import Part, Reason

HIGHEST = 100.0  # points: a floor as high as it can be
MOST_ALTERNATES = 3


@dataclass(frozen=True, slots=True)
class Need:
    """What is asked: how many experts it wants, and the organisation that asks (empty: not known)."""

    key: str
    wanted: int = 1
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Expert:
    """Who may be given: for how many needs, from which organisation (empty: not known), and whether new here."""

    key: str
    capacity: int = 1
    owner: str = ""
    is_newcomer: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """How well an expert fits a need, 0 to 100, and why; the parts come out as they went in."""

    need: str
    expert: str
    score: float
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """Scores of all needs (rows) by all experts (columns) in the order of the problem; NaN is no pair. No parts."""

    scores: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Couple:
    """A need and an expert by their keys: never to be put together (a conflict), or always (a lock)."""

    need: str
    expert: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What a plan must keep to beyond capacities.

    `threshold`: no pair below it is chosen by the machine (0–100). `floor`: None, or the score (0–100) up to which the
    worst-off need is lifted first. `newcomers`: their share of all places filled (0–1), as far as pairs allow.
    """

    threshold: float = 0.0
    floor: float | None = None
    newcomers: float = 0.0
    alternates: int = MOST_ALTERNATES


@dataclass(frozen=True, slots=True)
class Problem:
    """All that an assignment is made from. One organisation on both sides of a pair is a conflict by itself."""

    needs: Sequence[Need]
    experts: Sequence[Expert]
    pairs: Sequence[Pair] | Grid
    conflicts: Sequence[Couple] = ()
    locks: Sequence[Couple] = ()
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One place filled. A lock that nobody scored has 0 points and no parts."""

    need: str
    expert: str
    score: float
    parts: tuple[Part, ...]
    is_locked: bool
    is_newcomer: bool


@dataclass(frozen=True, slots=True)
class Alternate:
    """Somebody else who fits, and how many needs the expert could still take."""

    expert: str
    score: float
    parts: tuple[Part, ...]
    free: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A need that did not get all it wanted: how many places are empty, and why."""

    need: str
    missing: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """Points of the best plan under capacities, conflicts and threshold alone, and what each rule took, in this order.

    Exact to four decimals; a later rule is charged for what it takes beyond the earlier ones.
    """

    best: float
    locks: float
    floor: float
    newcomers: float

    @property
    def total(self) -> float:
        """Return what all rules took together, in points."""
        return round(self.locks + self.floor + self.newcomers, 4)


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer. `lowest` is the best score of the worst-off need among those served without a lock, in points."""

    assignments: tuple[Assignment, ...]
    gaps: tuple[Gap, ...]
    alternates: Mapping[str, tuple[Alternate, ...]]
    total: float
    lowest: float | None
    price: Price
    notes: tuple[Reason, ...]


class Impossible(Contradicted):
    """What was asked contradicts itself; every contradiction is named at once."""

    sentence = staticmethod(sentence)
