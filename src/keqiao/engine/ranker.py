"""The ranker: how many points each part of the evidence is worth, and how sure a score makes us.

Fitted by `keqiao.ops.bench.training` on graded pairs of needs and offers: a logistic regression of "related or better"
gives the points of the three parts, a second one of "a broker would call it relevant" on their sum
the probability. Both were cross-validated over needs (`bench/RESULTS.md`), and are small enough to be read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from keqiao.engine.types import EVIDENCE as EVIDENT
from keqiao.engine.types import Part

EVIDENCE = 80.0  # points of a perfect answer, without bonuses
WAITING = "meaning.waiting"  # the reason of a part that was not compared yet


@dataclass(frozen=True, slots=True)
class Ranker:
    """Points of each part at its full strength (they sum to EVIDENCE), and the curve from points to probability."""

    title: float
    words: float
    meaning: float
    slope: float
    offset: float

    def probability(self, evidence: float) -> float:
        """Return the probability (0–1) that a broker would call an answer with these points relevant."""
        return 1 / (1 + math.exp(-(self.slope * evidence + self.offset)))


def probability(parts: Sequence[Part]) -> float:
    """Return the probability (0–1) that the evidence among the parts of a match gives, rounded to three decimals."""
    points = sum(part.points for part in parts if part.code in EVIDENT)
    waits = any(part.reason.code == WAITING for part in parts)
    return round((WORDS_ONLY if waits else COMPARED).probability(points), 3)


COMPARED = Ranker(title=6.8, words=36.0, meaning=37.1, slope=0.0682, offset=-2.743)
WORDS_ONLY = Ranker(title=29.1, words=50.9, meaning=0.0, slope=0.0786, offset=-2.534)
