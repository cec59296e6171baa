"""Associations, companies, universities and other bodies named in a dispatch."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from keqiao.engine.gazetteer import Mention
from keqiao.engine.newspaper import boundaries
from keqiao.engine.newspaper.lines import HAN

_ASSOCIATION = re.compile("科协|科学技术协会")
_TOWN = re.compile(rf"[{HAN}]{{2,6}}(?:[镇乡]|街道|大学|学院|公司)")
_NO_TOWN = re.compile(r"^[全各该本两多每辖]|[各级乡县市]镇$|乡镇|所在")
_COMPANY = re.compile(
    "(?:有限责任|股份有限|集团有限|有限|股份)公司|(?:集团|分|总|电力|航空|发展|科技|实业|药业|农业)公司"
    "|(?:专业)?合作社|(?<=[药酒茶糖纸钢机铝])厂(?![区家房长商址])"
)
_GENERIC = re.compile(
    "(?:示范|科技|技术|实业|股份|集团|建筑|农业|有限|发展|责任|生物|企业|公司|投资|责任|龙头|专业|当地|相关|有关|家庭|家)+"
)
_BODY = re.compile(
    "学会|研究会|(?<!科)协会|研究院|研究所|科学院(?!院士)|农科院|科学研究所|医院|卫生院"
    "|(?:(?:初级|高级|完全|实验|附属|中心)?(?:中学|小学)|中学校|小学校|(?:职业|培训|技工|技师|外国语|特殊教育)学校|幼儿园)(?!生)"
    "|(?:科技|研究|技术|科学|推广|服务|科普|创新|检测|活动)中心|重点实验室|科技馆|博物馆"
)
_ROOTED = re.compile(
    rf"中国|全国|国家|中华|中科院|教育部|农业农村部|[{HAN}]{{2,5}}(?:省|市|县|区|州|镇|乡|街道)|[{HAN}]{{2,6}}(?:大学|科协)"
)
_ABOVE = re.compile(
    rf"中国|全国|国家|中华|中科院|教育部|农业农村部|[{HAN}]{{2,12}}(?:大学|学院|科学院|科协|学会|协会)"
)
_UNIVERSITY = re.compile(rf"[{HAN}]{{2,10}}?(?:(?<!老年)大学(?![生城堂])|(?<!科)学院)")
_LONGEST_HEAD = 4  # characters
_SHORTEST_STEM = 2
_MOST = 100  # names of one kind in one dispatch


def associations(
    text: str, mentions: Iterable[Mention], misspelt: Collection[str] = ()
) -> list[str]:
    """Return the 科协 named, each once, in the fullest form printed.

    `misspelt` are names that are nearly those of places.
    """
    ends = {mention.end: mention for mention in mentions}
    found: dict[str, str] = {}
    is_full: dict[str, bool] = {}
    for hit in _ASSOCIATION.finditer(text):
        mention = ends.get(hit.start())
        if mention is not None:
            key, name, full = mention.place.code, mention.text, not mention.is_short
        elif text.endswith("中国", 0, hit.start()):
            key, name, full = "中国", "中国", True
        else:
            key = name = _area(text, hit.start(), misspelt, ends)
            full = True
        if not name:
            continue
        if key not in found or (full and not is_full[key]):
            found[key], is_full[key] = name + hit.group(), full
    return list(found.values())[:_MOST]


def _area(text: str, end: int, misspelt: Collection[str], ends: Collection[int]) -> str:
    begin = boundaries.run_before(text, end)
    begin = max(
        (place for place in range(begin + 1, end) if place in ends and text[place] not in "镇乡"),
        default=begin,
    )
    for start in boundaries.starts(text, begin, end):
        name = text[start:end]
        if name in misspelt or (_TOWN.fullmatch(name) and not _NO_TOWN.search(name)):
            return name
    return ""


def companies(text: str, mentions: Iterable[Mention] = ()) -> list[str]:
    """Return the companies and cooperatives named, each once."""
    places = {mention.start: mention.end for mention in mentions}
    found: dict[str, None] = {}
    last = 0
    for hit in _COMPANY.finditer(text):
        name = _own_name(text, _company(text, hit, last, places), hit.end(), places)
        if name:
            found[name] = None
            last = hit.end()
    return _without_longer(list(found)[:_MOST])


def _company(text: str, hit: re.Match[str], after: int, places: Mapping[int, int]) -> str:
    begin = boundaries.run_before(text, hit.start(), after)
    begin = boundaries.starts(text, begin, hit.start())[-1]
    if _LONGEST_HEAD >= _own_head(text, begin, hit.start(), places) > 0:
        return text[begin : hit.end()]
    for start in boundaries.starts(text, begin, hit.start()):
        stem = text[start : hit.start()]
        own = _GENERIC.sub("", stem, count=1) if _GENERIC.match(stem) else stem
        is_own = len(own) >= _SHORTEST_STEM and own == stem
        if is_own and not (boundaries.is_general(stem) or boundaries.has_word(stem)):
            return text[start : hit.end()]
    return ""


def _own_name(text: str, name: str, end: int, places: Collection[int]) -> str:
    """Drop the address before a name that has its own place: 某县某镇|湖北…公司."""
    begin = end - len(name)
    inner = (at for at in range(end - 1, begin, -1) if at in places and text[at - 1] in "镇乡村")
    return text[next(inner, begin) : end]


def _own_head(text: str, begin: int, end: int, places: Mapping[int, int]) -> int:
    """Return how much of 宁波示例|为先… stands between the place it begins with and a doubtful character.

    Something there means that the character belongs to the name: 宁波和…公司 is two bodies, or a list.
    """
    nearest = boundaries.starts(text, begin, end)[0]
    after = places.get(begin, 0)
    if nearest == begin or not after:
        return 0
    head = text[after : nearest - 1]
    return 0 if _GENERIC.match(head) or boundaries.is_doubtful_word(head) else len(head)


def _without_longer(names: list[str]) -> list[str]:
    """Drop 某县甲公司 where 甲公司 is named too: the place before it is where it lies."""
    kept = []
    for name in names:
        shorter = (
            other
            for other in names
            if other != name and name.endswith(other) and name[-len(other) - 1] in "省市县区州镇乡"
        )
        if next(shorter, None) is None:
            kept.append(name)
    return kept


class Universities:
    """The known universities, found by the longest name at each position."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[str, list[str]] = {}
        for name in names:
            self._names.setdefault(name[:3], []).append(name)
        for sharing in self._names.values():
            sharing.sort(key=len, reverse=True)

    def find(self, text: str) -> list[str]:
        """Return the universities named, each once."""
        found: dict[str, None] = {}
        position = 0
        while position < len(text):
            name = next(
                (
                    known
                    for known in self._names.get(text[position : position + 3], ())
                    if text.startswith(known, position)
                ),
                "",
            )
            if name:
                found[name] = None
            position += len(name) or 1
        return list(found)


def unlisted_universities(
    text: str, mentions: Iterable[Mention], known: Collection[str]
) -> list[str]:
    """Return names of universities and colleges that begin with a place and are not in the list."""
    found: dict[str, None] = {}
    for mention in mentions:
        hit = _UNIVERSITY.match(text, mention.start)
        if hit and hit.end() > mention.end and not boundaries.has_word(hit.group()):
            name = hit.group()
            if not any(one in name or name in one for one in known):
                found[name] = None
    return list(found)


def institutes(text: str, mentions: Iterable[Mention], known: Collection[str]) -> list[str]:
    """Return societies, institutes, centres and schools that begin with a place or a body above them.

    `known` are names that are something else already, such as universities.
    """
    begins = {mention.start for mention in mentions}
    found: dict[str, None] = {}
    last = 0
    for hit in _BODY.finditer(text):
        begin = boundaries.run_before(text, hit.start(), last)
        above = next(reversed(found), "") if begin == last else ""
        above = above if len(above) <= boundaries.LONGEST else ""
        for nearest in boundaries.starts(text, begin, hit.start()):
            start = _root(text, nearest, hit.start(), begins)
            name = text[start : hit.end()]
            if boundaries.is_general(name):
                break
            if above and start == begin:  # an institute of the academy named right before it
                del found[above]
                found[above + name] = None
                last = hit.end()
                break
            is_rooted = start in begins or _ROOTED.match(name)
            if is_rooted and not _NO_TOWN.match(name):
                if name not in known and not name.endswith("科学技术协会"):
                    found[name] = None
                    last = hit.end()
                break
    return _without_parts(list(found)[:_MOST])


def _root(text: str, start: int, end: int, begins: Collection[int]) -> int:
    """Return where the first place in a name begins, unless a body above it stands before."""
    if start in begins or _ABOVE.match(text, start, end):
        return start
    return next((place for place in range(start + 1, end) if place in begins), start)


def _without_parts(names: list[str]) -> list[str]:
    return [n for n in names if not any(n != other and other.startswith(n) for other in names)]
