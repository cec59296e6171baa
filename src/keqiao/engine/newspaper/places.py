"""Where and when: the place a dispatch is about, its date, and names of places that look misspelt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from keqiao.engine.gazetteer import Gazetteer, Mention, Place
from keqiao.engine.newspaper import boundaries
from keqiao.engine.newspaper.lines import HAN
from keqiao.engine.newspaper.types import Piece, Suspicion

_DAY = r"\d{1,2}月\d{1,2}日(?:(?:至|到|-|—|~|—{2})(?:\d{1,2}月)?\d{1,2}日)?"
_DATE = re.compile(
    rf"(?:\d{{4}}年)?{_DAY}|(?:\d{{1,2}}月|本月)[上中下]旬|近日|近期|日前|[今昨前]日|[今昨前]天|连日来|近段时间|近来|[本上]周[一二三四五六日末]?|本月\d{{1,2}}日"
    r"|(?<![\d月~—至到-])\d{1,2}日(?:(?:至|到|-|—{1,2}|~)\d{1,2}日)?(?=[,，上下])"
)
_FULL = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
_BROKEN_DAY = re.compile(
    r"(?<![\d月.~至到—-])(3[2-9]|[4-9]\d|[1-9]\d\d|1[0-2]\d\d)日(?=[,，上下~至到—-])"
)
_LEAP_YEAR = 2024  # in which every day of a calendar exists
_BARE_DAY = re.compile(r"(?:本月)?(\d{1,2})日")
_AGO = {"今": 0, "昨": 1, "前": 2}
_AREA_NAME = re.compile(
    rf"[{HAN}]{{1,6}}?[县区市](?=科协|科学技术协会|[{HAN}]{{0,8}}(?:局|委|有限|人民政府))"
)
_LABEL = re.compile(rf"[{HAN}]{{2,10}}")
_OFFICE = ("科协", "科学技术协会")
_LONGEST_LABEL = 14
_HALF_YEAR = timedelta(days=183)


def is_label(gazetteer: Gazetteer, line: str) -> bool:
    """Tell whether a line is only the name of a place, or of the association there."""
    bare = _bare(line)
    return (
        bool(_LABEL.fullmatch(bare))
        and len(line) <= _LONGEST_LABEL
        and bool(gazetteer.lookup(bare))
    )


def _bare(line: str) -> str:
    for office in _OFFICE:
        line = line.removesuffix(office)
    return line


def province_of(gazetteer: Gazetteer, pieces: Iterable[Piece]) -> str:
    """Return the two digits of the province most named on the page, or an empty string."""
    found: Counter[str] = Counter()
    for piece in pieces:
        found.update(
            m.place.code[:2] for m in gazetteer.find(f"{piece.headline}\n{piece.body[:400]}")
        )
    return found.most_common(1)[0][0] if found else ""


def place_of(
    piece: Piece, mentions: list[Mention], gazetteer: Gazetteer, within: str
) -> Place | None:
    """Return the place of a dispatch: that of its headline, otherwise of its first association or name.

    `mentions` are those of headline, line end, body.
    """
    edge = len(piece.headline)
    in_head = [mention for mention in mentions if mention.end <= edge]
    if in_head:
        return _deepest(in_head)
    if is_label(gazetteer, piece.headline):
        named = gazetteer.lookup(_bare(piece.headline))
        inside = [place for place in named if place.code.startswith(within)]
        if len(inside or named) == 1:
            return (inside or named)[0]
    text = f"{piece.headline}\n{piece.body}"
    in_lead = [m for m in mentions if m.start <= edge + 200]
    for mention in in_lead:
        if text.startswith(_OFFICE, mention.end):
            return mention.place
    return _deepest(in_lead) if in_lead else None


def _deepest(mentions: list[Mention]) -> Place:
    """Follow 成都市 + 新都区: names that touch, from the first."""
    chosen = mentions[0]
    for mention in mentions[1:]:
        if mention.start != chosen.end:
            break
        chosen = mention
    return chosen.place


def date_of(piece: Piece) -> str:
    """Return the date as printed, or an empty string."""
    for paragraph in piece.paragraphs[:2]:
        found = _DATE.search(paragraph)
        if found:
            return found.group()
    return ""


def broken_dates(text: str) -> list[Suspicion]:
    """Return days that lost their 月 (65日 for 6月5日), with the day when only one can be meant."""
    found: dict[str, Suspicion] = {}
    for hit in _BROKEN_DAY.finditer(text):
        digits = hit[1]
        meant = [
            f"{int(digits[:cut])}月{int(digits[cut:])}日"
            for cut in range(1, len(digits))
            if digits[cut] != "0" and _iso(_LEAP_YEAR, int(digits[:cut]), int(digits[cut:]))
        ]
        if meant:
            guess = meant[0] if len(meant) == 1 else ""
            found.setdefault(hit.group(), Suspicion("broken_date", hit.group(), guess))
    return list(found.values())


def date_on(printed: str, published: date | None) -> str:
    """Return the (first) day in ISO 8601, when the day of publication makes it certain, else ""."""
    full = _FULL.match(printed)
    if full and full[1]:
        return _iso(int(full[1]), int(full[2]), int(full[3]))
    if published is None or not printed:
        return ""
    bare = _BARE_DAY.fullmatch(printed)
    if full:
        return _in_the_last_year(int(full[2]), int(full[3]), published)
    if bare:
        return _iso(published.year, published.month, int(bare[1]))
    is_near = printed[0] in _AGO and printed[1:] in {"日", "天"}
    return (published - timedelta(days=_AGO[printed[0]])).isoformat() if is_near else ""


def _in_the_last_year(month: int, day: int, published: date) -> str:
    """Return a day of December in a paper of January as one of the year before."""
    found = _iso(published.year, month, day)
    is_ahead = bool(found) and date.fromisoformat(found) - published > _HALF_YEAR
    return _iso(published.year - 1, month, day) if is_ahead else found


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def misspelt(
    text: str, mentions: list[Mention], gazetteer: Gazetteer, within: str
) -> list[Suspicion]:
    """Return names that end like a place and are none, with the place they are nearly the name of."""
    taken = {position for mention in mentions for position in range(mention.start, mention.end)}
    found: dict[str, Suspicion] = {}
    for hit in _AREA_NAME.finditer(text):
        end = hit.end()
        if end - 1 in taken:
            continue
        begin = boundaries.run_before(text, end)
        for start in boundaries.starts(text, begin, end):
            name = text[start:end]
            guesses = gazetteer.suggest(name, within)
            near = [guess for guess in guesses if guess.place.code.startswith(within)]
            if near:
                place = near[0].place
                found.setdefault(name, Suspicion("misspelt_place", name, near[0].name, place.code))
                break
    return list(found.values())
