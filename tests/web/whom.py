"""Whom the tables of pages ask about, and what a page answers."""

from __future__ import annotations

from tests.crew import CREW

EVERYBODY = (
    "stranger", "lin", "zhou", "chen", "gu", "wu", "zheng", "sun", "he", "ji", *CREW,
)  # fmt: skip
LOGGED_IN = EVERYBODY[1:]
STAFF = ("wu", "zheng", "he")  # broker, reviewer, administrator above: all of the area
OK, LOGIN, NONE = 200, 302, 404


def everyone(status: int = OK) -> dict[str, int]:
    """Return that everybody gets the same."""
    return dict.fromkeys(EVERYBODY, status)


def members(status: int = OK) -> dict[str, int]:
    """Return that whoever is logged in gets the same, and a stranger is sent to log in."""
    return {"stranger": LOGIN, **dict.fromkeys(LOGGED_IN, status)}


def only(*names: str, stranger: int = NONE) -> dict[str, int]:
    """Return that some get the page, and for all others there is none."""
    return {**everyone(NONE), "stranger": stranger, **dict.fromkeys(names, OK)}
