"""One need and one offer: a score from 0 to 100 that is the sum of named parts, each with its reason.

Title, words and meaning are the evidence (80 points); industry, subject, stage and place are bonuses (20 points) that
count in proportion to the evidence, so that a near neighbour with nothing to say never overtakes. Every strength grows,
or stays, when a sentence is added to the offer: more said is never less found.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from keqiao.engine import passages, ranker
from keqiao.engine.text import tokens
from keqiao.engine.types import Entry, Match, Part, Reason

INDUSTRY, SUBJECT, STAGE, PLACE = 8.0, 6.0, 3.0, 3.0
COUNTED_TOKENS = 400  # heaviest tokens of a need
COMPARED_TOKENS = 40  # whose weight together is the whole that an offer can answer
FREQUENT = 0.05  # share of documents; tokens that more of them say tell nothing
SAID_BELOW = 0.7  # what a token in the description counts beside one in the title
SATURATION, LENGTH_SHARE, USUAL_LENGTH = 1.2, 0.75, 22.5  # BM25's k1 and b; tokens of a usual title
FULL_TITLE, FULL_WORDS = 0.8, 0.5  # strengths at which the points are full
SMOOTHING = 200  # documents that every collection is thought to have besides its own
POINTS = 2  # decimals
GROUP, DIVISION = 4, 3  # characters of an industry code that two entries share
FIELD, DISCIPLINE = 5, 3  # the same of a subject code


@dataclass(frozen=True, slots=True)
class Collection:
    """What the words of a collection weigh: documents in which a token stands, and how many there are."""

    frequencies: Mapping[str, int]
    count: int

    def weight(self, token: str) -> float:
        """Return the token's inverse document frequency; 0 for what all say, or what none says."""
        frequency = self.frequencies.get(token, 0)
        if not frequency or token in passages.GENERIC:
            return 0.0
        documents = self.count + SMOOTHING
        if frequency > FREQUENT * documents:
            return 0.0
        return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True, slots=True)
class Asked:
    """A need, read once for all the offers that it is compared with: weights of its title's and of all its tokens."""

    entry: Entry
    title: Mapping[str, float]
    words: Mapping[str, float]
    weights: Mapping[str, float]  # of both, added


@dataclass(frozen=True, slots=True)
class Near:
    """How near in meaning the two stand (0–1), and the sentences of each that carry it, as written."""

    strength: float
    need: str = ""
    offer: str = ""


def read(need: Entry, collection: Collection) -> Asked:
    """Return what scoring needs to know of a need; `collection` knows the frequencies of its tokens."""
    title, words = _weights(_titled(need), collection), _weights(need.words(), collection)
    both = {token: title.get(token, 0.0) + words.get(token, 0.0) for token in {**words, **title}}
    return Asked(need, title, words, both)


def _titled(entry: Entry) -> str:
    return "、".join((entry.title, *entry.keywords))


def _weights(text: str, collection: Collection) -> dict[str, float]:
    counts = Counter(tokens(text))
    weights = {
        token: collection.weight(token) * (1 + math.log(count)) for token, count in counts.items()
    }
    heaviest = sorted(weights, key=lambda token: (-weights[token], token))[:COUNTED_TOKENS]
    return {token: weights[token] for token in heaviest if weights[token]}


def strengths(asked: Asked, offer: Entry, near: Near | None) -> tuple[float, float, float]:
    """Return how strong title, words and meaning are, each from 0 to 1."""
    above = set(tokens(_titled(offer)))
    below = set(tokens(offer.text)) - above
    length = LENGTH_SHARE * len(above) / USUAL_LENGTH + 1 - LENGTH_SHARE
    norm = (1 + SATURATION) / (1 + SATURATION * length)

    def share(weights: Mapping[str, float], full: float) -> float:
        whole = sum(sorted(weights.values(), reverse=True)[:COMPARED_TOKENS])
        said = math.fsum(
            weight * (1.0 if token in above else SAID_BELOW)
            for token, weight in sorted(weights.items())
            if token in above or token in below
        )
        return min(1.0, norm * said / whole / full) if whole else 0.0

    meaning = 0.0 if near is None else min(1.0, max(0.0, near.strength))
    return share(asked.title, FULL_TITLE), share(asked.words, FULL_WORDS), meaning


def score(asked: Asked, offer: Entry, near: Near | None, *, key: str) -> Match:
    """Return the match of one pair; `near` is None while the vectors are not there. `key` is the answer's."""
    need, model = asked.entry, ranker.COMPARED if near is not None else ranker.WORDS_ONLY
    title, words, meaning = strengths(asked, offer, near)
    evidence = (
        _said("title", model.title * title, _titled(need), offer, asked),
        _said("words", model.words * words, need.text or need.title, offer, asked),
        _meaning(model.meaning * meaning, near),
    )
    factor = sum(part.points for part in evidence) / ranker.EVIDENCE
    bonuses = (
        _industry(need, offer),
        _subject(need, offer),
        _stage(need, offer),
        _place(need, offer),
    )
    parts = (*evidence, *(_scaled(part, factor) for part in bonuses))
    total = round(sum(part.points for part in parts), POINTS)
    return Match(key, total, parts, ranker.probability(parts))


def _said(code: str, points: float, text: str, offer: Entry, asked: Asked) -> Part:
    rounded = round(points, POINTS)
    shared = passages.shared_terms(text, offer.words(), asked.weights) if rounded else []
    if not shared:
        return Part(code, rounded, Reason("words.weak" if rounded else "words.none"))
    return Part(code, rounded, Reason("words.shared", {"terms": "”“".join(shared)}))


def _meaning(points: float, near: Near | None) -> Part:
    if near is None:
        return Part("meaning", 0.0, Reason(ranker.WAITING))
    rounded = round(points, POINTS)
    if not rounded:
        return Part("meaning", rounded, Reason("meaning.far"))
    values = {"need": passages.cut(near.need), "offer": passages.cut(near.offer)}
    return Part("meaning", rounded, Reason("meaning.near", values))


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
        whole = shared[: (len(shared) - 1) // 2 * 2 + 1]  # codes are a letter and pairs of digits
        return Part("subject", SUBJECT, Reason("subject.same", {"code": whole}))
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
    if not need.region or not offer.region:
        return Part("place", 0.0, Reason("place.unknown"))
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
