"""Text in one width, one case, simplified, without what takes no room, and the way back to the text as written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from keqiao.engine.clarifying.simplifying import simplified

_JOINERS = frozenset("·•‧・･∙⋅_-‐‑‒–—―−*~|/\\'’`´\"“”")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; character i comes from text[starts[i]:ends[i]] of the text as written."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the folded [start:end], not empty, stands in the text as written."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str, *, keep: Callable[[str], bool]) -> Folded:
    """Return `text` folded, only with the characters to `keep`."""
    kept: list[str] = []
    starts: list[int] = []
    for place, written in enumerate(text):
        for character in _plain(written):
            if keep(character):
                kept.append(character)
                starts.append(place)
    return Folded("".join(kept), tuple(starts), tuple(place + 1 for place in starts))


@lru_cache(maxsize=20_000)
def _plain(character: str) -> str:
    """Return one character in its plainest form; decomposed piece by piece, so that the whole is the sum of parts."""
    plain = character
    while (plainer := unicodedata.normalize("NFKD", plain).casefold()) != plain:
        plain = plainer
    return simplified(
        "".join(one for one in plain if unicodedata.category(one) not in {"Mn", "Me"})
    )


@lru_cache(maxsize=20_000)
def is_seen(character: str) -> bool:
    """Tell whether a character takes room and is no white space."""
    return not character.isspace() and unicodedata.category(character) not in {"Cf", "Cc", "Cs"}


@lru_cache(maxsize=20_000)
def is_said(character: str) -> bool:
    """Tell whether a character is seen and is none that people put between the characters of one name."""
    return is_seen(character) and character not in _JOINERS


@lru_cache(maxsize=20_000)
def is_not_hidden(character: str) -> bool:
    """Tell whether a character is seen or is white space."""
    return character.isspace() or is_seen(character)


def essence(words: str) -> str:
    """Return what of `words` must not be found again: folded, without joiners where anything is left without them."""
    return fold(words, keep=is_said).text or fold(words, keep=is_seen).text
