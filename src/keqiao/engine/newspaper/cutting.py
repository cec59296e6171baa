"""Cuts the lines of a page into its dispatches.

The page is read once, from the top. A line belongs to the sentence that is still open above it;
otherwise a short line without a sentence begins a headline. A headline whose last line is the bare name of a
place is an item, and stands under the common heading above it until that heading's by-line ends the group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from keqiao.engine.newspaper import bylines, lines
from keqiao.engine.newspaper.types import Cut, Piece

if TYPE_CHECKING:
    from collections.abc import Callable

_SECTION = re.compile(rf"^([{lines.HAN}]{{2,10}})\s*[|｜丨/]?\s*[A-Z][A-Z ]{{3,}}$")
_MASTHEAD = re.compile(
    rf"^[A-Za-z0-9 .,:：|·-]+$"
    rf"|^[A-Z]?\d+\s*版|第\s*[0-9A-Z一二三四五六七八九十]+\s*版|\d{{4}}\s*年\s*\d+\s*月\s*\d+\s*日"
    rf"|^[{lines.HAN}]{{3,10}}(?:[日周晚早时导]报|科[技普协学]报)$|责任?编[辑:]|责编|邮发代号|国内统一|主办单位|投稿(?:邮|信)箱|^\d+$"
)
_BULLET = re.compile(r"^[●■▲◆◎★▶◇○]\s*")
_DATED = re.compile(
    r"近[日期来]|日前|[今昨当]日|\d+月\d+日|本月|[本上]周|\d+日|连日来|月[上中下]旬"
)
_ITEM = re.compile(rf"^[●■▲◆◎★▶◇○]\s*([{lines.HAN}]{{2,14}})\s*[ :：]\s*(?=\S)")
_MOST_LINES = 6  # lines of a headline
_SHORT = 6  # characters of the name of a section
_LEAD = 40  # characters in which a dispatch tells its day
_CONTINUED = re.compile(r"[(（](?:下转|上接)[^()（）]{0,20}[)）]")


@dataclass
class _Open:
    """The dispatch that is being read."""

    headline: str = ""
    heading: str = ""
    section: str = ""
    has_opening: bool = False
    byline: str = ""
    paragraphs: list[list[str]] = field(default_factory=list)

    @property
    def is_inside(self) -> bool:
        """Whether the last sentence is still open."""
        return bool(self.paragraphs) and not lines.is_ended(self.paragraphs[-1][-1])


class _Cutter:
    def __init__(self, page: list[str], is_place: Callable[[str], bool]) -> None:
        self.page = page
        self.is_place = is_place
        self.pieces: list[Piece] = []
        self.leftovers: list[str] = []
        self.first = 0  # the first dispatch of the present section
        self.heading = ""
        self.section = ""
        self.head: list[str] = []
        self.current: _Open | None = None

    def cut(self) -> Cut:
        """Read all lines."""
        for number, line in enumerate(self.page):
            self._read(number, line)
        self._finish()
        return Cut(tuple(self.pieces), (*self.leftovers, *self.head))

    def _read(self, number: int, line: str) -> None:
        section = _SECTION.match(line)
        if section:
            self._finish()
            self.leftovers += self.head
            self.section, self.heading, self.head = section[1], "", []
            self.first = len(self.pieces)
        elif bylines.is_of_column(line):
            self._finish()
            self._sign_group(line)
        elif self._is_masthead(line):
            self.leftovers.append(line)
        elif (item := _ITEM.match(line)) and self.is_place(item[1]):
            self._finish()
            self.head.append(item[1])
            self._add(line[item.end() :])
        elif self._is_head(number, line):
            if self.current is not None:
                self._finish()
            self.head.append(_BULLET.sub("", line))
        else:
            self._add(line)

    def _is_masthead(self, line: str) -> bool:
        is_inside = self.current is not None and self.current.is_inside
        return not is_inside and lines.is_headline_like(line) and bool(_MASTHEAD.search(line))

    def _is_head(self, number: int, line: str) -> bool:
        if not lines.is_headline_like(line) or bylines.is_signature(line):
            return False
        if self.current is None:
            return True
        if self.is_place(_BULLET.sub("", line)):
            return not self.current.is_inside or self._begins(number + 1)
        is_signed = bool(bylines.split_end(self.current.paragraphs[-1][-1])[1])
        return (is_signed and not self.current.is_inside) or self._begins_soon(number)

    def _begins(self, number: int) -> bool:
        """Tell whether a line begins a dispatch: opening words, or a day in its lead."""
        line = self.page[number] if number < len(self.page) else ""
        if lines.opening(line):
            return True
        is_free = self.current is None or not self.current.is_inside
        return is_free and not lines.is_headline_like(line) and bool(_DATED.search(line[:_LEAD]))

    def _begins_soon(self, number: int) -> bool:
        """Tell whether a dispatch begins after a headline's few lines."""
        for following in range(number + 1, min(number + 4, len(self.page))):
            if self._begins(following):
                return True
            if not lines.is_headline_like(self.page[following]):
                return False
        return False

    def _add(self, line: str) -> None:
        if self.current is None:
            self.current = self._begin()
        if bylines.is_signature(line) and not self.current.paragraphs:
            self.current.byline = line
            return
        skip = lines.opening(line) if not self.current.paragraphs else 0
        if skip:
            self.current.has_opening = True
            signed, skip = bylines.split_start(line, skip)
            self.current.byline = signed or self.current.byline
            line = line[skip:].strip(" :：")
            if not line:
                return
        if self.current.is_inside or (lines.is_byline(line) and self.current.paragraphs):
            self.current.paragraphs[-1].append(line)
        else:
            self.current.paragraphs.append([line])

    def _begin(self) -> _Open:
        head = list(dict.fromkeys(self.head))
        self.leftovers += head[:-_MOST_LINES]
        self.head, head = [], head[-_MOST_LINES:]
        if len(head) > 1 and len(head[0]) <= _SHORT and not self.is_place(head[0]):
            self.section = head.pop(0)
            self.leftovers.append(self.section)
        label = head[-1] if head and self.is_place(head[-1]) else ""
        if label and len(head) > 1:
            self.heading = " ".join(head[:-1])
        elif not label:
            self.heading = ""
        headline = label if label and self.heading else " ".join(head)
        return _Open(headline, self.heading if label else "", self.section)

    def _finish(self) -> None:
        piece, self.current = self.current, None
        if piece is None or not piece.paragraphs:
            self.leftovers += [piece.headline] if piece and piece.headline else []
            return
        paragraphs = [_CONTINUED.sub("", lines.joined(parts)) for parts in piece.paragraphs]
        paragraphs[-1], byline = bylines.split_end(paragraphs[-1])
        kept = tuple(paragraph for paragraph in paragraphs if paragraph)
        signed = byline or bylines.bare(piece.byline)
        if not (piece.headline or signed or piece.has_opening):
            self.leftovers += paragraphs
            return
        self.pieces.append(Piece(piece.headline, kept, signed, piece.heading, piece.section))

    def _sign_group(self, line: str) -> None:
        """Sign the unsigned dispatches above, back to the beginning of heading and section."""
        number = len(self.pieces) - 1
        while number >= self.first and not self.pieces[number].byline:
            if self.heading and self.pieces[number].heading != self.heading:
                break
            self.pieces[number] = replace(self.pieces[number], byline=bylines.bare(line))
            number -= 1
        self.leftovers += self.head
        self.heading, self.head = "", []


def cut(page: list[str], is_place: Callable[[str], bool]) -> Cut:
    """Return the dispatches of a page in their order.

    `is_place` tells whether a short line is no more than the name of a place or of its association.
    """
    return _Cutter(page, is_place).cut()
