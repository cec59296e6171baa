"""The matcher: candidates by words and meaning, a score with reasons for each, or "no good match"."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from keqiao.engine import absence, passages, scoring
from keqiao.engine.dense import MOST_CHARACTERS, Encoder, EncoderUnavailable, Matrix
from keqiao.engine.fusion import relative
from keqiao.engine.index import VectorsAsked, WordsAsked
from keqiao.engine.text import sentences, tokens
from keqiao.engine.types import Entry, Match, Matches

VERSION = "4"
RECALLED = 100  # by each of words and meaning
SCORED = 60  # candidates of the fused ranking
READ_CLOSELY = 12  # of the best: compared sentence by sentence
MOST_SENTENCES = 24  # of one entry that are compared
SHORTEST_SENTENCE = 6  # characters
SURE_ENOUGH = 0.28  # probability of the best answer below which nothing is called a match
OFFERS = "offer"  # their words say what is rare, whoever asks: a pair has the same words either way

log = logging.getLogger("keqiao.matching")


@dataclass(slots=True)
class Matcher:
    """Finds answers among indexed entries; the same for the command and for the web.

    `lookup` returns the entries behind keys, leaving out those that are gone. `encoder` None matches by words.
    """

    lexical: WordsAsked
    lookup: Callable[[Sequence[str]], Mapping[str, Entry]]
    vectors: VectorsAsked | None = None
    encoder: Encoder | None = None
    _frequencies: dict[str, int] = field(default_factory=dict)  # of the tokens met so far
    _asked: dict[str, scoring.Asked] = field(default_factory=dict)  # the needs read so far

    def match(
        self,
        query: Entry,
        *,
        kind: str,
        top: int = 5,
        admits: Callable[[Entry], bool] = lambda _entry: True,
    ) -> Matches:
        """Return up to `top` answers of `kind` to `query`, best first, ties by key.

        A need asks for offers or an offer for needs: a pair has the same words' score either way.
        `admits` refuses candidates (an owner's own, for one) before they are counted.
        """
        asking = self._asking(query)
        candidates = self._candidates(query, asking, kind, admits)
        by_key = {entry.key: entry for entry in candidates}
        glanced = _ordered(
            self._score(query, entry, self._glance(asking, entry)) for entry in candidates
        )
        close = [by_key[match.key] for match in glanced[: max(top, READ_CLOSELY)]]
        read = _ordered(self._score(query, entry, self._read(asking, entry)) for entry in close)
        best = max((match.probability for match in read), default=0.0)
        if best >= SURE_ENOUGH:
            return Matches(tuple(read[:top]), is_good=True)
        weights = self._read_need(query).weights
        missing = absence.reasons(query, weights, candidates, best, SURE_ENOUGH)
        return Matches(tuple(read[:top]), is_good=False, missing=missing)

    def explain(self, query: Entry, entries: Iterable[Entry]) -> dict[str, Match]:
        """Return the match of `query` with each of `entries` by key, whatever it is worth."""
        asking = self._asking(query)
        return {
            entry.key: self._score(query, entry, self._read(asking, entry)) for entry in entries
        }

    def strengths(
        self, query: Entry, entries: Iterable[Entry]
    ) -> dict[str, tuple[float, float, float]]:
        """Return how strong title, words and meaning are (0–1 each) for a need and each offer, by key."""
        asking, asked = self._asking(query), self._read_need(query)
        return {
            entry.key: scoring.strengths(asked, entry, self._read(asking, entry))
            for entry in entries
        }

    def _asking(self, query: Entry) -> _Asking | None:
        if self.encoder is None or self.vectors is None or not len(self.vectors):
            return None
        pieces = _pieces(query)
        try:
            weights = self._read_need(query).weights
            whole = passages.carrying(query.words(), weights, MOST_CHARACTERS)
            rows = self.encoder.encode_queries([whole, *pieces])
        except EncoderUnavailable as trouble:
            log.warning("matched by words only: %s", trouble)
            return None
        mean: Matrix = (rows[0] + rows[1]) / 2  # a long text hides what its title says
        return _Asking(query, mean, pieces, rows[1:])

    def _candidates(
        self, query: Entry, asking: _Asking | None, kind: str, admits: Callable[[Entry], bool]
    ) -> list[Entry]:
        words = self.lexical.search(query.words(), top=RECALLED, kinds=(kind,))
        rankings = [[(hit.key, hit.score) for hit in words]]
        if asking is not None and self.vectors is not None:
            near = dict(self.vectors.search(asking.vector, top=RECALLED * 2))
            for hit in words:
                row = None if hit.key in near else self.vectors.get(hit.key)
                if row is not None:
                    near[hit.key] = float(row @ asking.vector)
            rankings.append([(key, self._strength(cosine)) for key, cosine in near.items()])
        fused = [key for key, _score in relative(rankings) if key != query.key]
        entries = self.lookup(fused)
        found = [entries[key] for key in fused if key in entries and entries[key].kind == kind]
        return [entry for entry in found if admits(entry)][:SCORED]

    def _score(self, query: Entry, entry: Entry, near: scoring.Near | None) -> Match:
        need, offer = (query, entry) if query.kind == "need" else (entry, query)
        return scoring.score(self._read_need(need), offer, near, key=entry.key)

    def _read_need(self, need: Entry) -> scoring.Asked:
        if need.key not in self._asked or self._asked[need.key].entry is not need:
            unknown = set(tokens(need.words())) - self._frequencies.keys()
            self._frequencies.update(self.lexical.frequencies(unknown, kind=OFFERS))
            collection = scoring.Collection(self._frequencies, self.lexical.count(OFFERS))
            self._asked[need.key] = scoring.read(need, collection)
        return self._asked[need.key]

    def _glance(self, asking: _Asking | None, entry: Entry) -> scoring.Near | None:
        """Compare with the vector that is kept of the whole entry."""
        row = (
            self.vectors.get(entry.key) if self.vectors is not None and asking is not None else None
        )
        if row is None or asking is None:
            return None
        return scoring.Near(self._strength(float(row @ asking.vector)))

    def _read(self, asking: _Asking | None, entry: Entry) -> scoring.Near | None:
        """Compare sentence by sentence; None while the entry's vector is not there."""
        if asking is None or self.encoder is None or self._glance(asking, entry) is None:
            return None
        told = _pieces(entry)
        try:
            rows = self.encoder.encode_documents(told)
        except EncoderUnavailable as trouble:
            log.warning("compared as a whole only: %s", trouble)
            return self._glance(asking, entry)
        cosines = rows @ asking.vector
        best = int(np.argmax(cosines))
        carrier = int(np.argmax(asking.rows @ rows[best]))
        asked, given = asking.pieces[carrier], told[best]
        if asking.query.kind != "need":
            asked, given = given, asked
        return scoring.Near(self._strength(float(cosines[best])), asked, given)

    def _strength(self, cosine: float) -> float:
        least, most = self.encoder.span if self.encoder is not None else (0.0, 1.0)
        return (cosine - least) / (most - least)


@dataclass(frozen=True, slots=True)
class _Asking:
    """What is asked, as vectors: of the whole, and of its pieces (a row each)."""

    query: Entry
    vector: Matrix
    pieces: list[str]
    rows: Matrix


def _pieces(entry: Entry) -> list[str]:
    """Return the title and the sentences of an entry, each once."""
    said = [piece for piece in sentences(entry.text) if len(piece) >= SHORTEST_SENTENCE]
    title = [entry.title] if entry.title.strip() else []
    return list(dict.fromkeys([*title, *said]))[:MOST_SENTENCES] or [entry.words()]


def _ordered(matches: Iterable[Match]) -> list[Match]:
    return sorted(matches, key=lambda match: (-match.score, match.key))
