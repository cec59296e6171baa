"""The matcher: candidates by words and meaning, a score with reasons for each, or "no good match"."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from keqiao.engine import scoring
from keqiao.engine.dense import Encoder, EncoderUnavailable, Matrix
from keqiao.engine.fusion import reciprocal_rank
from keqiao.engine.index import VectorsAsked, WordsAsked
from keqiao.engine.text import terms
from keqiao.engine.types import Entry, Match, Matches, Reason

VERSION = "1"
RECALLED = 100  # by each of words and meaning
SCORED = 60  # candidates of the fused ranking
THRESHOLD = 28.0  # points of evidence (of 80) below which nothing is called a match
THRESHOLD_WORDS = 6.0  # the same when no vector has been compared
MOST_MISSING = 4
OFFERS = (
    "offer"  # whose words say what is rare, whoever asks, so that a pair scores the same either way
)
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
    _frequencies: dict[str, int] = field(default_factory=dict)  # of the terms met so far
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
        """
        vector = self._vector(query)
        candidates = self._candidates(query, vector, kind, admits)
        scored = [self._score(query, entry, vector) for entry in candidates]
        ordered = sorted(scored, key=lambda match: (-match.score, match.key))
        best = max((match.evidence for match in ordered), default=0.0)
        compared = vector is not None and any(self._has_vector(match.key) for match in ordered)
        threshold = THRESHOLD if compared else THRESHOLD_WORDS
        is_good = best >= threshold
        missing = () if is_good else self._missing(query, candidates, best, threshold)
        return Matches(tuple(ordered[:top]), is_good, missing)

    def explain(self, query: Entry, entries: Iterable[Entry]) -> dict[str, Match]:
        """Return the match of `query` with each of `entries` by key, whatever it is worth."""
        vector = self._vector(query)
        return {entry.key: self._score(query, entry, vector) for entry in entries}

    def _vector(self, query: Entry) -> Matrix | None:
        if self.encoder is None or self.vectors is None or not len(self.vectors):
            return None
        try:
            whole, title = self.encoder.encode_queries([query.words(), query.title])
        except EncoderUnavailable as trouble:
            log.warning("matched by words only: %s", trouble)
            return None
        mean: Matrix = (whole + title) / 2  # a long text hides what its title says
        return mean

    def _candidates(
        self, query: Entry, vector: Matrix | None, kind: str, admits: Callable[[Entry], bool]
    ) -> list[Entry]:
        rankings = [
            [hit.key for hit in self.lexical.search(query.words(), top=RECALLED, kinds=(kind,))]
        ]
        if vector is not None and self.vectors is not None:
            near = self.vectors.search(vector, top=RECALLED * 2)
            rankings.append([key for key, _cosine in near])
        fused = [key for key, _score in reciprocal_rank(rankings) if key != query.key]
        entries = self.lookup(fused)
        found = [entries[key] for key in fused if key in entries and entries[key].kind == kind]
        return [entry for entry in found if admits(entry)][:SCORED]

    def _score(self, query: Entry, entry: Entry, vector: Matrix | None) -> Match:
        need, offer = (query, entry) if query.kind == "need" else (entry, query)
        cosine = self._cosine(entry.key, vector)
        collection = self._collection(need, offer)
        if need.key not in self._asked or self._asked[need.key].entry is not need:
            self._asked[need.key] = scoring.read(need, collection)
        return scoring.score(self._asked[need.key], offer, collection, cosine, key=entry.key)

    def _collection(self, *entries: Entry) -> scoring.Collection:
        wanted = {term for entry in entries for term in terms(entry.words())}
        unknown = wanted - self._frequencies.keys()
        self._frequencies.update(self.lexical.frequencies(unknown, kind=OFFERS))
        return scoring.Collection(self._frequencies, self.lexical.count(OFFERS))

    def _cosine(self, key: str, vector: Matrix | None) -> float | None:
        row = self.vectors.get(key) if self.vectors is not None and vector is not None else None
        return None if row is None or vector is None else float(row @ vector)

    def _has_vector(self, key: str) -> bool:
        return self.vectors is not None and self.vectors.get(key) is not None

    def _missing(
        self, query: Entry, candidates: list[Entry], best: float, threshold: float
    ) -> tuple[Reason, ...]:
        if not candidates:
            return (Reason("missing.nothing"),)
        values = {"score": round(best), "threshold": round(threshold)}
        reasons = [Reason("missing.weak", values)]
        weights = scoring.need_weights(query, self._collection(query))
        present = {term for entry in candidates for term in terms(entry.words())}
        absent = _absent(query, {term for term in weights if term not in present})
        if absent:
            reasons.append(Reason("missing.terms", {"terms": "”“".join(absent)}))
        divisions = {code[:3] for entry in candidates for code in entry.industries}
        unknown = [code for code in query.industries if code[:3] not in divisions]
        if unknown:
            reasons.append(Reason("missing.industry", {"code": unknown[0][:3]}))
        fields = {entry.subject[:3] for entry in candidates if entry.subject}
        if query.subject and query.subject[:3] not in fields:
            reasons.append(Reason("missing.subject", {"code": query.subject[:3]}))
        return tuple(reasons)


def _absent(query: Entry, missing: set[str]) -> list[str]:
    """Return the keywords, else the pieces of the title, that no candidate says."""
    if query.keywords:
        words = [word for word in query.keywords if set(terms(word)) & missing]
    else:
        words = [term for term in dict.fromkeys(terms(query.title)) if term in missing]
    return words[:MOST_MISSING]
