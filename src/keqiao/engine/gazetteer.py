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

from keqiao.engine import placenames, placewords

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LEVELS = {"province": 0, "city": 1, "county": 2}
_LISTING = frozenset({"、", "和", "与", "及", "，", "·", "/"})
_GAP = re.compile(r"[\s·・•、,，]{0,3}")
_SHORTEST_GUESS, _LONGEST_NAME = 3, 20  # characters
_PROVINCE_DIGITS = 2
_BEHIND = 20  # characters that a parent behind a name is taken to be farther away
_BEFORE, _AFTER = 300, 80  # characters around a shared name in which a parent or child decides it


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
        for form in (*self._forms, *placewords.NOT_PLACES):
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
        spans = self._accepted(text, self._scan(text), within)
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
            if form in placewords.NOT_PLACES:
                return _Span(position, end, form, is_short=True, candidates=())
            sharing = self._forms.get(form)
            if sharing and not placenames.suffix_belongs_to_next(form, text, end):
                current = tuple(place for place in sharing if place.is_current)
                return _Span(position, end, form, self._is_stem[form], current or tuple(sharing))
        return None

    def _gives_way(self, text: str, span: _Span) -> bool:
        if not span.is_short or any(place.level != "county" for place in span.candidates):
            return False
        larger = text[span.end - 1 : span.end + 1]
        following = self._forms.get(larger, ())
        return any(place.level != "county" and place.short_name == larger for place in following)

    def _accepted(self, text: str, spans: list[_Span], within: str | None) -> list[_Span]:
        likely: list[tuple[_Span, bool]] = []
        for span in spans:
            before = likely[-1][0] if likely else None
            children = self._children_of(text, span, before)
            touching = before is not None and before.end == span.start
            if children:
                likely.append((replace(span, candidates=children), True))
            elif placenames.is_name(
                text, span.start, span.end, is_short=span.is_short, touching=touching
            ):
                likely.append((span, not self._needs_evidence(span)))
        named = {place.code for span, is_sure in likely if is_sure for place in span.candidates}
        kept: list[_Span] = []
        for span, is_sure in likely:
            is_listed = bool(kept) and text[kept[-1].end : span.start] in _LISTING
            if is_sure or is_listed or self._has_evidence(text, span, named, prefix(within)):
                kept.append(span)
        return kept

    def _needs_evidence(self, span: _Span) -> bool:
        """Tell whether this is two characters for a county: half of such finds are chance."""
        is_weak = span.is_short and len(span.text) == placenames.SHORTEST
        return is_weak and all(place.level == "county" for place in span.candidates)

    def _has_evidence(self, text: str, span: _Span, named: set[str], area: str) -> bool:
        """Tell whether an office follows, or it cuts no word and something points at the place.

        That is: the place or one of its parents is named in the text, or the text is about an area
        that holds it, or the name stands where a word begins.
        """
        if placenames.WORD_OFFICE.match(text, span.end):
            return True
        if placenames.cuts_right(text, span.end):
            return False
        if placenames.is_word_start(text, span.start):
            return True
        return any(
            (area and place.code.startswith(area))
            or place.code in named
            or any(parent.code in named for parent in self.ancestors(place))
            for place in span.candidates
        )

    def _children_of(self, text: str, span: _Span, before: _Span | None) -> tuple[Place, ...]:
        """Return the candidates whose parent is named right before the span."""
        if before is None or not _GAP.fullmatch(text, before.end, span.start):
            return ()
        parents = {place.code for place in before.candidates}
        close = tuple(place for place in span.candidates if place.parent_code in parents)
        if close or span.text in placewords.WORDS:
            return close
        return tuple(
            place
            for place in span.candidates
            if any(parent.code in parents for parent in self.ancestors(place))
        )

    def _decide(self, spans: list[_Span], position: int, within: str | None) -> tuple[Place, ...]:
        candidates = _by_size(spans[position].candidates)
        if len(candidates) > 1:
            candidates = self._by_neighbours(spans, position)
        if len(candidates) > 1 and within:
            digits = prefix(within)
            for area in (digits, digits[:4], digits[:2]):
                inside = tuple(place for place in candidates if place.code.startswith(area))
                if inside:
                    candidates = inside
                    break
        if len(candidates) > 1:
            candidates = self._by_rank(candidates, spans[position].text)
        return candidates

    def _by_neighbours(self, spans: list[_Span], position: int) -> tuple[Place, ...]:
        span = spans[position]
        best: dict[str, int] = {}
        for other in _near(spans, position):
            gap = other.start - span.end  # Chinese names the parent first: one behind counts less
            distance = _BEHIND + gap if gap >= 0 else span.start - other.end
            for place in span.candidates:
                if self._are_related(place, other.candidates[0]):
                    best[place.code] = min(best.get(place.code, distance), distance)
        if not best:
            return span.candidates
        nearest = min(best.values())
        return tuple(p for p in span.candidates if best.get(p.code) == nearest)

    def _are_related(self, one: Place, other: Place) -> bool:
        return one != other and (other in self.ancestors(one) or one in self.ancestors(other))

    def _by_rank(self, candidates: tuple[Place, ...], written: str) -> tuple[Place, ...]:
        """Prefer a place to its own parts, and 长宁县 to 长宁区, which has no short name."""
        usual = tuple(place for place in candidates if place.short_name == written) or candidates
        if all(usual[0] in self.ancestors(place) for place in usual[1:]):
            return usual[:1]
        return usual


def _near(spans: list[_Span], position: int) -> Iterator[_Span]:
    """Yield the spans around one, within the windows, that name a single place."""
    here = spans[position]
    for other in reversed(spans[max(0, position - _BEFORE) : position]):
        if here.start - other.end > _BEFORE:
            break
        if len(other.candidates) == 1:
            yield other
    for other in spans[position + 1 : position + 1 + _AFTER]:
        if other.start - here.end > _AFTER:
            break
        if len(other.candidates) == 1:
            yield other


def _by_size(candidates: tuple[Place, ...]) -> tuple[Place, ...]:
    """Prefer the only province, else the only city: 海南 is the province, 西安 the city.

    Candidates are sorted by level. Where a parent stands right before the name, only its children
    are candidates: 青海海南 is the prefecture.
    """
    first, *others = candidates
    is_larger = all(_LEVELS[first.level] < _LEVELS[place.level] for place in others)
    return (first,) if is_larger else candidates


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
