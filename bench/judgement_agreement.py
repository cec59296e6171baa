"""How far two judgements of the same text agree, and how well a second judgement of every pair would order.

    KEQIAO_DATA=… .venv/bin/python bench/judgement_agreement.py

Offers that say the same stand more than once among the judged offers of a need; one pair is drawn of each. The table of
their grades gives the chance of a second grade after a first one; a grade drawn so for every judged pair, ties by
lot, orders the offers as a second judge might. An estimate: doubled texts are no fair sample, few are graded 0.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from keqiao.engine import measures
from keqiao.ops.bench import datasets

SEED, ROUNDS, GRADES = 20260701, 20, 4


def main() -> int:
    """Print the agreement and the order; return the exit status."""
    data = Path(os.environ.get("KEQIAO_DATA", "../shared/data"))
    if not (data / "needs-offers").is_dir():
        print(f"no needs-offers in {data} (set KEQIAO_DATA)", file=sys.stderr)
        return 2
    dataset = datasets.load("needs-offers", data, datasets.Choice())
    texts = {document.key: document.words() for document in dataset.documents}
    draw = np.random.default_rng(SEED)
    pairs = []
    for question in dataset.questions:
        alike = defaultdict(list)
        for key, grade in sorted(question.grades.items()):
            alike[texts[key]].append(grade)
        pairs += [draw.permutation(found)[:2] for found in alike.values() if len(found) > 1]
    table = np.zeros((GRADES, GRADES))
    for one, other in pairs:
        table[one, other] += 1
        table[other, one] += 1
    agreed = np.trace(table) / table.sum()
    spread = np.corrcoef(
        np.array([(one, other) for one, other in pairs] + [(b, a) for a, b in pairs]).T
    )
    print(
        f"{len(pairs)} texts judged twice for one need: same grade {agreed:.2f}, correlation {spread[0, 1]:.2f}"
    )
    chances = table / table.sum(axis=1, keepdims=True)
    worth = []
    for _round in range(ROUNDS):
        for question in dataset.questions:
            drawn = {
                key: draw.choice(GRADES, p=chances[grade]) + draw.random()
                for key, grade in sorted(question.grades.items())
            }
            order = sorted(drawn, key=lambda key: -drawn[key])
            worth.append(measures.ndcg(order, question.grades, datasets.CUT))
    print(
        f"a second judgement of every pair: nDCG@{datasets.CUT} {np.mean(worth):.3f} ({ROUNDS} draws)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
