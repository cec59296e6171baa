"""A text cut into what is wanted, what was tried, what is to be reached and what must be kept to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from keqiao.engine.clarifying import cues
from keqiao.engine.clarifying.types import Passage, Proposal

PARTS = ("wanted", "tried", "targets", "limits")
NOTHING = "nothing"  # the value of a cue for what belongs to no part: a budget, a deadline
_ORDER = (*PARTS, NOTHING)
HEADING = 2.0  # weight of a cue that is a heading
STRONG = 1.5  # weight of a cue for which a clause leaves the sentence that it stands in
CARRIED = 0.8  # what the heading above, or the clause before, adds to a clause
LEAST = 0.6  # evidence without which a clause belongs nowhere
BY_DEFAULT = 0.3  # how sure it is that what belongs nowhere is what is wanted, when nothing else is
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*")
_CLAUSE = re.compile(r"[^，,]+[，,]*")
_NUMBERING = re.compile(r"[\W\d一二三四五六七八九十和及与]+")
_LONGEST_HEADING = 24  # characters

Weights = dict[str, float]


@dataclass(slots=True)
class _Piece:
    """Clauses of one sentence that belong together."""

    part: str
    start: int
    end: int
    weight: float


@dataclass(slots=True)
class _Reading:
    pieces: list[_Piece] = field(default_factory=list)
    under: str = ""  # the part whose heading was read last


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence stands, without outer white space."""
    yield from _spans(_SENTENCE, text, 0, len(text))


def propose(text: str) -> Mapping[str, Proposal[str]]:
    """Return the parts that the text says, each as its pieces of sentences in their order.

    A clause belongs to one part. When nothing says what is wanted, all that belongs nowhere does.
    """
    reading = _Reading()
    for start, end in sentences(text):
        _read(text, start, end, reading)
    by_part = {part: [one for one in reading.pieces if one.part == part] for part in (*PARTS, "")}
    found = {part: _joined(text, by_part[part]) for part in PARTS if by_part[part]}
    if by_part[""] and "wanted" not in found:
        rest = _joined(text, by_part[""])
        found["wanted"] = Proposal(rest.value, BY_DEFAULT, rest.passages)
    return found


def _read(text: str, start: int, end: int, reading: _Reading) -> None:
    """Add the pieces of a sentence; a heading that stands alone is none, and speaks for what follows."""
    heading = _heading(text[start:end])
    if heading:
        reading.under = heading
        if _is_alone(text[start:end], heading):
            return
    before = heading or reading.under
    pieces: list[_Piece] = []
    for clause_start, clause_end in _spans(_CLAUSE, text, start, end):
        weights = _evidence(text[clause_start:clause_end])
        if NOTHING in weights:
            weights = {NOTHING: STRONG}
        if before and max(weights.values(), default=0.0) < STRONG:
            weights[before] = weights.get(before, 0.0) + CARRIED
        part = max(weights, key=lambda one: (weights[one], -_ORDER.index(one)), default="")
        weight = weights.get(part, 0.0)
        if weight < LEAST:
            part, weight = "", 0.0
        if part == NOTHING:
            part, weight = "", 0.0
        before = part or before
        if pieces and pieces[-1].part in {part, ""}:
            pieces[-1] = _Piece(part, pieces[-1].start, clause_end, max(weight, pieces[-1].weight))
        else:
            pieces.append(_Piece(part, clause_start, clause_end, weight))
    reading.pieces += pieces


def _spans(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for hit in pattern.finditer(text, start, end):
        said = hit.group()
        first = hit.start() + len(said) - len(said.lstrip())
        last = hit.end() - len(said) + len(said.rstrip())
        if any(one.isalnum() for one in text[first:last]):
            yield first, last


def _evidence(clause: str) -> Weights:
    weights: Weights = {}
    for cue in cues.cues("part"):
        if cue.weight < HEADING and cue.pattern.search(clause, 0, cues.LONGEST_CLAUSE):
            weights[cue.value] = weights.get(cue.value, 0.0) + cue.weight
    return weights


def _heading(sentence: str) -> str:
    """Return the part whose heading stands first at the beginning of the sentence."""
    hits = [
        (hit.start(), cue.value)
        for cue in cues.cues("part")
        if cue.weight >= HEADING and (hit := cue.pattern.search(sentence[:_LONGEST_HEADING]))
    ]
    return min(hits)[1] if hits else ""


def _is_alone(sentence: str, heading: str) -> bool:
    """Tell whether a sentence is its heading, perhaps numbered, and nothing else."""
    if len(sentence) > _LONGEST_HEADING:
        return False
    rest = sentence
    for cue in cues.cues("part"):
        if cue.value == heading and cue.weight >= HEADING:
            rest = cue.pattern.sub("", rest)
    return not _NUMBERING.sub("", rest) or not _evidence(sentence)


def _joined(text: str, pieces: list[_Piece]) -> Proposal[str]:
    score = sum(one.weight / (one.weight + 1.0) for one in pieces) / len(pieces)
    return Proposal(
        "\n".join(text[one.start : one.end].rstrip("，, ") for one in pieces),
        round(score, 4),
        tuple(Passage(one.start, one.end) for one in pieces),
    )
