"""The whole reader: text of a page in, dispatches with their facts out. Pure; nothing is kept between pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from keqiao.engine.gazetteer import Gazetteer, prefix
from keqiao.engine.newspaper import bodies, bylines, cutting, lines, people, phrases, places
from keqiao.engine.newspaper.types import Dispatch, Page, Piece, Suspicion

_STRAY = re.compile(rf"(?<=[{lines.HAN},，、。”）)])\s*\b([a-z]{{2,15}})\b\s*(?=[{lines.HAN}“（(])")
_UNITS = frozenset(
    [
        "km",
        "cm",
        "mm",
        "nm",
        "kg",
        "mg",
        "mol",
        "ml",
        "kw",
        "mw",
        "kv",
        "hz",
        "min",
        "vs",
        "pm",
        "app",
        "wifi",
        "www",
        "com",
        "cn",
        "org",
        "http",
        "https",
    ]
)


class Reader:
    """Reads pages with one gazetteer and one list of universities."""

    def __init__(self, gazetteer: Gazetteer, universities: Iterable[str]) -> None:
        self._gazetteer = gazetteer
        self._universities = bodies.Universities(universities)

    def read(self, text: str, *, within: str = "", published: date | None = None) -> Page:
        """Return what a page says, in its order.

        `within` is a region code or its prefix; without it, the province most named is taken. `text` should
        be free of control characters and no longer than `lines.LONGEST_PAGE`.
        """
        cut = cutting.cut(lines.lines_of(text), lambda line: places.is_label(self._gazetteer, line))
        area = prefix(within) or places.province_of(self._gazetteer, cut.pieces)
        found = tuple(self._facts(piece, area, published) for piece in cut.pieces)
        return Page(found, cut.leftovers)

    def _facts(self, piece: Piece, within: str, published: date | None) -> Dispatch:
        text = f"{piece.headline}\n{piece.body}"
        sound = _without_strays(text)
        lead = piece.paragraphs[0] if piece.paragraphs else ""
        mentions = self._gazetteer.find(text, within)
        place = places.place_of(piece, mentions, self._gazetteer, within)
        printed = places.date_of(piece)
        listed = self._universities.find(text)
        universities = [*listed, *bodies.unlisted_universities(text, mentions, listed)]
        misspelt = places.misspelt(text, mentions, self._gazetteer, within)
        wrong = [suspicion.text for suspicion in misspelt]
        return Dispatch(
            piece=piece,
            place=place.code if place else "",
            place_name=place.name if place else "",
            date=printed,
            date_on=places.date_on(printed, published),
            authors=bylines.authors(piece.byline),
            associations=tuple(bodies.associations(text, mentions, wrong)),
            companies=tuple(bodies.companies(text, mentions)),
            universities=tuple(universities),
            institutes=tuple(bodies.institutes(text, mentions, universities)),
            people=tuple(people.people(sound)),
            need=tuple(phrases.needs(sound)),
            activity=tuple(phrases.activities(piece.headline, _without_strays(lead))),
            cooperation=tuple(phrases.cooperations(sound)),
            suspicions=(*stray_words(text), *misspelt, *places.broken_dates(lead)),
        )


def _without_strays(text: str) -> str:
    return _STRAY.sub(lambda hit: hit[0] if hit[1] in _UNITS else "", text)


def stray_words(text: str) -> list[Suspicion]:
    """Return small English words in the middle of Chinese: what is left of a bad extraction."""
    found = dict.fromkeys(hit[1] for hit in _STRAY.finditer(text) if hit[1] not in _UNITS)
    return [Suspicion("stray_word", word) for word in found]
