"""What two texts have in common and what only one of them says: Chinese has no spaces, so pairs of signs are compared.

A sign is a character, or a whole number or Latin word, so that 10 and 15 differ and not their last digits.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST = 6000  # characters of each text that are compared; what follows is shown as it is
SIGN = re.compile(r"[0-9A-Za-z.]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of one text; ``is_own`` when the other text does not say it. Uncompared pieces are not marked."""

    text: str
    is_own: bool


def compare(one: str, other: str) -> tuple[list[Run], list[Run]]:
    """Return both texts in runs, what only one of them says marked; joined again they are the texts."""
    if one == other:
        return _runs(one, [(0, len(one))]), _runs(other, [(0, len(other))])
    same = list(_same(one[:MOST], other[:MOST]))
    return (
        _runs(one, [(start, start + size) for start, _there, size in same]),
        _runs(other, [(there, there + size) for _start, there, size in same]),
    )


def split(runs: Sequence[Run], lengths: Sequence[int]) -> list[list[Run]]:
    """Return the runs of a text that was joined from parts of these ``lengths``, part by part."""
    parts: list[list[Run]] = []
    waiting = list(reversed(runs))
    for length in lengths:
        part, room = list[Run](), length
        while room and waiting:
            run = waiting.pop()
            if len(run.text) > room:
                waiting.append(Run(run.text[room:], run.is_own))
                run = Run(run.text[:room], run.is_own)
            part.append(run)
            room -= len(run.text)
        parts.append(part)
    return parts


def _same(one: str, other: str) -> Iterator[tuple[int, int, int]]:
    """Yield (start here, start there, length) of what is the same, in order and without overlap; a lone sign is chance.

    Pairs that are everywhere in a text (over 1 in 100) match nothing by themselves, which also bounds the work.
    """
    here, there = SIGN.findall(one), SIGN.findall(other)
    places, there_places = _places(here), _places(there)
    matcher = SequenceMatcher(None, list(itertools.pairwise(here)), list(itertools.pairwise(there)))
    end = there_end = 0  # in signs
    for start, there_start, count in matcher.get_matching_blocks():
        skipped = max(0, end - start, there_end - there_start)
        if count <= skipped:
            continue
        first, last = start + skipped, start + count + 1
        yield (
            places[first],
            there_places[there_start + skipped],
            places[last] - places[first],
        )
        end, there_end = last, there_start + count + 1


def _places(signs: Sequence[str]) -> list[int]:
    """Return where each sign begins, and where the last one ends."""
    return list(itertools.accumulate(map(len, signs), initial=0))


def _runs(text: str, same: Sequence[tuple[int, int]]) -> list[Run]:
    runs, end = list[Run](), 0
    for start, stop in same:
        runs += [_own(text[end:start]), Run(text[start:stop], is_own=False)]
        end = stop
    most = max(MOST, end)
    runs += [_own(text[end:most]), Run(text[most:], is_own=False)]
    return [run for run in runs if run.text]


def _own(text: str) -> Run:
    return Run(text, is_own=bool(text.strip()))
