"""Persons in folded text: a surname beside a title or role, a name of whatever form behind a role, a nickname."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from keqiao.engine.clarifying import cues
from keqiao.engine.clarifying.cues import one_of, silent
from keqiao.engine.clarifying.types import Hit
from keqiao.engine.newspaper import surnames
from keqiao.engine.text import CJK

_HAN = f"[{CJK}]"
_S = r"[ \t]*"
_RARE = "[\u3400-\u4dbf\U00020000-\U0003ffff]"  # hardly used but in names
_FREQUENT = f"[{surnames.SINGLE[:100]}]"
_GIVEN = f"(?![的了是在有和与不也都要会能可被把将向从到等说讲试])[{CJK}]"
_COMPOUND = f"(?:{surnames.COMPOUND}){_HAN}{{1,2}}"
_OTHER = rf"(?:{one_of('name begins')})(?:{_GIVEN}){{1,3}}|{_RARE}(?:{_GIVEN}){{1,3}}|{_HAN}{_RARE}(?:{_GIVEN}){{0,2}}"
_DOTTED = rf"{_HAN}{{1,6}}(?:[·•]{_HAN}{{1,8}}){{1,3}}"
_CALLED = rf"(?:{_DOTTED}|{_COMPOUND}|[{surnames.SINGLE}]{_S}{_HAN}{{1,2}})"
_COMMON = rf"(?:{_COMPOUND}|{_OTHER}|{_FREQUENT}(?:{_GIVEN}){{1,2}})"
_ROLE, _TITLE, _SPEAKS = one_of("contact role"), one_of("title"), one_of("speaks")
_LEFT = rf"(?:^|(?<=[^{CJK}])|(?<=[由请与和及向对是找的跟给让间厂司们]))"
_STOP = r"(?=$|[\s,，。、；;:()（）!！?？])"
_BEHIND = rf"(?:{_STOP}|(?=电话|手机|微信|{_TITLE}|{_SPEAKS}|{one_of('goes on')}))"
_SURNAME = f"(?:{surnames.COMPOUND}|[{surnames.SINGLE}])"
_THEN = f"(?=$|[^{CJK}]|[说的电手指])"
_PATTERNS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"{_ROLE}{_S}[:为是]?{_S}(?P<name>{_CALLED}){_BEHIND}",
        rf"{_ROLE}{_S}[:为是]?{_S}(?P<name>{_HAN}{{2,4}}){_STOP}",
        rf"{one_of('role')}{_S}:?{_S}(?P<name>{_COMMON}){_BEHIND}",
        rf"{_LEFT}(?P<name>{_CALLED})(?={_S}{_TITLE})",
        rf"{_LEFT}(?P<name>{_COMMON})(?={_SPEAKS})",
        rf"{_LEFT}(?P<name>[小老]{_FREQUENT}){_BEHIND}",
        rf"{_LEFT}(?P<name>{_SURNAME}(?:[总工]{_THEN}|(?={_TITLE}{_THEN})))",
    )
)
_PREFIX = 2  # characters of a common word that show that no name begins there


def find(text: str) -> Iterator[Hit]:
    """Yield persons; words that only begin like a surname are none."""
    for pattern in _PATTERNS:
        for hit in pattern.finditer(text):
            said = hit.group("name")
            if said not in _no_person() and said[:_PREFIX] not in _no_person():
                yield Hit("person", *hit.span("name"))


@cache
def _no_person() -> frozenset[str]:
    """Return the words that are no person: common ones, and those of trades (石灰, 马铃薯)."""
    return (
        surnames.WORDS | silent("no person") | cues.trade_words() | frozenset(cues.words("title"))
    )
