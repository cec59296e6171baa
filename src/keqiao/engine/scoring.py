"""One need and one offer: a score from 0 to 100 that is the sum of named parts, each with its reason.

Words and meaning are the evidence (80 points); industry, subject, stage and place are bonuses (20 points) that count in
proportion to the evidence, so that a near neighbour with nothing to say never overtakes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from keqiao.engine import passages
from keqiao.engine.text import terms
from keqiao.engine.types import Entry, Match, Part, Reason

WORDS, MEANING = 45.0, 35.0
INDUSTRY, SUBJECT, STAGE, PLACE = 8.0, 6.0, 3.0, 3.0
EVIDENCE = WORDS + MEANING
MOST = {
    "words": WORDS,
    "meaning": MEANING,
    "industry": INDUSTRY,
    "subject": SUBJECT,
    "stage": STAGE,
    "place": PLACE,
}
COUNTED_TERMS = 120  # heaviest terms of a need
TITLE_BOOST = 4.0
REPEATED = 0.5  # what the logarithm of a term's count adds
OFFER_SIDE = (
    0.5  # what the share of the offer that the need asks for counts beside that of the need
)
FULL_STRENGTH = (
    0.6  # share of the need + half the share of the offer at which the words' points are full
)
NO_COSINE, FULL_COSINE = 0.82, 0.937  # where E5's cosines begin and end to mean something
GENERIC_FACTOR = 0.15
UNKNOWN_FACTOR = 0.1  # a term of no document is mostly two halves of words
SMOOTHING = 200  # documents that every collection is thought to have besides its own
POINTS = 2  # decimals
GROUP, DIVISION = 4, 3  # characters of an industry code that two entries share
FIELD, DISCIPLINE = 5, 3  # the same of a subject code


@dataclass(frozen=True, slots=True)
class Collection:
    """What the words of a collection weigh: documents in which a token stands, and how many there are."""

    frequencies: Mapping[str, int]
    count: int

    def weight(self, term: str) -> float:
        """Return the term's inverse document frequency, at least a little; generic words weigh less."""
        frequency = self.frequencies.get(term, 0)
        rarity = max(math.log((self.count + SMOOTHING) / (frequency + 5)), 0.05)
        generic = GENERIC_FACTOR if term in passages.GENERIC else 1.0
        return rarity * generic * (1.0 if frequency else UNKNOWN_FACTOR)


def need_weights(need: Entry, collection: Collection) -> dict[str, float]:
    """Return the heaviest terms of a need with their weights; the title and the keywords count more."""
    counts = Counter(terms(need.text))
    titled = Counter(terms(need.title)) + Counter(terms("、".join(need.keywords)))
    weights = {
        term: collection.weight(term)
        * (
            (1 + REPEATED * math.log1p(counts[term]) if counts[term] else 0.0)
            + (TITLE_BOOST if titled[term] else 0.0)
        )
        for term in set(counts) | set(titled)
    }
    heaviest = sorted(weights, key=lambda term: (-weights[term], term))[:COUNTED_TERMS]
    return {term: weights[term] for term in heaviest}


@dataclass(frozen=True, slots=True)
class Asked:
    """A need, read once for all the offers that it is compared with."""

    entry: Entry
    weights: Mapping[str, float]
    terms: frozenset[str]


def read(need: Entry, collection: Collection) -> Asked:
    """Return what scoring needs to know of a need; `collection` knows the frequencies of its terms."""
    return Asked(need, need_weights(need, collection), frozenset(terms(need.words())))


def score(
    asked: Asked, offer: Entry, collection: Collection, cosine: float | None, *, key: str
) -> Match:
    """Return the match of one pair; `cosine` is None while the vector is not there. `key` is the answer's.

    `collection` knows the frequencies of the offer's terms.
    """
    need = asked.entry
    words, meaning = (
        _words(asked, offer, collection),
        _meaning(need, offer, asked.weights, cosine),
    )
    evidence = (words.points + meaning.points) / EVIDENCE
    bonuses = (
        _scaled(_industry(need, offer), evidence),
        _scaled(_subject(need, offer), evidence),
        _scaled(_stage(need, offer), evidence),
        _scaled(_place(need, offer), evidence),
    )
    parts = (words, meaning, *bonuses)
    return Match(key, round(sum(part.points for part in parts), POINTS), parts)


def _words(asked: Asked, offer: Entry, collection: Collection) -> Part:
    said = set(terms(offer.words()))
    share = _share(asked.weights, said)
    of_offer = _share({term: collection.weight(term) for term in said}, asked.terms)
    strength = share + OFFER_SIDE * of_offer
    points = round(WORDS * min(1.0, strength / FULL_STRENGTH), POINTS)
    shared = (
        passages.shared_terms(asked.entry.words(), offer.words(), asked.weights) if share else []
    )
    if not shared:
        return Part("words", points, Reason("words.weak" if points else "words.none"))
    return Part("words", points, Reason("words.shared", {"terms": "”“".join(shared)}))


def _share(weights: Mapping[str, float], present: AbstractSet[str]) -> float:
    """Return the share of the weight that lies on terms that are `present`."""
    total = sum(weights.values())
    return (
        sum(weight for term, weight in weights.items() if term in present) / total if total else 0
    )


def _meaning(need: Entry, offer: Entry, weights: Mapping[str, float], cosine: float | None) -> Part:
    if cosine is None:
        return Part("meaning", 0.0, Reason("meaning.waiting"))
    nearness = (cosine - NO_COSINE) / (FULL_COSINE - NO_COSINE)
    points = round(MEANING * min(1.0, max(0.0, nearness)), POINTS)
    if not points:
        return Part("meaning", points, Reason("meaning.far"))
    asked, given = passages.nearest(_told(need), _told(offer), weights)
    return Part("meaning", points, Reason("meaning.near", {"need": asked, "offer": given}))


def _told(entry: Entry) -> str:
    """Return what an entry says in sentences: its title and its text, no keywords."""
    return f"{entry.title}\n{entry.text}"


def _industry(need: Entry, offer: Entry) -> Part:
    best = max(
        (_common_prefix(one, other) for one in need.industries for other in offer.industries),
        key=len,
        default="",
    )
    if len(best) >= GROUP:
        return Part("industry", INDUSTRY, Reason("industry.class", {"code": best}))
    if len(best) == DIVISION:
        return Part("industry", INDUSTRY * 0.6, Reason("industry.group", {"code": best}))
    return Part("industry", 0.0, Reason("industry.none"))


def _subject(need: Entry, offer: Entry) -> Part:
    shared = _common_prefix(need.subject, offer.subject)
    if len(shared) >= FIELD:
        return Part("subject", SUBJECT, Reason("subject.same", {"code": shared}))
    if len(shared) >= DISCIPLINE:
        return Part("subject", SUBJECT * 0.6, Reason("subject.near", {"code": shared[:DISCIPLINE]}))
    return Part("subject", 0.0, Reason("subject.none"))


def _stage(need: Entry, offer: Entry) -> Part:
    if need.stage is None or offer.stage is None:
        return Part("stage", 0.0, Reason("stage.unknown"))
    gap = max(0, need.stage - offer.stage)
    values = {"need": need.stage, "offer": offer.stage, "gap": gap}
    code = "stage.fits" if gap == 0 else "stage.early"
    return Part("stage", STAGE * max(0.0, 1 - gap / 4), Reason(code, values))


def _place(need: Entry, offer: Entry) -> Part:
    if need.region and need.region == offer.region and not need.region.endswith("00"):
        return Part("place", PLACE, Reason("place.county"))
    if need.region[2:4] != "00" and need.region[:4] and need.region[:4] == offer.region[:4]:
        return Part("place", PLACE * 0.7, Reason("place.city"))
    if need.region[:2] and need.region[:2] == offer.region[:2]:
        return Part("place", PLACE * 0.4, Reason("place.province"))
    return Part("place", 0.0, Reason("place.far"))


def _scaled(part: Part, factor: float) -> Part:
    return Part(part.code, round(part.points * factor, POINTS), part.reason)


def _common_prefix(one: str, other: str) -> str:
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return one[:length]
