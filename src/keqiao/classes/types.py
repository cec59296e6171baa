"""The words of the room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from keqiao.base.phrases import Phrase

MOST_PUPILS = 80
MOST_DAYS = 7  # for which places are kept
MOST_CALLED, MOST_NAME = 60, 40


@dataclass(frozen=True, slots=True)
class Content:
    """A class as entered; ``pupils`` are what the teacher calls each, ``due_on`` the last day for guardians."""

    name: str
    pupils: tuple[str, ...] = field(repr=False)
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list of pupils as read; ``problem`` says why it cannot be taken."""

    number: int
    called: str = field(repr=False)
    problem: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The secret link of one pupil, told once."""

    called: str = field(repr=False)
    key: str = field(repr=False)
