"""How right the first answer is when only the surest questions are answered: what "no good match" is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keqiao.engine import matching
from keqiao.ops.bench.datasets import GOOD, Dataset
from keqiao.ops.bench.systems import Keqiao

COVERAGES = (0.25, 0.5, 0.75, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer to one question: how sure the engine is of an answer, 0–1, and its grade."""

    sure: float
    grade: int


@dataclass(frozen=True, slots=True)
class Point:
    """Of the questions at least so sure of an answer: their share, and how often the first one is right."""

    sure: float
    coverage: float
    good: float  # graded GOOD or better
    related: float  # graded 1 or better


def answers(dataset: Dataset, system: Keqiao) -> list[Answer]:
    """Return the first answer to every question with judged offers; `system` is prepared."""
    found = []
    for question in dataset.questions:
        matches = system.matches(question.query, question.among or ()).values()
        if matches:
            best = min(matches, key=lambda match: (-match.score, match.key))
            sure = max(match.probability for match in matches)
            found.append(Answer(sure, question.grades.get(best.key, 0)))
    return found


def curve(given: Sequence[Answer]) -> list[Point]:
    """Return the precision–coverage curve, then the point of the shipped threshold, last."""
    if not given:
        return []
    ordered = sorted((answer.sure for answer in given), reverse=True)
    levels = [ordered[max(1, round(share * len(ordered))) - 1] for share in COVERAGES]
    return [_point(given, level) for level in (*levels, matching.SURE_ENOUGH)]


def _point(given: Sequence[Answer], sure: float) -> Point:
    grades = [answer.grade for answer in given if answer.sure >= sure]
    return Point(
        sure=sure,
        coverage=len(grades) / len(given),
        good=sum(grade >= GOOD for grade in grades) / max(1, len(grades)),
        related=sum(grade >= 1 for grade in grades) / max(1, len(grades)),
    )
