"""Text → the places named in it, without a database: longest match, then context.

What counts as naming a place, decided once:

- A full name (雅安市), an everyday form (阿坝州) and a short form (雅安, 马边) name the place.
  One character (川, 京) never does.
- A short form that is also a word (合作, 会同, 朝阳) counts only right after its own parent
  (南充南部) or before an office that only places have (名山科协).
- A place inside the name of an institution counts (海南大学 → 海南省, 雅化锂业(雅安) → 雅安市):
  such a name says where it is far more often than not. A street does not (南京路).
- A name of several places (鼓楼区, 朝阳区) is decided by a parent or child named near it, then
  by the area given as `within`, and is otherwise reported as ambiguous instead of guessed.
  A name that a place shares with its own part (吉林, 长沙) means the larger one; that of a
  province (海南) means the province unless the context says otherwise.
- A misspelt name (荣经县 for 荥经县) is not found. `suggest` offers the nearest, as guesses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from keqiao.engine import placenames

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEVELS = {"province": 0, "city": 1, "county": 2}
_GAP = re.compile(r"[\s·・•、,，]{0,3}")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_SHORTEST_GUESS, _LONGEST_NAME = 3, 20  # characters
_PROVINCE_DIGITS = 2
_BEFORE, _AFTER = 300, 80  # characters around a shared name in which a parent or child decides it
_PREPOSITIONS = frozenset("在到赴往从由至向于是及与、访")


def prefix(within: str | None) -> str:
    """Return the significant digits of a code: 511800 → 5118, 510000 → 51, 5118 → 5118."""
    digits = within or ""
    while len(digits) > _PROVINCE_DIGITS and digits.endswith("00"):
        digits = digits[:-2]
    return digits


@dataclass(frozen=True, slots=True)
class Place:
    """One administrative area: six digits of GB/T 2260; level province, city or county."""

    code: str
    name: str
    short_name: str
    level: str
    parent_code: str = ""
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named at text[start:end]; `is_short` when only its short form was written."""

    place: Place
    start: int
    end: int
    text: str
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A name at text[start:end] that several places share, where nothing decides."""

    candidates: tuple[Place, ...]
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a text names, in its order."""

    mentions: tuple[Mention, ...]
    ambiguities: tuple[Ambiguity, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """A place whose name is written almost like the one asked for. Never use it without asking."""

    place: Place
    name: str
    is_guess: bool = True


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    text: str
    is_short: bool
    candidates: tuple[Place, ...]


class Gazetteer:
    """An index of places; it never changes once it is built."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = {place.code: place for place in places}
        self._forms: dict[str, list[Place]] = {}
        self._is_stem: dict[str, bool] = {}
        for place in self._places.values():
            for form, is_stem in placenames.forms(place.name, place.short_name).items():
                self._forms.setdefault(form, []).append(place)
                self._is_stem[form] = self._is_stem.get(form, True) and is_stem
        for sharing in self._forms.values():
            sharing.sort(key=lambda place: (not place.is_current, _LEVELS[place.level], place.code))
        self._lengths = self._index_lengths()
        self._wildcards: dict[str, list[str]] | None = None

    def _index_lengths(self) -> dict[str, tuple[int, ...]]:
        lengths: dict[str, set[int]] = {}
        for form in (*self._forms, *placenames.NOT_PLACES):
            lengths.setdefault(form[:2], set()).add(len(form))
        return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}

    def get(self, code: str) -> Place | None:
        """Return the place of a six-digit code, or None."""
        return self._places.get(code)

    def ancestors(self, place: Place) -> tuple[Place, ...]:
        """Return the place's parents, nearest first; empty for a province."""
        found: list[Place] = []
        parent = self._places.get(place.parent_code)
        while parent is not None and parent not in found:
            found.append(parent)
            parent = self._places.get(parent.parent_code)
        return tuple(found)

    def find(self, text: str, within: str | None = None) -> list[Mention]:
        """Return the places named in the text, in its order, without the ambiguous ones.

        `within` is a code or its prefix ("51", "511800"): the area the text is about.
        """
        return list(self.read(text, within).mentions)

    def read(self, text: str, within: str | None = None) -> Reading:
        """Return what `find` does, with the ambiguous names beside it."""
        spans = self._accepted(text, self._scan(text))
        decided: list[Mention | Ambiguity] = []
        for position, span in enumerate(spans):
            candidates = self._decide(spans, position, within)
            if len(candidates) == 1:
                decided.append(
                    Mention(candidates[0], span.start, span.end, span.text, span.is_short)
                )
            else:
                decided.append(Ambiguity(candidates, span.start, span.end, span.text))
        return _by_discourse(decided)

    def lookup(self, name: str) -> list[Place]:
        """Return all places of this name: full, everyday or short, or a path (四川省雅安市名山区).

        Places in force come first, then larger before smaller. Unknown names give an empty list.
        """
        bare = re.sub(r"[\s·・•/>、,，-]+", "", name)[:60]
        return list(self._forms.get(bare, ())) or self._lookup_path(bare)

    def _lookup_path(self, path: str) -> list[Place]:
        for cut in range(len(path) - 2, 1, -1):
            heads = self._forms.get(path[:cut])
            if not heads:
                continue
            codes = {head.code for head in heads}
            tails = [
                place
                for place in self.lookup(path[cut:])
                if any(parent.code in codes for parent in self.ancestors(place))
            ]
            if tails:
                return tails
        return []

    def suggest(self, name: str, within: str | None = None, most: int = 5) -> list[Guess]:
        """Return places whose name differs in exactly one character: guesses to be judged.

        Names of fewer than three characters give none, and neither does a name that exists. Places
        under `within` come first.
        """
        bare = name.strip()
        if not _SHORTEST_GUESS <= len(bare) <= _LONGEST_NAME or bare in self._forms:
            return []
        if self._wildcards is None:
            self._wildcards = {}
            for form in self._forms:
                for gap in range(len(form)):
                    self._wildcards.setdefault(f"{form[:gap]}?{form[gap + 1 :]}", []).append(form)
        near = {
            form: None
            for gap in range(len(bare) - 1)  # the suffix itself is not in doubt
            for form in self._wildcards.get(f"{bare[:gap]}?{bare[gap + 1 :]}", ())
        }
        guesses = [Guess(place, form) for form in near for place in self._forms[form]]
        area = prefix(within)
        guesses.sort(key=lambda guess: (not guess.place.code.startswith(area), guess.place.code))
        return guesses[:most]

    def _scan(self, text: str) -> list[_Span]:
        """Match longest from the left; a county's short form gives way to a larger place in it."""
        spans: list[_Span] = []
        position, last = 0, len(text) - 1
        lengths = self._lengths
        while position < last:
            found = lengths.get(text[position : position + 2])
            if found is None:
                position += 1
                continue
            span = self._longest(text, position, found)
            if span is None:
                position += 1
                continue
            if span.candidates and not self._gives_way(text, span):
                spans.append(span)
                position = span.end
            else:
                position += 1 if span.candidates else len(span.text)
        return spans

    def _longest(self, text: str, position: int, lengths: tuple[int, ...]) -> _Span | None:
        for length in lengths:
            form = text[position : position + length]
            end = position + len(form)
            if len(form) < length:
                continue
            if form in placenames.NOT_PLACES:
                return _Span(position, end, form, is_short=True, candidates=())
            sharing = self._forms.get(form)
            if sharing and not _suffix_belongs_to_next(form, text, end):
                current = tuple(place for place in sharing if place.is_current)
                return _Span(position, end, form, self._is_stem[form], current or tuple(sharing))
        return None

    def _gives_way(self, text: str, span: _Span) -> bool:
        if not span.is_short or any(place.level != "county" for place in span.candidates):
            return False
        following = self._forms.get(text[span.end - 1 : span.end + 1], ())
        return any(place.level != "county" for place in following)

    def _accepted(self, text: str, spans: list[_Span]) -> list[_Span]:
        kept: list[_Span] = []
        for span in spans:
            before = kept[-1] if kept else None
            checked = self._narrowed(text, span, before)
            if checked is not None:
                kept.append(checked)
        return kept

    def _narrowed(self, text: str, span: _Span, before: _Span | None) -> _Span | None:
        """Return the span with the candidates possible here, or None if it names no place."""
        children = self._children_of(text, span, before)
        if children:
            return replace(span, candidates=children)
        touching = before is not None and before.end == span.start
        return span if _is_name(text, span, touching=touching) else None

    def _children_of(self, text: str, span: _Span, before: _Span | None) -> tuple[Place, ...]:
        """Return the candidates whose parent is named right before the span."""
        if before is None or not _GAP.fullmatch(text, before.end, span.start):
            return ()
        parents = {place.code for place in before.candidates}
        close = tuple(place for place in span.candidates if place.parent_code in parents)
        if close or span.text in placenames.WORDS:
            return close
        return tuple(
            place
            for place in span.candidates
            if any(parent.code in parents for parent in self.ancestors(place))
        )

    def _decide(self, spans: list[_Span], position: int, within: str | None) -> tuple[Place, ...]:
        candidates = spans[position].candidates
        if len(candidates) > 1:
            candidates = self._by_neighbours(spans, position)
        if len(candidates) > 1 and within:
            digits = prefix(within)
            for area in (digits, digits[:4], digits[:2]):
                inside = tuple(place for place in candidates if place.code.startswith(area))
                if inside:
                    candidates = inside
                    break
        return candidates if len(candidates) == 1 else self._by_rank(candidates)

    def _by_neighbours(self, spans: list[_Span], position: int) -> tuple[Place, ...]:
        span = spans[position]
        best: dict[str, int] = {}
        for other in spans:
            near = span.start - other.end <= _BEFORE and other.start - span.end <= _AFTER
            if other is span or not near or len(other.candidates) != 1:
                continue
            distance = (
                span.start - other.end if other.start < span.start else other.start - span.end
            )
            for place in span.candidates:
                if self._are_related(place, other.candidates[0]):
                    best[place.code] = min(best.get(place.code, distance), distance)
        if not best:
            return span.candidates
        nearest = min(best.values())
        return tuple(p for p in span.candidates if best.get(p.code) == nearest)

    def _are_related(self, one: Place, other: Place) -> bool:
        return one != other and (other in self.ancestors(one) or one in self.ancestors(other))

    def _by_rank(self, candidates: tuple[Place, ...]) -> tuple[Place, ...]:
        """Prefer a place to its own parts, and a province to anything else."""
        first = candidates[0]
        others = candidates[1:]
        if first.level == "province" and all(place.level != "province" for place in others):
            return (first,)
        if all(first in self.ancestors(place) for place in others):
            return (first,)
        return candidates


def _is_name(text: str, span: _Span, *, touching: bool) -> bool:
    """Whether the span names a place though its parent does not stand before it."""
    if span.text in placenames.WORDS:
        return bool(placenames.WORD_OFFICE.match(text, span.end))
    if span.text in placenames.PLAIN_FULL_NAMES:
        return bool(placenames.OFFICE.match(text, span.end))
    if not span.is_short:
        return len(span.text) > placenames.SHORTEST or touching or _stands_alone(text, span)
    if placenames.STREET.match(text, span.end):
        return False
    left = text[span.start - 1 : span.start + 1] if span.start and not touching else ""
    return left not in placenames.LEFT_WORDS


def _suffix_belongs_to_next(form: str, text: str, end: int) -> bool:
    following = text[end : end + 1]
    return bool(following) and following in placenames.SUFFIX_WORDS.get(form[-1], "")


def _stands_alone(text: str, span: _Span) -> bool:
    """Whether 兴县, 和县 … is a name here: 惠民兴县 is not, 赴兴县 and a line's beginning are."""
    if span.text[0] in placenames.RARE_STEMS:
        return True
    left = text[span.start - 1 : span.start]
    return not _HAN.match(left) or left in _PREPOSITIONS


def _by_discourse(decided: list[Mention | Ambiguity]) -> Reading:
    """Let a shared name that is decided once in a text mean the same in the rest of it."""
    senses: dict[str, set[Place]] = {}
    for found in decided:
        if isinstance(found, Mention):
            senses.setdefault(found.text, set()).add(found.place)
    mentions: list[Mention] = []
    ambiguities: list[Ambiguity] = []
    for found in decided:
        if isinstance(found, Mention):
            mentions.append(found)
            continue
        known = senses.get(found.text, set()) & set(found.candidates)
        if len(known) == 1:
            mentions.append(Mention(known.pop(), found.start, found.end, found.text))
        else:
            ambiguities.append(found)
    return Reading(tuple(mentions), tuple(ambiguities))
