"""Several rankings into one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

K = 60  # Cormack, Clarke and Büttcher 2009


def reciprocal_rank(rankings: Iterable[Sequence[str]], *, k: int = K) -> list[tuple[str, float]]:
    """Return (key, Σ 1 ⁄ (k + rank)) over `rankings`, best first, ties by key; ranks begin at one."""
    scores: defaultdict[str, float] = defaultdict(float)
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            scores[key] += 1 / (k + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def relative(rankings: Iterable[Sequence[tuple[str, float]]]) -> list[tuple[str, float]]:
    """Return (key, Σ score ⁄ best score of its ranking) over (key, score) rankings, best first, ties by key.

    Unlike ranks, scores say how far the first is ahead. What a ranking does not hold, or holds at less than nothing,
    adds nothing. Measured against reciprocal ranks in `bench/RESULTS.md`.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    for ranking in rankings:
        best = max((score for _key, score in ranking), default=0.0)
        for key, score in ranking:
            scores[key] += max(0.0, score / best) if best > 0 else 0.0
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
