"""What a text names as its own product: in quotation marks beside 品牌 or 配方, or behind 代号 and 牌号."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keqiao.engine.clarifying import cues
from keqiao.engine.clarifying.cues import one_of
from keqiao.engine.clarifying.folding import fold, is_not_hidden
from keqiao.engine.clarifying.types import Passage, Proposal
from keqiao.engine.text import CJK, LONGEST

MOST = 12
SURE, LIKELY = 0.8, 0.5
_OPEN, _CLOSE = "[“‘「『《〈<\"']", "[”’」』》〉>\"']"
_QUOTED = re.compile(rf"{_OPEN}(?P<name>[{CJK}a-z0-9][{CJK}a-z0-9·. +-]{{0,15}}){_CLOSE}")
_CODE = r"[a-z]{1,6}[ -]?\d[a-z0-9-]{0,10}"
_NAMED = re.compile(
    rf"{one_of('named by')}(?:名称?)?[ \t]*(?:[:为是叫作]|\"|“)*[ \t]*"
    rf"(?P<name>{_CODE}(?![a-z0-9])|[{CJK}]{{2,6}}?(?=的|$|[^{CJK}]))"
)
_CUE = re.compile(one_of("product cue"))
_NUMBERED = re.compile(rf"[{CJK}a-z]{{1,8}}[一二三四五六七八九十\d]+号|{_CODE}")
_NEAR = 8  # characters between a cue and the quoted words, in the same clause


def find(text: str) -> tuple[Proposal[str], ...]:
    """Return names of products, as written; the surest first, up to twelve."""
    said = text[:LONGEST]
    folded = fold(said, keep=is_not_hidden)
    kept: dict[str, Proposal[str]] = {}
    for score, start, end in _places(folded.text):
        place = Passage(*folded.span(start, end))
        word = said[place.start : place.end].strip()
        kept.setdefault(word.casefold(), Proposal(word, score, (place,), (word,)))
    return tuple(sorted(kept.values(), key=lambda one: (-one.score, one.passages[0].start))[:MOST])


def _places(text: str) -> Iterator[tuple[float, int, int]]:
    common = frozenset(cues.words("common code"))
    for hit in _NAMED.finditer(text):
        if hit["name"] not in common:
            yield SURE, *hit.span("name")
    slogans = frozenset(cues.words("slogan"))
    for hit in _QUOTED.finditer(text):
        name = hit["name"]
        if name in slogans or name in common:
            continue
        if _CUE.search(_clause(text, *hit.span())):
            yield SURE, *hit.span("name")
        elif _NUMBERED.fullmatch(name):
            yield LIKELY, *hit.span("name")


def _clause(text: str, start: int, end: int) -> str:
    """Return what stands around a place in its clause, a few characters of it."""
    before = re.split("[,，。；;\n]", text[max(0, start - _NEAR) : start])[-1]
    return before + "\n" + re.split("[,，。；;\n]", text[end : end + _NEAR])[0]
