"""How well a page was read: precision and recall of each field against a result written by hand.

Single fields (headline, place, date, byline) and lists are compared as they are printed, but for white space
and for half or full width. Persons are compared by name ("people") and by name with role ("roles"). Needs,
activities and cooperation are phrases that may be cut longer or shorter: one is right when it holds at least 60 %
of the expected one's character pairs, and these are at least 30 % of its own; each counts once.
A dispatch is compared with the expected one of the same, else of a similar headline, so that a wrong cut costs
every field of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keqiao.engine.newspaper.types import Dispatch

PRINTED = ("headline", "place", "date", "byline", "authors", "associations", "companies")
LISTED = ("universities", "institutes", "suspicions")
PHRASES = ("need", "activity", "cooperation")
FIELDS = (*PRINTED, "universities", "institutes", "people", "roles", *PHRASES, "suspicions")
_HELD, _OWN = 0.6, 0.3


@dataclass(frozen=True, slots=True)
class Score:
    """What was found right, what was found wrongly, and what was missed, of one field."""

    field: str
    right: int
    wrong: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def precision(self) -> float | None:
        """Right of all found; None when nothing was found."""
        found = self.right + len(self.wrong)
        return self.right / found if found else None

    @property
    def recall(self) -> float | None:
        """Right of all expected; None when nothing was expected."""
        expected = self.right + len(self.missed)
        return self.right / expected if expected else None


def facts(dispatch: Dispatch) -> dict[str, Any]:
    """Return a dispatch in the shape of the expected results."""
    return {
        "headline": dispatch.piece.headline,
        "place": dispatch.place,
        "date": dispatch.date,
        "byline": dispatch.piece.byline,
        "authors": list(dispatch.authors),
        "associations": list(dispatch.associations),
        "companies": list(dispatch.companies),
        "universities": list(dispatch.universities),
        "institutes": list(dispatch.institutes),
        "people": [{"name": person.name, "role": person.role} for person in dispatch.people],
        "need": list(dispatch.need),
        "activity": list(dispatch.activity),
        "cooperation": list(dispatch.cooperation),
        "suspicions": [str(suspicion) for suspicion in dispatch.suspicions],
    }


def compare(
    found: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]]
) -> list[Score]:
    """Return one score for each of FIELDS, over all dispatches of a page."""
    pairs = _paired(found, expected)
    return [_score(field, pairs) for field in FIELDS]


def _paired(
    found: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    waiting = list(expected)
    pairs: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = []
    for is_same in (_is_exact, _is_same):
        paired = [id(ours) for ours, _theirs in pairs]
        for ours in found:
            if id(ours) in paired:
                continue
            head = _head(ours)
            match = next((other for other in waiting if is_same(head, _head(other))), None)
            if match is not None:
                waiting = [other for other in waiting if other is not match]
                pairs.append((ours, match))
    paired = [id(ours) for ours, _theirs in pairs]
    pairs.extend((ours, {}) for ours in found if id(ours) not in paired)
    pairs.extend(({}, theirs) for theirs in waiting)
    return pairs


def _head(dispatch: Mapping[str, Any]) -> str:
    return _plain(str(dispatch.get("headline", "")))


def _is_exact(head: str, expected: str) -> bool:
    return head == expected


def _score(field: str, pairs: list[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Score:
    right = 0
    wrong: list[str] = []
    missed: list[str] = []
    for ours, theirs in pairs:
        have, want = _values(field, ours), _values(field, theirs)
        if field in PHRASES:
            hits, extra, absent = _match_phrases(have, want)
        else:
            both = Counter(have) & Counter(want)
            hits = both.total()
            extra = list((Counter(have) - both).elements())
            absent = list((Counter(want) - both).elements())
        right += hits
        wrong += extra
        missed += absent
    return Score(field, right, tuple(wrong), tuple(missed))


def _values(field: str, facts_of: Mapping[str, Any]) -> list[str]:
    source = "people" if field == "roles" else field
    value = facts_of.get(source) or []
    values: list[Any] = [value] if isinstance(value, str) else list(value)
    if field == "people":
        values = [person["name"] for person in values]
    elif field == "roles":
        values = [f"{person['name']} {person['role']}" for person in values]
    return [_plain(str(one)) for one in values]


def _match_phrases(have: list[str], want: list[str]) -> tuple[int, list[str], list[str]]:
    waiting = list(want)
    wrong: list[str] = []
    for phrase in have:
        match = next((other for other in waiting if _is_same(phrase, other)), None)
        if match is None:
            wrong.append(phrase)
        else:
            waiting.remove(match)
    return len(want) - len(waiting), wrong, waiting


def _is_same(phrase: str, expected: str) -> bool:
    ours, theirs = _pairs(phrase), _pairs(expected)
    both = (ours & theirs).total()
    return both >= _HELD * theirs.total() and both >= _OWN * ours.total()


def _pairs(text: str) -> Counter[str]:
    return Counter(text[place : place + 2] for place in range(max(1, len(text) - 1)))


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
