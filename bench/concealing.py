"""Measure the draft of a public version: what it leaks and what it destroys.

    .venv/bin/python bench/concealing.py [--half development] [--show]

The sentences are invented (`bench/cases/conceal_*.tsv`): the rules were made on `development`; `test` was written with
it, before the rules; `unseen` after they were fixed. In a row "hides" every span between ⟦kind| and ⟧ must go; it
leaks when one of its letters or figures stays. A row "stays" is destroyed when anything of it changes; what is taken
from a row "hides" outside every span is told as taken wrongly. No name and no secret is given but those that the
clarifier itself proposes.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from keqiao.engine import clarifying
from keqiao.places import reference

HALVES = ("development", "test", "unseen")
_MARK = re.compile("⟦([a-z]+)[|]([^⟧]*)⟧")


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence with the spans that must go: (kind, start, end)."""

    text: str
    spans: tuple[tuple[str, int, int], ...]


def main() -> int:
    """Print a row for every kind, and with ``--show`` every fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES, default="test")
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    asked, leaked, destroyed, wrong = Counter[str](), Counter[str](), 0, 0
    cases = read(arguments.half)
    for case in cases:
        taken = _taken(case.text)
        for kind, start, end in case.spans:
            asked[kind] += 1
            if _is_left(case.text, start, end, taken):
                leaked[kind] += 1
                _tell(arguments.show, "leaked", kind, case.text[start:end], case.text)
        outside = [one for one in taken if not _is_met(one, case.spans)]
        destroyed += bool(outside and not case.spans)
        wrong += len(outside) if case.spans else 0
        for start, end in outside:
            _tell(arguments.show, "taken wrongly", "", case.text[start:end], case.text)
    for kind in sorted(asked):
        sys.stdout.write(f"{kind:8} {leaked[kind]:3} of {asked[kind]:3} leaked\n")
    plain = sum(not case.spans for case in cases)
    sys.stdout.write(
        f"{arguments.half}: {leaked.total()} of {asked.total()} spans leaked, {destroyed} of {plain} plain sentences "
        f"destroyed, {wrong} passages taken wrongly in the other {len(cases) - plain}\n"
    )
    return 0


def read(half: str) -> list[Case]:
    """Return the sentences of a half."""
    path = Path(__file__).parent / "cases" / f"conceal_{half}.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [_case(row["sentence"]) for row in rows]


def _case(marked: str) -> Case:
    text, spans, place = "", [], 0
    for hit in _MARK.finditer(marked):
        text += marked[place : hit.start()]
        spans.append((hit.group(1), len(text), len(text) + len(hit.group(2))))
        text += hit.group(2)
        place = hit.end()
    return Case(text + marked[place:], tuple(spans))


def _taken(text: str) -> list[tuple[int, int]]:
    words = [one.value for one in clarifying.secrets(text)]
    draft = clarifying.public_version("", text, secrets=words, gazetteer=reference.load_gazetteer())
    return [(one.start, one.end) for one in draft.taken]


def _is_left(text: str, start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    gone = {place for left, right in taken for place in range(left, right)}
    return any(text[place].isalnum() and place not in gone for place in range(start, end))


def _is_met(one: tuple[int, int], spans: tuple[tuple[str, int, int], ...]) -> bool:
    return any(start < one[1] and one[0] < end for _kind, start, end in spans)


def _tell(shown: bool, fault: str, kind: str, said: str, text: str) -> None:  # noqa: FBT001 - a switch of the command
    if shown:
        sys.stdout.write(f"{fault:13} {kind:8} {said}\t{text}\n")


if __name__ == "__main__":
    raise SystemExit(main())
