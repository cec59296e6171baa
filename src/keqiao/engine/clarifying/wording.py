"""A title and keywords in the author's own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from keqiao.engine.clarifying import cues
from keqiao.engine.clarifying.parts import sentences
from keqiao.engine.clarifying.trees import Found
from keqiao.engine.clarifying.types import Passage, Proposal
from keqiao.engine.passages import EDGES, GENERIC, UNITS
from keqiao.engine.text import CJK, LONGEST_WORD

MOST_TITLE = 80
MOST_KEYWORDS = 8
_LEAST_TITLE = 5
_GOOD_TITLE = 40  # characters; a longer first line is a sentence
_NUMBER = re.compile(
    r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]\s*|项目名称[：:]|需求名称[：:]|名称[：:]|标题[：:])+"
)
_ASKING = re.compile(
    "(?:希望|急需|亟需|寻求|寻找|需要|想要?|求助|欲|拟|现需|攻克|征集|如何|怎[么样]|解决|研发|开发|研制|研究)"
)
_OPENING = re.compile(
    "^(?:(?:目前|现在|因此|所以|为此|同时|另外|此外|故|特|现|今|我们?|我[公们]?[司厂院社村县]|本(?:公司|企业|单位|厂|社)|企业|公司|贵方"
    "|希望(?:能够?|可以)?|急需|亟需|寻求|寻找|需要|想要?|求助?|欲|拟|求|请(?:专家)?|能够?|有没有人?|解决|一种|[，,、：:\\s]))+"
)
# A clause about time, a figure to reach or money is no title.
_BESIDES = re.compile(
    r"(?:(?:\d{4}|[今明后])年|月|底|[周天日号])(?:之|以)?[前内](?:能|要|把|将|解决|完成|做|投|见|建|达|，|$)|(?:[\d一二两三四五六七八九十半几]个?[月年周天]|[年月]底)(?:之|以)?[前内]"
    r"|\d[\d.]*\s*(?:%|％|‰)|(?:降|升|提高|控制|达|增加?|减少?)[到至在](?!位)[^，]{0,6}\d|预算|经费|出资|[\d.]+\s*[万亿]?元"
)
_WHOM = re.compile(
    "(?:找|请|与|和|跟|联合|委托)[^，]{0,4}(?:高校|院校|专家|人|单位|教授|院所|企业|公司|厂家|团队)"
)
_WRONG = re.compile(
    "没有|不[达稳够足好均合清准]|太|[偏过][高低大小多少快慢]|差|难|滞销|卖不|变形|开裂|裂纹|堵|结[圈块垢疤]|断|漏|腐蚀|穿孔|磨损|失效|故障|病|虫|坏|废|损|浪费|利用|回收|处理|替代|提[高升纯]|降低"
)
_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z]*(?:[-/]?\d+[A-Za-z]*)?[A-Za-z]*(?![A-Za-z0-9])")
_RUN = re.compile(f"[{CJK}]{{3,}}")
_REPEATED = range(3, 8)  # characters of a phrase that is a keyword because it comes again
_SHORTEST_LATIN, _LONGEST_KEYWORD = 2, 20
_PARTICLES = frozenset(EDGES) | frozenset("我们你他该此其为有对将已可能会要使让用中上下内外时后前")


def title(
    text: str, wanted: Proposal[str] | None, found: Sequence[Found] = ()
) -> Proposal[str] | None:
    """Return the first line when it is a title; else what the sentence that asks is about, else the fullest clause.

    A clause of time, figures to reach, money or whom to ask is passed over.
    """
    spans = list(sentences(text))
    if not spans:
        return None
    start, end = spans[0]
    line = text[start:end].rstrip("。！？!?；;")
    is_line = end == len(text.rstrip()) or text[end : end + 1] in {"\n", "\r"}
    if is_line and len(spans) > 1 and _LEAST_TITLE <= len(line) <= _GOOD_TITLE:
        return _titled(text, start, start + len(line), 0.85)
    asked = wanted.passages if wanted else ()
    for passage in (*asked, *(Passage(*span) for span in spans)):
        hit = _ASKING.search(text, passage.start, passage.end)
        if hit is not None and (clause := next(_clauses(text, hit.start(), passage.end), None)):
            return _titled(text, *clause, 0.55)
    clauses = [clause for span in spans for clause in _clauses(text, *span)]
    if clauses:
        return _titled(text, *max(clauses, key=lambda one: _fullness(text, one, found)), 0.4)
    return _titled(text, start, end, 0.2)


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the clauses from `start` on that may be titles, without the words that only ask."""
    for hit in re.finditer(r"[^，,。；;！!？?\n]+", text[start:end]):
        said = hit.group()
        opening = _OPENING.match(said)
        begin = start + hit.start() + (opening.end() if opening else 0)
        is_long = start + hit.end() - begin >= _LEAST_TITLE
        if (
            is_long
            and not _BESIDES.search(said, 0, cues.LONGEST_CLAUSE)
            and not _WHOM.match(text, begin, start + hit.end())
        ):
            yield begin, start + hit.end()


def _fullness(text: str, clause: tuple[int, int], found: Sequence[Found]) -> tuple[int, int]:
    """Return how much a clause tells: words of trades and of what goes wrong, the earlier of two the better."""
    start, end = clause
    words = {hit.pointer.word for hit in found if start <= hit.start and hit.end <= end}
    return 2 * len(words) + (_WRONG.search(text, start, end) is not None), -start


def _titled(text: str, start: int, end: int, score: float) -> Proposal[str]:
    number = _NUMBER.match(text[start:end])
    if number is not None and start + number.end() < end:
        start += number.end()
    said = text[start:end]
    start += len(said) - len(said.lstrip())
    end = min(start + len(said.strip()), start + MOST_TITLE)
    value = " ".join(text[start:end].split())
    return Proposal(value, score, (Passage(start, end),), (value,))


def keywords(text: str, found: Iterable[Found]) -> tuple[Proposal[str], ...]:
    """Return up to eight words, as written: those that point to codes, names in Latin letters, phrases that recur."""
    weights: Counter[str] = Counter()
    places: dict[str, list[tuple[int, int]]] = {}
    for word, start, end, weight in _candidates(text, found):
        weights[word] += weight  # type: ignore[assignment]
        places.setdefault(word, []).append((start, end))
    kept: list[str] = []
    for word in sorted(weights, key=lambda one: (-weights[one], places[one][0])):
        inside = [other for other in kept if word in other or other in word]
        if not inside and len(kept) < MOST_KEYWORDS:
            kept.append(word)
    most = max((weights[word] for word in kept), default=1.0)
    return tuple(
        Proposal(
            word,
            round(min(0.95, weights[word] / (most + 0.5)), 4),
            tuple(Passage(*place) for place in sorted(set(places[word]))[:MOST_KEYWORDS]),
            (word,),
        )
        for word in kept
    )


def _candidates(text: str, found: Iterable[Found]) -> Iterator[tuple[str, int, int, float]]:
    for hit in found:
        word = text[hit.start : hit.end]
        if len(word) <= _LONGEST_KEYWORD and word.isalnum() and word not in GENERIC:
            yield word, hit.start, hit.end, len(word) / 3
    for latin in _LATIN.finditer(text):
        word = latin.group()
        is_word = _SHORTEST_LATIN <= len(word) <= _LONGEST_KEYWORD
        if is_word and word.lower() not in UNITS and not word.islower():
            yield word, *latin.span(), 0.8
    yield from _recurring(text)


def _recurring(text: str) -> Iterator[tuple[str, int, int, float]]:
    """Yield the longest phrases that stand twice or more and neither begin nor end with a particle."""
    places: dict[str, list[int]] = {}
    for run in _RUN.finditer(text[: LONGEST_WORD * 100]):
        said = run.group()
        for length in _REPEATED:
            for at in range(len(said) - length + 1):
                places.setdefault(said[at : at + length], []).append(run.start() + at)
    again = {phrase: found for phrase, found in places.items() if len(found) > 1}
    for phrase, found in again.items():
        is_part = any(
            phrase in other and len(again[other]) == len(found) for other in _around(phrase, again)
        )
        if not is_part and _PARTICLES.isdisjoint(phrase) and phrase[:2] not in GENERIC:
            for start in found:
                yield phrase, start, start + len(phrase), 0.3


def _around(phrase: str, again: dict[str, list[int]]) -> Iterator[str]:
    return (other for other in again if len(other) == len(phrase) + 1 and phrase in other)
