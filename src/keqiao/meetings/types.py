"""The words of the room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

BROKER = 0  # in the place of a party's number


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
    """One thing decided at a meeting: what, who does it, until when.

    ``party`` is the number of the party that has to do it, BROKER for the broker, None when nobody said; ``who`` names
    persons besides. ``task`` is the number of the task that it became when it was written down before.
    """

    text: str
    who: str = ""
    due_on: dt.date | None = None
    party: int | None = None
    task: int | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """What was said and decided.

    ``present`` maps the number of a party to the names of who came for it; ``absent`` are the parties that did not
    come. Of a party in neither nobody wrote down whether it came.
    """

    text: str
    present: tuple[tuple[int, str], ...] = ()
    decisions: tuple[Decision, ...] = ()
    absent: tuple[int, ...] = ()
