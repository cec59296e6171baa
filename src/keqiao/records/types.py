"""The words of the room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that somebody did: its day, what it was, more about it, and its code where it has a page."""

    on: dt.date | None
    title: str
    about: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What one person has done, newest first.

    ``minutes`` and ``services`` were checked by a second person, ``outcomes`` confirmed by both sides.
    """

    name: str
    made_at: dt.datetime
    studios: tuple[Line, ...]
    offers: tuple[Line, ...]
    minutes: int
    services: tuple[Line, ...]
    visits: tuple[Line, ...]
    talks: tuple[Line, ...]
    outcomes: tuple[Line, ...]
    proofs: tuple[Line, ...]

    def parts(self) -> dict[str, tuple[Line, ...]]:
        """Return the lines by what they are of, under their names in a file."""
        return {
            "studios": self.studios,
            "offers": self.offers,
            "volunteer_services": self.services,
            "visits": self.visits,
            "talks": self.talks,
            "outcomes": self.outcomes,
            "proofs": self.proofs,
        }
