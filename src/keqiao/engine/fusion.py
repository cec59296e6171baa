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
