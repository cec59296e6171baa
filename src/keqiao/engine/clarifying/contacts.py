"""Ways to reach somebody, and numbers that point to one person, firm, paper or account, in folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keqiao.engine.clarifying.cues import one_of
from keqiao.engine.clarifying.types import Hit
from keqiao.engine.text import CJK

_SAID = "零〇一幺二两三四五六七八九"
_PHONE = (
    r"(?<!\d)(?:\+?86[ \t-]{0,2})?1[3-9](?:[ \t.-]?\d){9}(?!\d)"
    rf"|(?<![{_SAID}\d])[1一幺][3-9三四五六七八九](?:[ \t-]?[{_SAID}\d]){{9}}(?![{_SAID}\d])"
    r"|(?<!\d)\(?0\d{2,3}\)?[ \t-]{0,3}[2-9]\d{2,3}[ \t-]?\d{4}(?:[ \t]*(?:-|转|ext\.?)[ \t]*\d{1,5})?(?!\d)"
    r"|(?<!\d)[48]00[ \t-]?\d{3}[ \t-]?\d{4}(?!\d)"
    r"|(?:电话|手机|传真|热线)[^\d\n]{0,4}(?P<name>\d[\d \t-]{5,14}\d)"
)
_FIXED = rf"{one_of('fixed line')}[^\d\n,，。]{{0,3}}(?P<name>[2-8]\d{{2,3}}[ \t-]?\d{{4}})(?![\d.]|[ \t]*[{CJK}a-z%℃])"
_EMAIL = r"(?<![a-z0-9._%+-])[a-z0-9._%+-]++[ \t]*(?:@|\(at\)|\[at\])[ \t]*[a-z0-9-]+(?:[ \t]?\.[ \t]?[a-z0-9-]+)+"
_WEB = (
    rf"(?:https?://|www\.)[^\s，。；、（）()<>\"'{CJK}]+"
    r"|(?<![a-z0-9.@/_-])(?:[a-z0-9-]{2,}\.)+(?:com|cn|net|org|gov|edu|info|top|xyz|shop|vip)(?![a-z0-9-])"
    r"(?:\.cn)?(?:/[\w./?=&%#-]*)?"
)
_ACCOUNT = (
    rf"(?:{one_of('account')}|加[ \t]*v(?:信|x)?(?![a-z]))[ \t]*(?:同号|号码|账号|群|号)?[ \t]*[:为是]?[ \t]*"
    r"(?P<name>(?<![a-z])[a-z0-9][a-z0-9_-]{4,19})"
)
_IDENTITY = (
    r"(?<![a-z0-9])\d{17}[\dx](?![a-z0-9])|(?<![a-z0-9])9[1-3][0-9a-z]{16}(?![a-z0-9])"
    r"|(?<![\d.])\d{4}(?:[ \t-]\d{4}){3}(?:[ \t-]?\d{1,4})?(?![\d.])|(?<![\d.])\d{15,19}(?![\d.])"
)
_PATENT = (
    r"(?<![a-z0-9])(?:zl|cn)?[ \t]?(?:19|20)\d{10}\.?[\dx](?![a-z0-9])"
    r"|(?<![a-z0-9])zl(?:[ \t]?\d){8,13}(?:\.[ \t]?[\dx])?|(?<![a-z0-9])cn[ \t]?\d{7,9}[ \t]?[abcsuy]?\d?(?![a-z0-9])"
)
_NUMBERED = (
    rf"{one_of('numbered')}(?:编号|号码|代码|号)[ \t]*[:为是]?[ \t]*"
    r"(?P<name>(?=[a-z0-9 ./_-]*\d)[a-z0-9](?:[a-z0-9./_-]|[ \t](?=\d)){3,})"
)
_PLATE = (
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ \t]?[a-z][·•.]?[ \t]?"
    r"(?=[a-z0-9]*\d)[a-z0-9]{5,6}(?![a-z0-9])"
)

_FORMS = (
    ("email", re.compile(_EMAIL)),
    ("web", re.compile(_WEB)),
    ("account", re.compile(_ACCOUNT)),
    ("identity", re.compile(_IDENTITY)),
    ("number", re.compile(f"{_PATENT}|{_PLATE}")),
    ("number", re.compile(_NUMBERED)),
    ("phone", re.compile(_PHONE)),
    ("phone", re.compile(_FIXED)),
)


def find(text: str) -> Iterator[Hit]:
    """Yield telephone numbers, addresses, accounts, and numbers of identity, credit, papers, cards and cars."""
    for kind, pattern in _FORMS:
        named = "name" in pattern.groupindex
        for hit in pattern.finditer(text):
            yield Hit(kind, *(hit.span("name") if named and hit.group("name") else hit.span()))
