"""How the ranker is made, and what cross-validation over needs says of it.

The graded pairs of a data set with judged offers give three strengths each (`scoring.strengths`). One logistic
regression, of "graded 1 or better", with weights that may not be negative, gives the points; a second, of "graded 2 or
better" on the points, gives the probability. Folds are needs, never pairs: nothing of a need is seen before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from keqiao.engine import measures
from keqiao.engine.ranker import EVIDENCE, Ranker
from keqiao.ops.bench.datasets import CUT, CUT_GOOD, GOOD, Dataset
from keqiao.ops.bench.systems import SEED, Keqiao

Numbers = npt.NDArray[np.float64]
PARTS = ("title", "words", "meaning")
FOLDS, REPEATS, BINS = 5, 5, 10
SHRINK = 1.0  # of the squared weights, in pairs
STEPS = 25
DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Examples:
    """Judged pairs: `strengths` (n, 3) from 0 to 1, `grades` (n,), `needs` (n,) the number of each pair's need."""

    strengths: Numbers
    grades: Numbers
    needs: npt.NDArray[np.int64]

    def of(self, needs: Sequence[int]) -> Examples:
        """Return the pairs of some needs."""
        kept = np.isin(self.needs, needs)
        return Examples(self.strengths[kept], self.grades[kept], self.needs[kept])


@dataclass(frozen=True, slots=True)
class Validated:
    """What needs that were not learnt from say: orders, and how far a probability may be believed.

    `curve` is (probability, share of needs answered, share of
    their first answers graded GOOD, graded 1 or better).
    """

    without: str
    ndcg: float
    precision: float
    error: float
    bins: tuple[measures.Bin, ...]
    curve: tuple[tuple[float, float, float, float], ...]


def examples(dataset: Dataset, system: Keqiao) -> Examples:
    """Return every judged pair of a data set; `system` is prepared."""
    strengths, grades, needs = [], [], []
    for number, question in enumerate(dataset.questions):
        for key, strength in system.strengths(question.query, question.among or ()).items():
            strengths.append(strength)
            grades.append(question.grades.get(key, 0))
            needs.append(number)
    return Examples(np.array(strengths, float), np.array(grades, float), np.array(needs))


def fit(given: Examples, *, without: str = "") -> Ranker:
    """Return the ranker of some examples; the part named by `without` gets no points."""
    used = np.array([part != without for part in PARTS], float)
    weights, _offset = _logistic(given.strengths * used, given.grades >= 1)
    points = EVIDENCE * weights / max(weights.sum(), 1e-9)
    (slope,), offset = _logistic(
        (given.strengths @ points)[:, None] / EVIDENCE, given.grades >= GOOD
    )
    title, words, meaning = (round(float(value), 1) for value in points)
    return Ranker(
        title, words, meaning, round(float(slope) / EVIDENCE, 4), round(float(offset), DECIMALS)
    )


def _logistic(inputs: Numbers, outcomes: npt.NDArray[np.bool_]) -> tuple[Numbers, float]:
    """Return weights (none negative) and the offset of the likeliest logistic regression.

    Newton's steps; an input whose weight would be negative is left out, and the others are fitted again.
    """
    used = np.ones(inputs.shape[1], bool)
    while True:
        whole = np.column_stack([inputs[:, used], np.ones(len(inputs))])
        shrink = np.diag([SHRINK] * int(used.sum()) + [0.0])
        found = np.zeros(whole.shape[1])
        for _step in range(STEPS):
            sure = 1 / (1 + np.exp(-(whole @ found)))
            curve = (
                (whole * (sure * (1 - sure))[:, None]).T @ whole
                + shrink
                + 1e-9 * np.eye(len(found))
            )
            found = found - np.linalg.solve(curve, whole.T @ (sure - outcomes) + shrink @ found)
        if not (found[:-1] < 0).any():
            weights = np.zeros(inputs.shape[1])
            weights[used] = found[:-1]
            return weights, float(found[-1])
        used[np.flatnonzero(used)[found[:-1] < 0]] = False


def validate(given: Examples, *, without: str = "") -> Validated:
    """Return the worth of the ranker on needs that it was not fitted to, over FOLDS folds, REPEATS times."""
    draw = np.random.default_rng(SEED)
    numbers = np.unique(given.needs)
    orders: list[float] = []
    precisions: list[float] = []
    sure: list[tuple[float, bool]] = []
    first: list[tuple[float, int]] = []
    for _repeat in range(REPEATS):
        for fold in np.array_split(draw.permutation(numbers), FOLDS):
            model = fit(given.of([one for one in numbers if one not in set(fold)]), without=without)
            for need in fold:
                pairs = given.of([need])
                points = pairs.strengths @ np.array([model.title, model.words, model.meaning])
                order = [str(place) for place in np.argsort(-points, kind="stable")]
                grades = {str(place): int(grade) for place, grade in enumerate(pairs.grades)}
                orders.append(measures.ndcg(order, grades, CUT))
                precisions.append(measures.precision(order, grades, CUT_GOOD, GOOD))
                chances = [model.probability(float(value)) for value in points]
                sure += zip(chances, (pairs.grades >= GOOD).tolist(), strict=True)
                first.append((max(chances), grades[order[0]]))
    predicted, outcomes = zip(*sure, strict=True)
    return Validated(
        without=without,
        ndcg=float(np.mean(orders)),
        precision=float(np.mean(precisions)),
        error=measures.expected_calibration_error(predicted, outcomes, BINS),
        bins=tuple(measures.reliability(predicted, outcomes, BINS)),
        curve=tuple(_curve(first)),
    )


def _curve(first: Sequence[tuple[float, int]]) -> list[tuple[float, float, float, float]]:
    levels = [0.0, *np.quantile([chance for chance, _grade in first], (0.1, 0.25, 0.5, 0.75))]
    found = []
    for level in levels:
        grades = [grade for chance, grade in first if chance >= level]
        good, related = (sum(grade >= least for grade in grades) for least in (GOOD, 1))
        found.append(
            (float(level), len(grades) / len(first), good / len(grades), related / len(grades))
        )
    return found
