"""Sums of money and prices in folded text: by a currency, or by what they stand beside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keqiao.engine.clarifying.cues import one_of
from keqiao.engine.clarifying.types import Hit

_S = r"[ \t]*"
_DIGIT = "零〇一二两三四五六七八九十几数壹贰叁肆伍陆柒捌玖拾"
_WRITTEN = f"{_DIGIT}百千万亿佰仟"
# Possessive, and never begun in the middle: a line of a million digits is read in one go.
_FIGURES = r"\d++(?:[,.]\d++)*+"
_NUMBER = rf"(?:(?<![\d.])(?<!\d,){_FIGURES}|(?<![{_WRITTEN}])[{_DIGIT}][{_WRITTEN}]*+)"
_ABOUT = rf"{_S}个?{_S}[多余几来]?{_S}"
_SUM = rf"{_NUMBER}{_ABOUT}(?:[-~—–至到]{_S}{_NUMBER}{_ABOUT})?[十百千万亿]*{_S}[多余]?"
_ENDS = (
    r"(?=$|[\s,，。、；;:：()（）!！?？]|左右|上下|以上|以下|以内|不到|不等|一|钱|整|吧|了|呢|的)"
)
_CURRENCY = (
    f"(?:[元圆](?!{one_of('technical money')}|[柱形盘管锥环孔弧周心])整?|块钱|块{_ENDS}|人民币"
    "|美元|美金|欧元|港元|日元|rmb|cny|usd)"
)
_MONEY = re.compile(
    rf"{_SUM}{_S}{_CURRENCY}|[¥$€]{_S}{_FIGURES}{_S}[十百千万亿]*"
    rf"|(?:rmb|cny|usd|人民币){_S}{_FIGURES}{_S}[十百千万亿]*"
)
# A lone digit before 元 is rather the number of parts of a mixture or a model: 三元材料.
_PARTS = re.compile(
    rf"[{_DIGIT}\d]{_S}[元圆](?!{_S}(?:$|[\s,，。、；;/()（）]|左右|以上|以下|以内|钱|整|一|每))"
)
_LARGE = (
    rf"{_NUMBER}{_ABOUT}(?:[-~—–至到]{_S}{_NUMBER}{_ABOUT})?(?:[百千]?[万亿]|(?<=\d)w(?![a-z\d]))"
)
_WRITTEN_LARGE = rf"(?<![{_WRITTEN}])[{_DIGIT}][{_WRITTEN}]*?个?[多余几来]?[百千]*[万亿]"
_BARE = re.compile(
    rf"(?P<sum>{_WRITTEN_LARGE}(?![{_WRITTEN}])|{_LARGE})(?!{_S}{one_of('counted')})"
)
_PAID = re.compile(one_of("paid"))
_NO_SUM = re.compile(one_of("no sum"))
_AT_END = re.compile(_ENDS)
_CLAUSE_ENDS, _SENTENCE_ENDS = re.compile(r"[,，。；;\n!！?？]"), re.compile(r"[。；;\n!！?？]")
_NEAR = 8  # characters between a cue and its sum
_PRICE = re.compile(
    rf"{one_of('price')}(?:每{one_of('per')})?(?:大?约|大概|在|到|是|为|只有|要|:|{_S})*"
    rf"(?P<sum>{_FIGURES}(?:{_S}[-~—–至到]{_S}{_FIGURES})?)"
    rf"(?P<per>{_S}[/一每]{_S}{one_of('per')})?(?={_S}(?:$|[\n,，。、；;:()（）!！?？]))"
)


def find(text: str) -> Iterator[Hit]:
    """Yield sums (money: with 万 or 亿) and prices."""
    for hit in _MONEY.finditer(text):
        if _PARTS.match(text, hit.start()) is None:
            yield Hit("money" if re.search("[万亿]", hit.group()) else "price", *hit.span())
    for hit in _BARE.finditer(text):
        if _is_paid(text, *hit.span("sum")):
            yield Hit("money", *hit.span("sum"))
    for hit in _PRICE.finditer(text):
        yield Hit("price", hit.start("sum"), hit.end("per") if hit["per"] else hit.end("sum"))


def _is_paid(text: str, start: int, end: int) -> bool:
    """Tell whether a sum without a currency is money: its clause speaks of paying, or its sentence and it ends."""
    clause = _since(_CLAUSE_ENDS, text, start)
    if _NO_SUM.search(clause):
        return False
    cues = list(_PAID.finditer(clause))
    if cues and len(clause) - cues[-1].end() <= _NEAR:
        return True
    is_last = _AT_END.match(text, end) is not None
    return is_last and _PAID.search(_since(_SENTENCE_ENDS, text, start)) is not None


def _since(ends: re.Pattern[str], text: str, place: int) -> str:
    """Return what stands before a place, back to the last end; at most 100 characters."""
    return ends.split(text[max(0, place - 100) : place])[-1]
