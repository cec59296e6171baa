"""The values that a plan of visits takes and gives. Times of a day are minutes after midnight; days count from 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from keqiao.engine.contradicted import Contradicted
from keqiao.engine.types import Part, Reason
from keqiao.engine.visits.wording import sentence

MOST_DAYS, MOST_STOPS = 31, 4  # of a plan; of one expert in one day
MORNING, NOON, AFTER_NOON, EVENING = 9 * 60, 12 * 60, 14 * 60, 18 * 60


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the earth in degrees, north and east positive."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Firm:
    """An enterprise to be visited: `hours` are the spans in which a visit may lie, `wanted` how many experts it wants.

    `stay` is in minutes.
    """

    key: str
    place: Point
    days: frozenset[int]
    hours: tuple[tuple[int, int], ...] = ((MORNING, NOON), (AFTER_NOON, EVENING))
    stay: int = 90
    wanted: int = 1


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody who visits: free days, where a day begins and ends, how many stops a day and in the whole plan."""

    key: str
    home: Point
    days: frozenset[int]
    stops_a_day: int = 3
    stops: int = 6
    leaves: int = 8 * 60
    returns: int = 19 * 60


@dataclass(frozen=True, slots=True)
class Pair:
    """How well an expert fits a firm, 0 to 100, and why; the parts come out as they went in."""

    firm: str
    expert: str
    score: float
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Couple:
    """A firm and an expert by their keys: always together (a lock) or never (a conflict).

    A lock may name the `day` on which they meet; a conflict never does.
    """

    firm: str
    expert: str
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a plan keeps to beyond days, hours and stops.

    `threshold`: no pair below it is chosen by the machine (0–100). `is_fair`: as many firms as can be get a first
    expert before any gets the best one. `hour`: points that an hour on the road costs. `speed` is in km/h on the road,
    which is `detour` times as long as the line of sight; between two doors at one place it takes `local` minutes.
    `seconds` bounds each of the three searches (best, most firms, best with most firms); what they did not prove is
    told as a gap.
    """

    threshold: float = 0.0
    is_fair: bool = True
    hour: float = 5.0
    speed: float = 50.0
    detour: float = 1.4
    local: int = 0
    seconds: float = 15.0
    alternates: int = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """All that a plan is made from."""

    firms: Sequence[Firm]
    experts: Sequence[Expert]
    pairs: Sequence[Pair]
    locks: Sequence[Couple] = ()
    conflicts: Sequence[Couple] = ()
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit: the drive to it (km, minutes), from when to when, and how well the two fit."""

    firm: str
    arrives: int
    departs: int
    kilometres: float
    minutes: int
    score: float
    parts: tuple[Part, ...]
    is_locked: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One expert's way through one day, home again by `returns`."""

    expert: str
    day: int
    leaves: int
    stops: tuple[Stop, ...]
    returns: int
    minutes: int
    kilometres: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A firm that did not get all it wanted: how many visits are missing, and which constraint to relax."""

    firm: str
    missing: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Alternate:
    """Somebody else who fits and could come within the rules, and how many stops the expert has left."""

    expert: str
    score: float
    parts: tuple[Part, ...]
    free: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer. Points are the scores of all stops less the road; `bound` is what no plan can exceed.

    `without_fairness` is the points of the best plan that lets a firm go empty for a better match elsewhere.
    """

    days: tuple[Day, ...]
    gaps: tuple[Gap, ...]
    alternates: Mapping[str, tuple[Alternate, ...]]
    points: float
    bound: float
    without_fairness: float
    served: int

    @property
    def gap(self) -> float:
        """Return how far the plan may be from the best one, as a share of the bound (0: proved best)."""
        return max(0.0, (self.bound - self.points) / self.bound) if self.bound > 0 else 0.0


class Impossible(Contradicted):
    """What was asked contradicts itself; every contradiction is named at once."""

    sentence = staticmethod(sentence)
