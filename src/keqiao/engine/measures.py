"""How good an order is, how sure that is, and whether probabilities hold: pure functions, seeds as arguments.

An order is a sequence of keys, best first; a key that comes again counts at its first place only. What has no grade
is unrelated (0). No argument is ever changed.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

AT_ONCE = 4_000_000  # random numbers drawn at a time
ROUNDING = 1e-12  # two means nearer than this are the same
Values = Sequence[float] | npt.NDArray[np.float64]


def ndcg(order: Sequence[str], grades: Mapping[str, int], cut: int) -> float:
    """Return Σ (2^grade − 1) ⁄ log2(rank + 1) over the first `cut` ranks, divided by its best value; 0–1.

    Järvelin and Kekäläinen 2002, with the gain of Burges et al. 2005. Grades below 0 count as 0; 0.0 when no grade
    is above 0.
    """
    best = _gained(sorted(grades.values(), reverse=True)[: _places(cut)])
    return _gained(grades.get(key, 0) for key in _first(order, cut)) / best if best else 0.0


def reciprocal_rank(order: Sequence[str], right: Collection[str], cut: int) -> float:
    """Return 1 ⁄ rank of the first right key among the first `cut`, 0.0 when there is none (Voorhees 1999)."""
    wanted = set(right)
    ranks = (rank for rank, key in enumerate(_first(order, cut), start=1) if key in wanted)
    return 1 / next(ranks, math.inf)


def recall(order: Sequence[str], right: Collection[str], cut: int) -> float:
    """Return the share of the right keys that stand among the first `cut`; 0.0 when nothing is right."""
    wanted = set(right)
    return len(wanted.intersection(_first(order, cut))) / len(wanted) if wanted else 0.0


def precision(order: Sequence[str], grades: Mapping[str, int], cut: int, least: int) -> float:
    """Return the share of `cut` places that hold a key graded `least` or better; an empty place holds none."""
    return sum(grades.get(key, 0) >= least for key in _first(order, cut)) / cut


def bootstrap_interval(
    values: Values, *, seed: int, rounds: int = 2000, level: float = 0.95
) -> tuple[float, float]:
    """Return the percentile interval (low, high) of the mean of `values`, one value a query (Efron 1979).

    Queries are drawn with replacement `rounds` times. Raise ValueError without values.
    """
    sample = _sample(values)
    generator = np.random.default_rng(seed)
    means = np.concatenate(
        [
            sample[generator.integers(0, len(sample), (count, len(sample)))].mean(axis=1)
            for count in _portions(rounds, len(sample))
        ]
    )
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def paired_p(one: Values, other: Values, *, seed: int, rounds: int = 10_000) -> float:
    """Return the two-sided p of the mean difference of two systems on the same queries, in the same order.

    Fisher's randomisation test, as Smucker, Allan and Carterette 2007 advise for retrieval: the sign of each query's
    difference is drawn anew, p = (1 + rounds at least as far from 0) ⁄ (1 + rounds). Raise ValueError without values or
    when the lengths differ.
    """
    first, second = _sample(one), _sample(other)
    if len(first) != len(second):
        raise ValueError(f"{len(first)} values against {len(second)}: not the same queries")
    differences = first - second
    seen = abs(float(differences.mean())) - ROUNDING
    generator, beyond = np.random.default_rng(seed), 0
    for count in _portions(rounds, len(differences)):
        signs = 2.0 * generator.integers(0, 2, (count, len(differences)), dtype=np.int8) - 1.0
        beyond += int((np.abs(signs @ differences) / len(differences) >= seen).sum())
    return (1 + beyond) / (1 + rounds)


@dataclass(frozen=True, slots=True)
class Bin:
    """Probabilities from `low` to `high`: how many, their mean, and the share that came true."""

    low: float
    high: float
    count: int
    predicted: float
    observed: float


def reliability(
    probabilities: Sequence[float], outcomes: Sequence[bool], bins: int
) -> tuple[Bin, ...]:
    """Return the reliability curve: `bins` of equal width over 0–1, those without a probability left out.

    A probability on an edge belongs to the upper bin, 1.0 to the last. Raise ValueError for a probability outside 0–1
    or other lengths.
    """
    if any(not 0 <= probability <= 1 for probability in probabilities):
        raise ValueError("a probability is from 0 to 1")
    groups: dict[int, list[tuple[float, bool]]] = {}
    for probability, outcome in zip(probabilities, outcomes, strict=True):
        number = min(int(probability * _places(bins)), bins - 1)
        groups.setdefault(number, []).append((probability, bool(outcome)))
    return tuple(
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            count=len(group),
            predicted=math.fsum(probability for probability, _outcome in group) / len(group),
            observed=sum(outcome for _probability, outcome in group) / len(group),
        )
        for number, group in sorted(groups.items())
    )


def expected_calibration_error(
    probabilities: Sequence[float], outcomes: Sequence[bool], bins: int = 10
) -> float:
    """Return Σ share of a bin × |its mean probability − its share that came true|; 0 is best (Naeini et al. 2015).

    0.0 when there is nothing to measure.
    """
    curve = reliability(probabilities, outcomes, bins)
    off = math.fsum(one.count * abs(one.predicted - one.observed) for one in curve)
    return off / len(probabilities) if len(probabilities) else 0.0


def _first(order: Sequence[str], cut: int) -> list[str]:
    return list(dict.fromkeys(order))[: _places(cut)]


def _places(count: int) -> int:
    if count < 1:
        raise ValueError(f"{count}: at least one place is looked at")
    return count


def _gained(grades: Iterable[int]) -> float:
    return math.fsum(
        (2 ** max(grade, 0) - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1)
    )


def _sample(values: Values) -> npt.NDArray[np.float64]:
    sample = np.array(values, dtype=np.float64)
    if not sample.size:
        raise ValueError("no values: there is no mean of nothing")
    return sample


def _portions(rounds: int, each: int) -> list[int]:
    """Return counts that add up to `rounds`, none of which draws more than about AT_ONCE numbers."""
    most = max(1, AT_ONCE // each)
    return [min(most, rounds - done) for done in range(0, _places(rounds), most)]
