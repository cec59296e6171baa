"""How long a plan of visits takes, and how far it is from what no plan can exceed.

    .venv/bin/python bench/visits.py

Made problems, seeds fixed: firms and experts are points in eight dimensions, a score is how near they are, threshold
40; places lie in a rectangle of about 170 × 190 km around Ya'an; a firm receives on four days in five, an expert is
free on three in five and has two to seven stops; one firm in seven wants two experts; of the pairs that a first plan
chose, ten are locked and fifty barred. One run each.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from keqiao.engine.visits import plan
from keqiao.engine.visits.types import Couple, Expert, Firm, Pair, Point, Problem, Rules

DIMENSIONS, THRESHOLD, LOCKS, CONFLICTS = 8, 40.0, 10, 50
CASES = {  # name: experts, firms, days, seed
    "40 experts, 120 firms, 5 days": (40, 120, 5, 7),
    "the same, another seed": (40, 120, 5, 11),
    "too few: 12 experts": (12, 120, 5, 7),
    "too few, in 2 days": (12, 120, 2, 7),
    "a county's day: 5 experts, 12 firms": (5, 12, 1, 7),
}


def problem(experts: int, firms: int, days: int, seed: int) -> Problem:
    """Return the made problem."""
    random = np.random.default_rng(seed)
    wants, knows = (random.normal(size=(count, DIMENSIONS)) for count in (firms, experts))
    wants /= np.linalg.norm(wants, axis=1, keepdims=True)
    knows /= np.linalg.norm(knows, axis=1, keepdims=True)
    scores = np.clip(50 + 50 * (wants @ knows.T), 0, 100).round(2)

    def place() -> Point:
        return Point(29.5 + 1.5 * random.random(), 102.5 + 2 * random.random())

    def free(share: float) -> frozenset[int]:
        return frozenset(np.flatnonzero(random.random(days) < share).tolist())

    asking = [
        Firm(f"f{at:03}", place(), free(0.8), wanted=1 + int(random.random() < 1 / 7))
        for at in range(firms)
    ]
    going = [
        Expert(f"e{at:02}", place(), free(0.6), stops=int(random.integers(2, 8)))
        for at in range(experts)
    ]
    pairs = [
        Pair(firm.key, expert.key, float(scores[row, column]))
        for row, firm in enumerate(asking)
        for column, expert in enumerate(going)
    ]
    made = Problem(asking, going, pairs, rules=Rules(threshold=THRESHOLD))
    kept = [(stop.firm, day.expert) for day in plan(made).days for stop in day.stops]
    chosen = [Couple(*kept[at]) for at in random.permutation(len(kept))[:LOCKS]]
    barred = [Couple(*kept[at]) for at in random.permutation(len(kept))[:CONFLICTS]]
    return replace(made, locks=chosen, conflicts=[one for one in barred if one not in chosen])


def main() -> None:
    """Print one line a case."""
    print("| case | s | served | empty places | points | bound | gap | fairness took |")
    print("|---|---|---|---|---|---|---|---|")
    for name, sizes in CASES.items():
        asked = problem(*sizes)
        started = time.perf_counter()
        made = plan(asked)
        took = time.perf_counter() - started
        empty = sum(gap.missing for gap in made.gaps)
        fairness = made.without_fairness - made.points
        print(
            f"| {name} | {took:.1f} | {made.served} | {empty} | {made.points:,.1f} | {made.bound:,.1f} "
            f"| {made.gap:.2%} | {fairness:,.1f} |"
        )


if __name__ == "__main__":
    main()
