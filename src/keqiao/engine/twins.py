"""Entries that say the same, and sentences that everybody says: found to be shown to a reviewer, never to refuse.

Twins are looked for in two steps. An imprint (one shingle in eight, chosen by its hash, and the sentences) finds the
few entries that may be twins; these are then compared word by word. A sample by hash keeps the share of common
shingles in both directions, so that a short text inside a long one is found too; MinHash keeps their Jaccard alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from keqiao.engine.likeness import (
    Likeness,
    Pair,
    Sentence,
    Swap,
    likeness,
    mark,
    pairs,
    read,
    shingles,
    stock_candidates,
)
from keqiao.engine.passages import GENERIC
from keqiao.engine.text import normalise, terms
from keqiao.engine.types import Entry

VERSION = 1  # raise it when imprints change: those of another version are made anew
SAMPLE = 8  # one shingle in so many is kept in an imprint
LEAST_KEPT, MOST_KEPT = 24, 256
MOST_CANDIDATES = 60  # compared word by word
MOST_TWINS, MOST_STOCK = 10, 12
ONE_SIDED = 0.36  # share of either text's shingles that the other has, from which they are twins
MUTUAL = 0.25  # geometric mean of the two shares, from which they are twins too
COPY = 0.80  # share of either text from which a twin is a copy
LEAST_SHINGLES = (
    12  # of the shorter text; a shorter one is a twin only when both are nearly the same
)
OTHER_OWNERS = 3  # who say a sentence from which it is stock
OTHER_SUBJECTS = 2
SWAPPED = 2  # times that each text says a rare word in the place of the other's, from which a twin is a template
RARE, RARE_SHARE = 3, 0.02  # entries, or share of them, in which a rare word stands at most


class Kind(StrEnum):
    """What sort of twin it is: the same words, the same in other words, the same frame about something else."""

    COPY = "copy"
    PARAPHRASE = "paraphrase"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Imprint:
    """What of an entry is kept to find it again: 63-bit numbers, sorted, each once."""

    shingles: tuple[int, ...]
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """How many entries, of how many owners and about how many subjects, say a sentence."""

    entries: int
    owners: int
    subjects: int


@dataclass(frozen=True, slots=True)
class Twin:
    """An entry that says much the same; ``inside`` is the share of the asked entry that it says, ``around`` its own.

    ``swaps`` are rare words of the asked entry, each with what stands in its place in the twin.
    """

    key: str
    kind: Kind
    inside: float
    around: float
    jaccard: float
    is_own: bool
    pairs: tuple[Pair, ...]
    swaps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Stock:
    """A sentence of the entry, as written, that unrelated entries say too."""

    text: str
    spread: Spread


@dataclass(frozen=True, slots=True)
class Found:
    """Twins, most alike first, and stock sentences in the order of the text; ``more`` twins are not listed."""

    twins: tuple[Twin, ...] = ()
    stock: tuple[Stock, ...] = ()
    more: int = 0


class Shelf(Protocol):
    """Where imprints are kept; those of one kind of entry (need, offer) never meet those of another."""

    def candidates(self, imprint: Imprint, *, but: str, most: int) -> list[str]:
        """Return the keys of up to ``most`` entries that share most with ``imprint``, without the key ``but``."""

    def entries(self, keys: Sequence[str]) -> Mapping[str, Entry]:
        """Return the entries of ``keys``; those that are gone are absent."""

    def spread(
        self, sentences: Sequence[int], *, owner: str, but: Collection[str]
    ) -> Mapping[int, Spread]:
        """Return who says the sentences, beside ``owner`` and the keys ``but``."""

    def frequencies(self, words: Collection[str]) -> Mapping[str, int]:
        """Return in how many entries each term stands."""

    def count(self) -> int:
        """Return how many entries there are."""


def imprint(entry: Entry) -> Imprint:
    """Return what is kept of an entry."""
    sentences = _read(entry)
    said = {
        mark(words, f"{entry.kind} sentence")
        for one in sentences
        for _text, words in stock_candidates(one)
    }
    marks = sorted(mark([shingle], f"{entry.kind} shingle") for shingle in shingles(sentences))
    sampled = sum(1 for number in marks if number < (1 << 63) // SAMPLE)
    most = min(MOST_KEPT, max(LEAST_KEPT, sampled))
    return Imprint(tuple(marks[:most]), tuple(sorted(said)[:MOST_KEPT]))


def subject_of(entry: Entry) -> str:
    """Return what an entry is about, roughly; one that does not say is about something of its own."""
    return entry.subject[:3] or entry.key


def find(entry: Entry, shelf: Shelf) -> Found:
    """Return the twins of ``entry`` on the shelf and its stock sentences. Nothing is changed."""
    mine = _read(entry)
    candidates = shelf.candidates(imprint(entry), but=entry.key, most=MOST_CANDIDATES)
    others = dict(shelf.entries(candidates))
    others.pop(entry.key, None)
    read_others = {key: _read(other) for key, other in others.items()}
    raw = {key: _alike(mine, theirs) for key, theirs in read_others.items()}
    copies = {key for key, alike in raw.items() if alike.most >= COPY}
    stock, marks = _stock(entry, mine, shelf, copies)
    near = {key for key, alike in raw.items() if _is_twin(key, alike, mine, read_others, marks)}
    ordered = sorted(near, key=lambda key: (-raw[key].most, -raw[key].jaccard, key))
    twins = [
        _twin(entry, others[key], raw[key], pairs(mine, read_others[key]), shelf)
        for key in ordered[:MOST_TWINS]
    ]
    return Found(tuple(twins), stock, more=len(ordered) - len(twins))


class Twins:
    """A shelf in memory; adding and removing one entry costs the same whatever is there."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries: dict[str, Entry] = {}
        self._imprints: dict[str, Imprint] = {}
        self._holders: defaultdict[int, dict[str, None]] = defaultdict(dict)
        self._frequencies: Counter[str] = Counter()
        self.put(entries)

    def put(self, entries: Iterable[Entry]) -> None:
        """Add or replace entries."""
        for entry in entries:
            self.delete([entry.key])
            made = imprint(entry)
            self._entries[entry.key], self._imprints[entry.key] = entry, made
            self._frequencies.update(set(terms(entry.words())))
            for number in (*made.shingles, *made.sentences):
                self._holders[number][entry.key] = None

    def delete(self, keys: Iterable[str]) -> None:
        """Remove entries; unknown keys change nothing."""
        for key in keys:
            entry, made = self._entries.pop(key, None), self._imprints.pop(key, None)
            if entry is None or made is None:
                continue
            self._frequencies.subtract(set(terms(entry.words())))
            for number in (*made.shingles, *made.sentences):
                self._holders[number].pop(key, None)
                if not self._holders[number]:
                    del self._holders[number]

    def find(self, entry: Entry) -> Found:
        """Return the twins of ``entry``, which need not be here, and its stock sentences."""
        return find(entry, self)

    def candidates(self, imprint: Imprint, *, but: str, most: int) -> list[str]:
        """Return the keys of up to ``most`` entries that share most with ``imprint``, without the key ``but``."""
        shared: Counter[str] = Counter()
        for number in (*imprint.shingles, *imprint.sentences):
            shared.update(self._holders.get(number, {}).keys())
        shared.pop(but, None)
        return sorted(shared, key=lambda key: (-shared[key], key))[:most]

    def entries(self, keys: Sequence[str]) -> Mapping[str, Entry]:
        """Return the entries of ``keys``."""
        return {key: self._entries[key] for key in keys if key in self._entries}

    def spread(
        self, sentences: Sequence[int], *, owner: str, but: Collection[str]
    ) -> Mapping[int, Spread]:
        """Return who says the sentences, beside ``owner`` and the keys ``but``."""
        found = {}
        for number in sentences:
            keys = [key for key in self._holders.get(number, {}) if key not in but]
            others = [self._entries[key] for key in keys if self._entries[key].owner != owner]
            found[number] = Spread(
                len(others),
                len({other.owner for other in others}),
                len({subject_of(other) for other in others}),
            )
        return found

    def frequencies(self, words: Collection[str]) -> Mapping[str, int]:
        """Return in how many entries each term stands."""
        return {word: self._frequencies[word] for word in words}

    def count(self) -> int:
        """Return how many entries there are."""
        return len(self._entries)


def _read(entry: Entry) -> list[Sentence]:
    return read(f"{entry.title}\n{entry.text}")


def _alike(
    mine: Sequence[Sentence], theirs: Sequence[Sentence], without: Collection[int] = ()
) -> Likeness:
    """Compare two texts; too little text to compare is alike only as a whole."""
    first, second = shingles(mine, without), shingles(theirs, without)
    found = likeness(first, second)
    if min(len(first), len(second)) < LEAST_SHINGLES:
        return Likeness(found.jaccard, found.jaccard, found.jaccard)
    return found


def _is_twin(
    key: str,
    alike: Likeness,
    mine: Sequence[Sentence],
    others: Mapping[str, Sequence[Sentence]],
    stock: Collection[int],
) -> bool:
    """Tell whether an entry is a twin by more than the stock sentences that both have."""
    if not _are_twins(alike) or alike.most >= COPY or not stock:
        return _are_twins(alike)
    return _are_twins(_alike(mine, others[key], stock))


def _are_twins(alike: Likeness) -> bool:
    return alike.most >= ONE_SIDED or (alike.inside * alike.around) ** 0.5 >= MUTUAL


def _stock(
    entry: Entry, mine: Sequence[Sentence], shelf: Shelf, copies: Collection[str]
) -> tuple[tuple[Stock, ...], set[int]]:
    """Return the stock sentences, and the marks of the whole sentences among them, as ``shingles`` leaves them out."""
    parts = [(one, stock_candidates(one)) for one in mine]
    salt = f"{entry.kind} sentence"
    wanted = {mark(words, salt) for _one, found in parts for _text, words in found}
    spread = shelf.spread(sorted(wanted), owner=entry.owner, but=copies)
    listed: dict[int, Stock] = {}
    left_out: set[int] = set()
    for sentence, found in parts:
        for text, words in found:
            number = mark(words, salt)
            if not _is_stock(spread.get(number)):
                continue
            listed.setdefault(number, Stock(text, spread[number]))
            if words == sentence.words():
                left_out.add(mark(words))
                break  # its clauses need not be said again
    return tuple(listed.values())[:MOST_STOCK], left_out


def _is_stock(spread: Spread | None) -> bool:
    return (
        spread is not None and spread.owners >= OTHER_OWNERS and spread.subjects >= OTHER_SUBJECTS
    )


def _twin(
    entry: Entry,
    other: Entry,
    alike: Likeness,
    found: Sequence[Pair],
    shelf: Shelf,
) -> Twin:
    swaps = _rare(entry, other, [swap for pair in found for swap in pair.swaps], shelf)
    mine, theirs = _said(entry), _said(other)
    is_template = any(min(mine.count(one), theirs.count(its)) >= SWAPPED for one, its in swaps)
    whole = Kind.COPY if alike.most >= COPY else Kind.PARAPHRASE
    return Twin(
        key=other.key,
        kind=Kind.TEMPLATE if is_template else whole,
        inside=alike.inside,
        around=alike.around,
        jaccard=alike.jaccard,
        is_own=bool(entry.owner) and entry.owner == other.owner,
        pairs=tuple(found),
        swaps=tuple(swaps),
    )


def _rare(entry: Entry, other: Entry, swaps: Sequence[Swap], shelf: Shelf) -> list[tuple[str, str]]:
    """Return the swaps of words that few entries have and the other text never says: what an entry is about."""
    mine, theirs = _said(entry), _said(other)
    kept = [
        swap
        for swap in swaps
        if not set(swap.mine) & set(swap.theirs)
        and not _is_number(swap.mine)
        and not _is_number(swap.theirs)
        and swap.mine not in theirs
        and swap.theirs not in mine
    ]
    probes = {word for swap in kept for side in _probes(swap) for word in terms(side)}
    known, most = shelf.frequencies(probes), max(RARE, RARE_SHARE * shelf.count())

    def is_rare(said: str, around: str) -> bool:
        words = terms(around or said)
        rare = [word for word in words if word not in GENERIC and known.get(word, 0) <= most]
        is_generic = any(word in GENERIC for word in words)
        return bool(rare) and not is_generic and (not around or len(rare) == len(words))

    found = [
        (swap.mine, swap.theirs)
        for swap in kept
        if is_rare(swap.mine, swap.around_mine) and is_rare(swap.theirs, swap.around_theirs)
    ]
    return list(dict.fromkeys(found))


def _is_number(said: str) -> bool:
    return said.replace(".", "").replace(",", "").isdigit()


def _probes(swap: Swap) -> tuple[str, str]:
    return swap.around_mine or swap.mine, swap.around_theirs or swap.theirs


def _said(entry: Entry) -> str:
    return normalise(f"{entry.title}\n{entry.text}")
