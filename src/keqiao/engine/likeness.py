"""How alike two texts are in words, whatever their order: shares of common shingles, and the passages behind them.

A unit is a CJK character, a Latin word or a number; numbers are all the same unit, so that changing a figure makes no
new text. A shingle is four units that follow each other inside one sentence.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from functools import lru_cache

from keqiao.engine.text import CJK, LONGEST, sentences

WIDTH = 4  # units of one shingle
LONGEST_PIECE = 120  # units of a sentence that are read as one
LEAST_SENTENCE, LEAST_CLAUSE = (
    8,
    10,
)  # units of what can be a stock sentence, or a stock clause of one
NUMBER = "0"
ALIKE = 0.34  # share of a sentence's shingles from which two sentences are shown beside each other
LONGEST_SWAP = 12  # units of what stands in the place of something else
MOST_PAIRS = 400  # sentences of one text that are looked at one by one
_UNIT = re.compile(rf"[{CJK}]|(?P<number>\d+(?:[.,]\d+)*)|(?:(?![{CJK}])[^\W\d_])+")
_CLAUSE = re.compile(r"[，,、：:（）()]+")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: where it stands in the sentence as written, and how it is compared."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as written, or a piece of an endless one, with its units."""

    text: str
    units: tuple[Unit, ...]

    def words(self) -> tuple[str, ...]:
        """Return the units as they are compared."""
        return tuple(unit.word for unit in self.units)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Shares of common shingles, 0–1: of the first text, of the second one, of both together."""

    inside: float
    around: float
    jaccard: float

    @property
    def most(self) -> float:
        """Return the share of the text of which more is common."""
        return max(self.inside, self.around)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a sentence as written; ``is_same`` when the other sentence says it too."""

    text: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class Swap:
    """Words in the place of others; what stands around a single character is kept too, to tell whether it is rare."""

    mine: str
    theirs: str
    around_mine: str = ""
    around_theirs: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence of each text that say much the same, each whole, in runs; and what stands in whose place."""

    mine: tuple[Run, ...]
    theirs: tuple[Run, ...]
    swaps: tuple[Swap, ...] = ()


def read(text: str) -> list[Sentence]:
    """Return the sentences of ``text`` with their units; sentences without a word are left out.

    A text without any word (signs only) is read sign by sign, so that it too can be compared.
    """
    kept = text[:LONGEST]
    found = [piece for sentence in sentences(kept) for piece in _pieces(sentence, _units(sentence))]
    if found:
        return found
    signs = [Unit(n, n + 1, sign) for n, sign in enumerate(kept) if not sign.isspace()]
    return _pieces(kept, [unit for unit in signs if _word(unit.word)])


def shingles(read_sentences: Sequence[Sentence], without: Collection[int] = ()) -> set[str]:
    """Return the distinct shingles; sentences whose mark is in ``without`` are left out."""
    found: set[str] = set()
    for sentence in read_sentences:
        words = sentence.words()
        if without and mark(words) in without:
            continue
        if len(words) < WIDTH:
            found.add("\x1f".join(words))
        found.update("\x1f".join(words[n : n + WIDTH]) for n in range(len(words) - WIDTH + 1))
    return found


def mark(words: Sequence[str], salt: str = "") -> int:
    """Return the 63-bit number that stands for some units; the same on every machine and in every run."""
    joined = f"{salt}\x1e{chr(0x1F).join(words)}".encode("utf-8", "ignore")
    return int.from_bytes(hashlib.blake2b(joined, digest_size=8).digest(), "big") >> 1


def stock_candidates(sentence: Sentence) -> list[tuple[str, tuple[str, ...]]]:
    """Return what of a sentence others may say too: itself, then its long clauses; as written, and its units."""
    found = []
    if len(sentence.units) >= LEAST_SENTENCE:
        found.append((sentence.text, sentence.words()))
    clauses = _CLAUSE.split(sentence.text)
    if len(clauses) > 1:
        for clause in clauses:
            words = tuple(unit.word for unit in _units(clause))
            if len(words) >= LEAST_CLAUSE:
                found.append((clause.strip(), words))
    return found


def likeness(mine: Collection[str], theirs: Collection[str]) -> Likeness:
    """Compare two sets of shingles."""
    first, second = set(mine), set(theirs)
    common = len(first & second)
    if not common:
        return Likeness(0.0, 0.0, 0.0)
    return Likeness(common / len(first), common / len(second), common / len(first | second))


def pairs(mine: Sequence[Sentence], theirs: Sequence[Sentence]) -> list[Pair]:
    """Return every sentence of ``mine`` that ``theirs`` says too, much alike, with the nearest one, in my order."""
    others = theirs[:MOST_PAIRS]
    sets = [shingles([sentence]) for sentence in others]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, known in enumerate(sets):
        for shingle in known:
            holders[shingle].append(number)
    found = []
    for sentence in mine[:MOST_PAIRS]:
        own = shingles([sentence])
        counts: defaultdict[int, int] = defaultdict(int)
        for shingle in own:
            for number in holders.get(shingle, ()):
                counts[number] += 1
        if not counts:
            continue
        best = min(counts, key=lambda n: (-counts[n] / len(own | sets[n]), n))
        if counts[best] / min(len(own), len(sets[best])) >= ALIKE:
            found.append(_pair(sentence, others[best]))
    return found


def _pair(mine: Sentence, theirs: Sentence) -> Pair:
    first, second = _said(mine), _said(theirs)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size > 1]
    swaps = []
    at = (0, 0)
    for block in (*blocks, Match(len(first), len(second), 0)):
        gaps = (block.a - at[0], block.b - at[1])
        if all(0 < gap <= LONGEST_SWAP for gap in gaps):
            swaps.append(_swap(first, at[0], block.a, second, at[1], block.b))
        at = (block.a + block.size, block.b + block.size)
    return Pair(
        _runs(mine, [(block.a, block.a + block.size) for block in blocks]),
        _runs(theirs, [(block.b, block.b + block.size) for block in blocks]),
        tuple(swaps),
    )


def _swap(  # noqa: PLR0917 - two places in two texts
    first: Sequence[str], start: int, end: int, second: Sequence[str], other: int, stop: int
) -> Swap:
    def around(words: Sequence[str], low: int, high: int) -> str:
        return "".join(words[max(0, low - 1) : high + 1]) if high - low == 1 else ""

    return Swap(
        "".join(first[start:end]),
        "".join(second[other:stop]),
        around(first, start, end),
        around(second, other, stop),
    )


def _runs(sentence: Sentence, blocks: Sequence[tuple[int, int]]) -> tuple[Run, ...]:
    """Cut a sentence as written into what is the same and what is not."""
    runs: list[Run] = []
    at = 0
    for first, last in blocks:
        start, end = sentence.units[first].start, sentence.units[last - 1].end
        if start > at:
            runs.append(Run(sentence.text[at:start], is_same=False))
        runs.append(Run(sentence.text[start:end], is_same=True))
        at = end
    if at < len(sentence.text):
        runs.append(Run(sentence.text[at:], is_same=False))
    return tuple(runs)


def _said(sentence: Sentence) -> list[str]:
    """Return the units with their numbers, so that a changed figure is seen as changed."""
    return [_word(sentence.text[unit.start : unit.end]) for unit in sentence.units]


def _units(text: str) -> list[Unit]:
    found = []
    for piece in _UNIT.finditer(text):
        word = NUMBER if piece.lastgroup == "number" else _word(piece.group())
        if word:
            found.append(Unit(piece.start(), piece.end(), word))
    return found


def _pieces(text: str, units: Sequence[Unit]) -> list[Sentence]:
    if not units:
        return []
    if len(units) <= LONGEST_PIECE:
        return [Sentence(text, tuple(units))]
    found = []
    for first in range(0, len(units), LONGEST_PIECE):
        part = units[first : first + LONGEST_PIECE]
        start = part[0].start
        moved = tuple(Unit(unit.start - start, unit.end - start, unit.word) for unit in part)
        found.append(Sentence(text[start : part[-1].end], moved))
    return found


@lru_cache(maxsize=50_000)
def _word(piece: str) -> str:
    return unicodedata.normalize("NFKC", piece).lower().encode("utf-8", "ignore").decode("utf-8")
