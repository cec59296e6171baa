"""From a page's text to clean lines, and from lines broken by columns to whole paragraphs."""

from __future__ import annotations

import itertools
import re

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
LONGEST_PAGE = 200_000  # characters; a full broadsheet page has some 12,000
LONGEST_HEADLINE = 45  # characters of one line of a headline
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_ENDS = frozenset("。！？!?…")
_CLOSERS = "”’」』）)】》\"'"
_MARKS = re.compile(r"[。！？!?；;…]")
_OPENING = re.compile(
    r"(?:本[报刊网台]|[新中][华新]?社|[\u4e00-\u9fff]{2,8}[报社网])?"
    r"[\u4e00-\u9fff]{0,6}(?<![简快短通资音喜捷综要])[讯电](?=[\s(（:：]|$)"
)


def lines_of(text: str) -> list[str]:
    """Return the lines of a page, without outer white space; empty lines are left out."""
    found = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return [line for line in found if line]


def is_ended(line: str) -> bool:
    """Tell whether a line ends a sentence, or a by-line in brackets."""
    bare = line.rstrip(_CLOSERS)
    return bool(bare) and (bare[-1] in _ENDS or (bare != line and line[-1] in ")）"))


def opening(line: str) -> int:
    """Return the length of the opening words (本报讯) of a dispatch, or 0."""
    found = _OPENING.match(line)
    return found.end() if found else 0


def is_headline_like(line: str) -> bool:
    """Tell whether a line could be a headline: short, no sentence in it, no comma but one."""
    if len(line) > LONGEST_HEADLINE or _MARKS.search(line.rstrip("！？!?")) or opening(line):
        return False
    return line[-1] not in ",，、：:" and line[0] not in ",，、。）)；;" and not is_byline(line)


def is_byline(line: str) -> bool:
    """Tell whether a whole line is one bracket, as by-lines are."""
    return line[0] in "(（" and line[-1] in ")）"


def joined(parts: list[str]) -> str:
    """Join the parts of a broken sentence; between Latin words a space is kept."""
    pieces = parts[:1]
    for before, part in itertools.pairwise(parts):
        if (before[-1] + part[0]).isascii() and (before[-1] + part[0]).isalpha():
            pieces.append(" ")
        pieces.append(part)
    return "".join(pieces)
