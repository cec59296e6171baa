"""The trees that codes are chosen from, and the words that point to their codes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from keqiao.engine.clarifying import cues
from keqiao.engine.clarifying.cues import silent
from keqiao.engine.clarifying.folding import fold, is_seen
from keqiao.engine.gazetteer import Gazetteer
from keqiao.engine.passages import GENERIC

# What the name of an industry says beside its trade: 锂离子电池|制造.
_INDUSTRY_ENDS = re.compile(
    "(?:专用设备|专用器材)?(?:制造业?|加工业?|生产业?|开采业?|采选业?|种植|饲养|冶炼|服务业?|服务活动|活动|管理业?|业)$"
)
_SUBJECT_ENDS = re.compile(
    "(?:的?基础|基本问题|新技术|新方法|技术|科学问题|理论与?方法|理论|方法|工程|科学|学)$"
)
_BRACKETS = re.compile(r"[(（][^)）]*[)）]?")
_SPLIT = re.compile("[、，,;；:：/]|和|与|及其?|以及")
_EMPTY = GENERIC | silent("no trade")
_SHORTEST = 2
_NAMED = 0.55  # what a word of a name counts, beside one of the table
_SECOND = 0.6  # what the second and later codes of a row of the table count, beside the first
_NOT_SPLIT = (
    "F51",
    "F52",
    "L71",
    "S9",
    "T97",
)  # trade, lease: the goods are no trade of the reader


@dataclass(frozen=True, slots=True)
class Pointer:
    """A word that points to codes, each with how strongly (0–1)."""

    word: str
    codes: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A pointer met at text[start:end]."""

    pointer: Pointer
    start: int
    end: int


class Tree:
    """One tree of codes: names by code, and the words that point into it; it never changes once it is built."""

    def __init__(self, names: Mapping[str, str], pointers: Iterable[Pointer]) -> None:
        self.names = dict(names)
        self._pointers = {pointer.word: pointer for pointer in pointers}
        lengths: dict[str, set[int]] = defaultdict(set)
        for word in self._pointers:
            lengths[word[:_SHORTEST]].add(len(word))
        self._lengths = {start: sorted(known, reverse=True) for start, known in lengths.items()}

    def find(self, text: str) -> list[Found]:
        """Return the pointers in `text`, longest first from the left, with places of the text as written."""
        folded = fold(text, keep=is_seen)
        said, found, place = folded.text, list[Found](), 0
        while place < len(said) - 1:
            hit = self._longest(text, said, place, folded.starts)
            if hit is None:
                place += 1
                continue
            end = place + len(hit.word)
            found.append(Found(hit, *folded.span(place, end)))
            place = end
        return found

    def _longest(self, text: str, said: str, place: int, starts: tuple[int, ...]) -> Pointer | None:
        for length in self._lengths.get(said[place : place + _SHORTEST], ()):
            word = said[place : place + length]
            pointer = self._pointers.get(word)
            if pointer is None:
                continue
            if not (word.isascii() and _cuts(text, starts[place], starts[place + len(word) - 1])):
                return pointer
        return None


def _cuts(text: str, first: int, last: int) -> bool:
    """Tell whether a Latin word goes on before its first or after its last character."""
    around = text[max(0, first - 1) : first] + text[last + 1 : last + 2]
    return any(one.isascii() and one.isalpha() for one in around)


@dataclass(frozen=True, slots=True)
class Trees:
    """All that proposals are chosen from."""

    industries: Tree
    subjects: Tree
    gazetteer: Gazetteer


def build(
    industries: Mapping[str, str], subjects: Mapping[str, str], gazetteer: Gazetteer
) -> Trees:
    """Return the trees of the names of industries and subjects by code; some tenths of a second, so keep them."""
    return Trees(
        Tree(industries, _pointers(industries, "industries", _INDUSTRY_ENDS)),
        Tree(subjects, _pointers(subjects, "subjects", _SUBJECT_ENDS)),
        gazetteer,
    )


def _pointers(names: Mapping[str, str], column: str, ends: re.Pattern[str]) -> Iterator[Pointer]:
    """Yield the words of the names, and in their place those of the table, which is read by hand."""
    by_word: dict[str, set[str]] = defaultdict(set)
    for code, name in names.items():
        for word in _words(code, name, ends):
            by_word[word].add(code)
    table = dict(_table(column, names))
    for word, codes in by_word.items():
        if word not in table:
            kept = _heads(codes)
            yield Pointer(word, tuple((code, _NAMED / len(kept)) for code in kept))
    for word, given in table.items():
        yield Pointer(word, given)


def _words(code: str, name: str, ends: re.Pattern[str]) -> Iterator[str]:
    """Yield the words of a name: its parts, each also without its ending."""
    whole = fold(_BRACKETS.sub("", name), keep=is_seen).text
    parts = [whole] if code.startswith(_NOT_SPLIT) else [whole, *_SPLIT.split(whole)]
    for part in parts:
        bare = part.removeprefix("其他").removeprefix("其它")
        for word in {bare, ends.sub("", bare)}:
            if len(word) >= _SHORTEST and word not in _EMPTY:
                yield word


def _heads(codes: Iterable[str]) -> list[str]:
    """Return the codes without those whose parent is among them: 锂离子电池 and its only kind are one."""
    known = sorted(codes)
    return [
        code
        for code in known
        if not any(code != other and code.startswith(other) for other in known)
    ]


def _table(
    column: str, names: Mapping[str, str]
) -> Iterator[tuple[str, tuple[tuple[str, float], ...]]]:
    """Yield the words of the table with their codes; the first of a row counts most, strange codes not at all."""
    for row in cues.trades():
        codes = [code for code in row[column].split() if code in names]
        weighed = tuple((code, _SECOND if place else 1.0) for place, code in enumerate(codes))
        for word in row["words"].split():
            if weighed:
                yield fold(word, keep=is_seen).text, weighed
