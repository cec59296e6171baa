"""How well industries and subjects are proposed: needs labelled by hand, beside baselines that know names alone.

The labels are codes of needs by identifier; the texts stay in the data set, and those of the demonstration in ours.
"""

from __future__ import annotations

import csv
import gzip
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from keqiao.engine import clarifying, measures
from keqiao.engine.clarifying.trees import Tree
from keqiao.engine.dense import Encoder
from keqiao.engine.types import Entry
from keqiao.ops.bench.systems import SEED, Characters
from keqiao.ops.demo.rows import rows
from keqiao.ops.tables import aligned
from keqiao.places import reference

LABELS = Path(__file__).parent / "labels.csv"
PARTS = ("development", "test", "unseen", "demonstration")
LEVELS = (("industry", 3), ("industry", 4), ("subject", 3))  # characters of a code: C38, C384, E07
TOPS = (1, 3)
_CHILDREN = 40  # names below a code that the baseline reads with its own

Proposer = Callable[[str, str], Sequence[str]]  # (text, tree) → codes, best first


@dataclass(frozen=True, slots=True)
class Label:
    """The codes that are right for a need: the best first, then others that a broker would accept."""

    key: str
    part: str
    industry: tuple[str, ...]
    subject: tuple[str, ...]

    def of(self, tree: str) -> tuple[str, ...]:
        """Return the codes of one tree."""
        return self.industry if tree == "industry" else self.subject


@dataclass(frozen=True, slots=True)
class Score:
    """How often one of the first `top` codes is right, up to `digits` characters; `accepted`: by any right code."""

    part: str
    system: str
    tree: str
    digits: int
    top: int
    is_accepted: bool
    value: float
    low: float
    high: float
    needs: int


def labels(path: Path = LABELS) -> list[Label]:
    """Return the labels in the order of the file."""
    with path.open(encoding="utf-8") as file:
        return [
            Label(
                row["id"],
                row["part"],
                _codes(row["industry"], row["industry_also"]),
                _codes(row["subject"], row["subject_also"]),
            )
            for row in csv.DictReader(file)
        ]


def _codes(best: str, others: str) -> tuple[str, ...]:
    return tuple(code for code in (best, *others.split(";")) if code)


def texts(data: Path) -> Mapping[str, str]:
    """Return the needs of the data set, if it is there, and of the demonstration, title first, by identifier."""
    found = {
        row["code"]: "\n".join(
            row[one] for one in ("title", "wanted", "tried", "targets", "limits")
        )
        for row in rows("needs")
    }
    path = data / "needs-offers" / "queries.jsonl.gz"
    if path.is_file():
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in map(json.loads, file):
                found[row["id"]] = f"{row['title']}\n{row['text']}"
    return found


def proposers(known: Sequence[Label], encoder: Encoder | None) -> dict[str, Proposer]:
    """Return the systems by name; the baseline of frequency learns from the labels of the development half."""
    trees = reference.load_trees()

    def proposed(text: str, tree: str, *, using: Encoder | None = None) -> Sequence[str]:
        found = clarifying.propose(text, trees, encoder=using)
        return [one.value for one in (found.industries if tree == "industry" else found.subjects)]

    named = {"industry": _named(trees.industries, 4), "subject": _named(trees.subjects, 3)}
    systems: dict[str, Proposer] = {
        "commonest": _commonest(known),
        "names": lambda text, tree: named[tree](text),
        "keqiao-words": proposed,
    }
    if encoder is not None:
        systems["keqiao"] = lambda text, tree: proposed(text, tree, using=encoder)
    return systems


def _commonest(known: Sequence[Label]) -> Proposer:
    """Return the same three codes for every text: the commonest of the development half."""
    counts = {
        tree: Counter(one.of(tree)[0] for one in known if one.part == PARTS[0] and one.of(tree))
        for tree in ("industry", "subject")
    }
    return lambda _text, tree: [code for code, _count in counts[tree].most_common(max(TOPS))]


def _named(tree: Tree, digits: int) -> Callable[[str], Sequence[str]]:
    """Return BM25 by characters and bigrams over the names of codes, each with those below it."""
    system = Characters()
    heads = [code for code in tree.names if len(code) == digits]
    system.prepare([Entry(code, "code", tree.names[code], _below(tree, code)) for code in heads])
    return lambda text: [
        key for key, _score in system.order(Entry("", "need", "", text), None, max(TOPS))
    ]


def _below(tree: Tree, head: str) -> str:
    below = [name for code, name in tree.names.items() if code.startswith(head) and code != head]
    return "、".join(below[:_CHILDREN])


@dataclass(frozen=True, slots=True)
class Measured:
    """All scores, and the milliseconds a need took each system for one tree."""

    scores: Sequence[Score]
    milliseconds: Mapping[str, float]


def measure(data: Path, encoder: Encoder | None, parts: Sequence[str] = PARTS) -> Measured:
    """Measure every system on the labelled needs of the parts that are there; those of the demonstration always are."""
    known = labels()
    said = texts(data)
    asked = [one for one in known if one.part in parts and one.key in said]
    scores: list[Score] = []
    milliseconds: dict[str, float] = {}
    for name, system in proposers(known, encoder).items():
        if asked:
            system(said[asked[0].key], "industry")  # what is built once is not the cost of a need
        begun = time.perf_counter()
        found = {
            (one.key, tree): list(system(said[one.key], tree))
            for one in asked
            for tree in ("industry", "subject")
        }
        milliseconds[name] = 1000 * (time.perf_counter() - begun) / max(1, 2 * len(asked))
        for part in parts:
            scores += _scores(part, name, [one for one in asked if one.part == part], found)
    return Measured(scores, milliseconds)


def _scores(
    part: str, system: str, asked: Sequence[Label], found: Mapping[tuple[str, str], list[str]]
) -> Iterator[Score]:
    for tree, digits in LEVELS:
        counted = [one for one in asked if one.of(tree)]
        for top in TOPS if counted else ():
            for is_accepted in (False, True):
                hits = [
                    _is_hit(
                        found[one.key, tree][:top],
                        one.of(tree)[: None if is_accepted else 1],
                        digits,
                    )
                    for one in counted
                ]
                low, high = measures.bootstrap_interval(hits, seed=SEED)
                value = sum(hits) / len(hits)
                yield Score(
                    part, system, tree, digits, top, is_accepted, value, low, high, len(hits)
                )


def _is_hit(proposed: Sequence[str], right: Sequence[str], digits: int) -> float:
    heads = {code[:digits] for code in right}
    return float(any(len(code) >= digits and code[:digits] in heads for code in proposed))


def lines(measured: Measured) -> Iterator[str]:
    """Yield what people read: by part, how often the first, or one of the first three, is right."""
    for part in PARTS:
        scores = [one for one in measured.scores if one.part == part]
        if not scores:
            continue
        yield f"\n{part}, {max(one.needs for one in scores)} needs, seed {SEED}"
        for is_accepted in (False, True):
            yield "the best code" if not is_accepted else "any code that a broker would accept"
            head = (
                "system",
                *(
                    f"{tree} {_level(tree, digits)} top-{top}"
                    for tree, digits in LEVELS
                    for top in TOPS
                ),
            )
            systems = dict.fromkeys(one.system for one in scores)
            table = [
                (
                    name,
                    *(
                        _cell(one)
                        for one in scores
                        if (one.system, one.is_accepted) == (name, is_accepted)
                    ),
                )
                for name in systems
            ]
            yield from aligned([head, *table])
    yield ""
    costs = [(name, f"{cost:.1f}") for name, cost in measured.milliseconds.items()]
    yield from aligned([("system", "ms a need"), *costs])


def _level(tree: str, digits: int) -> str:
    return f"{digits - 1} digits" if tree == "industry" else "letter + 2"


def _cell(one: Score) -> str:
    return f"{one.value:.2f} ({one.low:.2f}–{one.high:.2f})"


def as_json(measured: Measured) -> dict[str, Any]:
    """Return the same for a machine."""
    return {
        "dataset": "codes",
        "seed": SEED,
        "scores": [asdict(one) for one in measured.scores],
        "milliseconds": dict(measured.milliseconds),
    }
