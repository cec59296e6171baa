"""The words of the room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Content:
    """What is entered for a meeting; times are aware, ``parties`` are numbers of parties of the case."""

    title: str
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    place: str = ""
    agenda: str = ""
    parties: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing decided at a meeting: what, who does it, until when."""

    text: str
    who: str = ""
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """What was said and decided; ``present`` maps the number of a party to the names of who came for it."""

    text: str
    present: tuple[tuple[int, str], ...] = ()
    decisions: tuple[Decision, ...] = ()
