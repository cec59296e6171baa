"""Places below the county in folded text: towns, villages, streets with a number, hills and dales, coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from keqiao.engine import placewords
from keqiao.engine.clarifying import cues
from keqiao.engine.clarifying.cues import one_of, silent
from keqiao.engine.clarifying.types import Hit
from keqiao.engine.gazetteer import Gazetteer
from keqiao.engine.newspaper import surnames
from keqiao.engine.passages import GENERIC
from keqiao.engine.text import CJK

_HAN = f"[{CJK}]"
_S = r"[ \t]*"
_BELOW = (
    "(?<!乡)镇(?![化痛静流])|乡(?![村土镇亲])|街道|(?<![农乡])村(?![庄民委落])|社区"
    "|工业园区|工业园|产业园区|产业园|科技园|开发区|高新区|经开区|园区|工业集中区|农场|林场|牧场"
)
_AT = r"[省市县区州旗镇乡村道住在于到对为是和与及从、，,。;:；(\s]"
_SMALL = rf"(?![省市县区州旗和与及的在是有对为将被]){_HAN}"
_PLACE = rf"(?:^|(?<={_AT}))(?P<name>(?:{_SMALL}){{1,6}}?(?:{_BELOW})(?:{_S}\d+{_S}[组社队号])?)"
_STREET = (
    rf"(?P<road>{_HAN}{{1,8}}?(?:大道|大街|路|街|巷)){_S}(?:[东南西北中一二三四五六七八九十]{{1,2}}段)?{_S}"
    rf"\d+{_S}[号弄栋幢](?:{_S}附?{_S}\d+{_S}[号栋幢楼层室])*"
)
_NO_PLACE = re.compile(
    "(?:[各全该本两多每某新老小集重古县山进入驻下返回离名开建整跨这那我]|[一二三四五六七八九十几]个?|乡|城|村|农|特色|美丽|行政|自然|传统|贫困|脱贫|中心|产业|科技|工业|高新|技术|经济|农业|现代"
    "|国家|[省市县]级|当地|家庭|示范|智慧|化工|物流|大型|国有|集体|社会主义|乡镇|周边|所在|附近|部分|有关|相关|街道|园区|基层|偏远|山区|的|个)*"
)
_TERRAIN = one_of("terrain")
_HOMESTEAD = rf"[{surnames.SINGLE}]家(?:{_TERRAIN}|[河桥院梁])"  # 刘家坪
_LANDMARK = (
    rf"(?:(?P<at>{one_of('at')})|^|(?<=[^{CJK}])|(?<=[和与及]))(?P<name>(?P<stem>(?:{_SMALL}){{1,3}}?){_TERRAIN})"
    rf"(?=$|[\s,，。、；;:()（）!！?？和与及]|{one_of('there')})"
)
_MINUTES = (
    r"[ \t]*\d{1,2}(?:\.\d+)?[ \t]*(?:['′分][ \t]*(?:\d{1,2}(?:\.\d+)?[ \t]*(?:[\"″秒]|′′))?)?"
)
_DEGREES = rf"\d{{1,3}}(?:\.\d{{2,}}[ \t]*[°度]?|[ \t]*[°度]{_MINUTES})"
_LATITUDE = rf"(?:东经|北纬|(?<![a-z0-9])[ne](?=\d)){_S}[:为是]?{_S}{_DEGREES}"  # or longitude
_COORDINATES = (
    r"(?<![\d.])(?P<one>\d{1,3}\.\d{2,})[ \t]*°?[ \t]*[nse北南东]?[ \t]*[,，、/ ][ \t]*"
    r"(?P<two>\d{1,3}\.\d{2,})[ \t]*°?[ \t]*[new北东西]?(?![\d.])"
)
_SOUTH, _NORTH, _WEST, _EAST = 18.0, 54.0, 73.0, 136.0  # of the country, degrees
_SHORTEST_STEM = 2


def find(text: str) -> Iterator[Hit]:
    """Yield places; provinces, cities and counties are none."""
    for hit in re.finditer(_PLACE, text, re.MULTILINE):
        if not _NO_PLACE.fullmatch(stem(hit["name"])):
            yield Hit("place", *hit.span("name"))
    for hit in re.finditer(_STREET, text):
        yield Hit("place", hit.start() + _led_by(hit["road"]), hit.end())
    for pattern in (_HOMESTEAD, _LATITUDE):
        for hit in re.finditer(pattern, text):
            yield Hit("place", *hit.span())
    for hit in re.finditer(_LANDMARK, text, re.MULTILINE):
        if _is_named(hit["stem"], has_cue=hit["at"] is not None):
            yield Hit("place", *hit.span("name"))
    for hit in re.finditer(_COORDINATES, text):
        if _is_here(float(hit["one"]), float(hit["two"])):
            yield Hit("place", *hit.span())


def stem(place: str) -> str:
    """Return the name of a place without town, village or number: 九襄镇 → 九襄."""
    return re.sub(rf"(?:{_BELOW})(?:{_S}\d+{_S}[组社队号])?$", "", place)


def called(place: str, gazetteer: Gazetteer | None) -> tuple[str, ...]:
    """Return what a town or village is called for short, when that is no word and no county."""
    short = stem(place)
    if short == place or len(short) < _SHORTEST_STEM or not re.fullmatch(f"{_HAN}+", short):
        return ()
    if short in _words() or (gazetteer is not None and gazetteer.lookup(short)):
        return ()
    return (short,)


def _led_by(road: str) -> int:
    """Return how many characters before the name of a road only lead to it: 地址在|友谊路."""
    leads = [
        hit.end() for hit in re.finditer("[在于到址处是了省市县区镇乡村]", road[:-_SHORTEST_STEM])
    ]
    return leads[-1] if leads else 0


def _is_named(stem: str, *, has_cue: bool) -> bool:
    """Tell whether what stands before 山 or 沟 makes a name of it."""
    least = 1 if has_cue and stem in surnames.SINGLE else _SHORTEST_STEM
    silent_ones = frozenset(cues.words("no stem"))
    is_word = stem in silent_ones or any(part in silent_ones for part in _halves(stem))
    return len(stem) >= least and not is_word and stem not in _words()


def _halves(stem: str) -> tuple[str, ...]:
    """Return the parts of a stem that would show that it is a word: its last character, its first two and last two."""
    return (stem[-1], stem[:2], stem[-2:]) if len(stem) > 1 else (stem,)


def _is_here(one: float, two: float) -> bool:
    low, high = sorted((one, two))
    return _SOUTH <= low <= _NORTH and _WEST <= high <= _EAST


@cache
def _words() -> frozenset[str]:
    return GENERIC | placewords.WORDS | surnames.WORDS | silent("no trade") | cues.trade_words()
