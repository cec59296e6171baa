"""Which industry and which subject a text speaks of: by the words that point to codes, and, if asked, by meaning."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from keqiao.engine.clarifying.trees import Found, Tree
from keqiao.engine.clarifying.types import Passage, Proposal

MOST = 3
HEAD = 80  # characters at the beginning in which a word counts more: a title says what the text is about
HEAD_WEIGHT = 2.0
LENGTH = 4  # characters of a word that counts once; a shorter one says less, a longer one more
LONGEST_WEIGHT = 1.6
DOUBT = 1.5  # evidence that one code needs beside all others to be believed by half
LEAST = 0.08  # a score below it is not proposed
FINER = (
    0.6  # share of a code's evidence that one code below it must have to be proposed in its place
)
_MOST_SHOWN = 6


@dataclass(slots=True)
class _Evidence:
    weight: float = 0.0
    found: list[tuple[float, Found]] = field(default_factory=list)
    below: dict[str, float] = field(default_factory=lambda: defaultdict(float))


def propose(
    text: str, tree: Tree, *, digits: int, nearness: Mapping[str, float] | None = None
) -> tuple[Proposal[str], ...]:
    """Return up to three codes that differ in their first `digits` characters, best first.

    `nearness` adds to the evidence of such heads of codes what their names mean; it finds no words.
    """
    gathered = _gathered(tree.find(text), digits)
    for head, weight in (nearness or {}).items():
        gathered[head].weight += weight
    total = sum(evidence.weight for evidence in gathered.values())
    ranked = sorted(gathered.items(), key=lambda one: (-one[1].weight, one[0]))
    return tuple(
        _proposal(text, tree, head, evidence, evidence.weight / (total + DOUBT))
        for head, evidence in ranked[:MOST]
        if evidence.weight / (total + DOUBT) >= LEAST
    )


def _gathered(found: list[Found], digits: int) -> defaultdict[str, _Evidence]:
    times: dict[str, int] = defaultdict(int)
    gathered: defaultdict[str, _Evidence] = defaultdict(_Evidence)
    for hit in found:
        times[hit.pointer.word] += 1
        weight = _weight(hit, times[hit.pointer.word])
        for code, strength in hit.pointer.codes:
            if len(code) < digits:
                continue
            evidence = gathered[code[:digits]]
            evidence.weight += weight * strength
            evidence.below[code] += weight * strength
            evidence.found.append((weight * strength, hit))
    return gathered


def _weight(hit: Found, time: int) -> float:
    """Return what a word says: long ones more, early ones more, each repetition less."""
    length = min(len(hit.pointer.word) / LENGTH, LONGEST_WEIGHT)
    return length * (HEAD_WEIGHT if hit.start < HEAD else 1.0) / math.pow(time, 1.5)


def _proposal(text: str, tree: Tree, head: str, evidence: _Evidence, score: float) -> Proposal[str]:
    strongest = sorted(evidence.found, key=lambda one: (-one[0], one[1].start))[:_MOST_SHOWN]
    shown = sorted({(hit.start, hit.end) for _weight, hit in strongest})
    words = dict.fromkeys(text[hit.start : hit.end] for _weight, hit in strongest)
    return Proposal(
        _finest(tree, head, evidence),
        round(score, 4),
        tuple(Passage(*place) for place in shown),
        tuple(words),
    )


def _finest(tree: Tree, head: str, evidence: _Evidence) -> str:
    """Return the code below `head` that most of the evidence is for, else `head` itself."""
    if not evidence.below:
        return head
    code, weight = max(evidence.below.items(), key=lambda one: (one[1], one[0]))
    is_clear = weight >= FINER * sum(evidence.below.values()) and code in tree.names
    return code if is_clear else head
