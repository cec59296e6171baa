"""What is read from a page: plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """One dispatch as cut from a page: `headline` as printed, its lines joined by a space.

    `heading` is the common heading of short items, or empty; `paragraphs` are rejoined and without
    by-line and opening words; `byline` is without its brackets.
    """

    headline: str
    paragraphs: tuple[str, ...]
    byline: str = ""
    heading: str = ""
    section: str = ""

    @property
    def body(self) -> str:
        """All paragraphs, one a line."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Cut:
    """A page cut up: its dispatches, and the lines that belong to none, such as the masthead."""

    pieces: tuple[Piece, ...]
    leftovers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A person with the role as printed; the role may be empty."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Something that looks wrong: `kind` is stray_word, misspelt_place or broken_date.

    `guess` is what may have been meant, never used without asking; `place` is the code guessed.
    """

    kind: str
    text: str
    guess: str = ""
    place: str = ""

    def __str__(self) -> str:
        return f"{self.text}→{self.guess}" if self.guess else self.text


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One dispatch and its facts. `place` is a GB/T 2260 code or empty; `date` is as printed.

    `date_on` is ISO 8601 and only given when the day can be worked out from the day of publication.
    `institutes` are societies, institutes, centres and schools that are no universities.
    """

    piece: Piece
    place: str
    place_name: str
    date: str
    date_on: str
    authors: tuple[str, ...]
    associations: tuple[str, ...]
    companies: tuple[str, ...]
    universities: tuple[str, ...]
    institutes: tuple[str, ...]
    people: tuple[Named, ...]
    need: tuple[str, ...]
    activity: tuple[str, ...]
    cooperation: tuple[str, ...]
    suspicions: tuple[Suspicion, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All that was read from a page; `leftovers` are lines that belong to no dispatch."""

    dispatches: tuple[Dispatch, ...]
    leftovers: tuple[str, ...]
