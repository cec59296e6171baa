"""Which way the money flows, how the parties would work together, how far the technology is, where it is."""

from __future__ import annotations

import re
from collections import defaultdict

from keqiao.engine.clarifying import cues
from keqiao.engine.clarifying.types import Passage, Proposal
from keqiao.engine.gazetteer import Gazetteer, Mention, Place

MOST_COOPERATION = 3
LEAST = 0.2  # a score below it is not proposed
_HERE = re.compile(
    "(?:位于|地处|坐落[于在]?|我[公们]?[司厂县市区]?[们在是]?|本[公社厂县市区][司]?[位在]?|在|地址[：:]|所在地[：:]?)[^，。；\n]{0,6}$"
)
_ELSEWHERE = re.compile("^[^，。；、\n]{0,6}(?:大学|学院|研究院|研究所|设计院|专家|教授)")
_NOT_YET = re.compile(
    "需要?|希望|拟|将|计划|准备|目标|预期|争取|力争|实现|进入|尚未|没有|无法|开展"
)
_OWN_NAME = re.compile("^[^，。；、\n]{0,16}(?:公司|合作社|厂|集团|科协)")


def direction(text: str) -> Proposal[str] | None:
    """Return "need" when the author asks or pays, "offer" when he gives or is paid, None when the text says neither."""
    found = cues.weigh(text, "direction")
    if not found:
        return None
    total = sum(weighed.weight for weighed in found.values())
    value, weighed = max(found.items(), key=lambda one: (one[1].weight, one[0]))
    return cues.proposal(text, value, weighed, weighed.weight / total)


def cooperation(text: str) -> tuple[Proposal[str], ...]:
    """Return the kinds of technical contract that the text speaks of, surest first."""
    found = cues.weigh(text, "cooperation")
    proposals = [cues.proposal(text, value, weighed) for value, weighed in found.items()]
    proposals.sort(key=lambda one: (-one.score, one.value))
    return tuple(one for one in proposals if one.score >= LEAST)[:MOST_COOPERATION]


def stage(text: str) -> Proposal[int] | None:
    """Return the TRL (1–9) that most words show; of equal ones the highest that is reached."""
    found = cues.weigh(text, "stage", unless=_NOT_YET)
    if not found:
        return None
    total = sum(weighed.weight for weighed in found.values())
    value, weighed = max(found.items(), key=lambda one: (one[1].weight, int(one[0])))
    said = cues.proposal(text, value, weighed, weighed.weight / total)
    return Proposal(int(said.value), said.score, said.passages, said.words)


def region(text: str, gazetteer: Gazetteer) -> Proposal[str] | None:
    """Return the county or city that the author most likely is in; a university's city says little of it."""
    weights: dict[str, float] = defaultdict(float)
    said: dict[str, list[Mention]] = defaultdict(list)
    places: dict[str, Place] = {}
    for mention in gazetteer.find(text):
        if mention.place.level == "province":
            continue
        code = mention.place.code
        places[code] = mention.place
        weights[code] += _weight(text, mention)
        said[code].append(mention)
    if not weights:
        return None
    for (
        code,
        place,
    ) in places.items():  # a county carries what is said of its city, and is the finer answer
        weights[code] += sum(
            weights[parent.code] / 2 for parent in gazetteer.ancestors(place) if parent.code in said
        )
    total = sum(weights[code] for code in weights if not _has_child(code, places, gazetteer))
    code = max(weights, key=lambda one: (weights[one], -said[one][0].start))
    mentions = said[code]
    return Proposal(
        code,
        round(min(1.0, weights[code] / (total + 0.5)), 4),
        tuple(Passage(one.start, one.end) for one in mentions),
        tuple(dict.fromkeys(one.text for one in mentions)),
    )


def _weight(text: str, mention: Mention) -> float:
    if _ELSEWHERE.match(text[mention.end : mention.end + 12]):
        return 0.2
    is_own = _HERE.search(text[max(0, mention.start - 12) : mention.start]) or _OWN_NAME.match(
        text[mention.end : mention.end + 24]
    )
    return 2.0 if is_own else 1.0


def _has_child(code: str, places: dict[str, Place], gazetteer: Gazetteer) -> bool:
    return any(
        parent.code == code for place in places.values() for parent in gazetteer.ancestors(place)
    )
