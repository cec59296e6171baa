"""Words that show what a sentence is about, read from a table that anybody may correct."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from keqiao.engine.clarifying.types import Passage, Proposal

# Characters that are read of a clause: for one of 100,000 without a stop the patterns would take minutes.
LONGEST_CLAUSE = 400
BELIEVED = 1.2  # evidence that is believed by half
_MOST_SHOWN = 6
_NEAR = 10  # characters before a cue that may take it back


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern that speaks for the value of a field, with its weight."""

    field: str
    value: str
    weight: float
    pattern: re.Pattern[str]


@cache
def cues(field: str) -> tuple[Cue, ...]:
    """Return the cues of a field, in the order of the table."""
    path = resources.files("keqiao.engine.clarifying") / "data" / "cues.csv"
    with path.open(encoding="utf-8") as file:
        return tuple(
            Cue(
                row["field"],
                row["value"],
                float(row["weight"]),
                re.compile(row["pattern"], re.MULTILINE),
            )
            for row in csv.DictReader(file)
            if row["field"] == field
        )


@cache
def silent(use: str) -> frozenset[str]:
    """Return the words that say nothing where something is looked for: no trade, no person, no company."""
    path = resources.files("keqiao.engine.clarifying") / "data" / "silent_words.csv"
    with path.open(encoding="utf-8") as file:
        rows = [row["words"].split() for row in csv.DictReader(file) if row["list"] == use]
    return frozenset(word for words in rows for word in words)


@cache
def _beside() -> dict[str, tuple[str, ...]]:
    path = resources.files("keqiao.engine.clarifying") / "data" / "beside.csv"
    with path.open(encoding="utf-8") as file:
        return {row["use"]: tuple(row["words"].split()) for row in csv.DictReader(file)}


def words(use: str) -> tuple[str, ...]:
    """Return the words that stand beside, or end, what is looked for."""
    return _beside()[use]


@cache
def one_of(use: str) -> str:
    """Return a group that matches any of these words, the longest first."""
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words(use), key=len, reverse=True))})"


@cache
def trades() -> tuple[Mapping[str, str], ...]:
    """Return the rows of the table of words of one trade."""
    path = resources.files("keqiao.engine.clarifying") / "data" / "trade_words.csv"
    with path.open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


@cache
def trade_words() -> frozenset[str]:
    """Return all words of trades: they name no person, no place and no company."""
    return frozenset(word for row in trades() for word in row["words"].split())


@dataclass(slots=True)
class Weighed:
    """How much speaks for one value, and where."""

    weight: float
    spans: list[tuple[int, int]]


def weigh(text: str, field: str, *, unless: re.Pattern[str] | None = None) -> Mapping[str, Weighed]:
    """Return what speaks for each value of a field; words that a cue repeats count once.

    Words right before which `unless` is found, in the same clause, do not count.
    """
    found: dict[str, Weighed] = defaultdict(lambda: Weighed(0.0, []))
    for cue in cues(field):
        said = {
            hit.group(): hit.span()
            for hit in reversed(list(cue.pattern.finditer(text)))
            if unless is None or not unless.search(_before(text, hit.start()))
        }
        said.pop("", None)
        if said:
            weighed = found[cue.value]
            weighed.weight += cue.weight * (2 - 0.5 ** (len(said) - 1))
            weighed.spans += said.values()
    return found


def _before(text: str, start: int) -> str:
    """Return the clause as far as `start`, at most ten characters of it."""
    return re.split("[，,。；;！!？?\n]", text[max(0, start - _NEAR) : start])[-1]


def proposal(text: str, value: str, weighed: Weighed, share: float = 1.0) -> Proposal[str]:
    """Return a value as sure as its evidence, times its `share` of all evidence."""
    score = share * weighed.weight / (weighed.weight + BELIEVED)
    spans = sorted(set(weighed.spans))[:_MOST_SHOWN]
    return Proposal(
        value,
        round(score, 4),
        tuple(Passage(*span) for span in spans),
        tuple(dict.fromkeys(text[start:end] for start, end in spans)),
    )
