"""When everybody comes at once: how many sign-ups one process works on, and the page of those who wait.

A press that finds the door full is answered at once, by a page that asks no database and comes back by itself: threads
stay free for every other page, and nobody is shown an error. What a form holds goes back into that page, nowhere else.
"""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from sqlite3 import SQLITE_BUSY, SQLITE_LOCKED
from threading import Lock

from django.conf import settings
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import resolve

from keqiao.web.preferences import LARGE_TYPE_COOKIE

FORM = "registration_create"  # whoever comes there may have places kept that run out
ADDRESSES = frozenset({"session_detail", "registration_hold", FORM})
KEPT_BACK = 4  # a quarter of what the door lets in is for forms alone
LEAST_SECONDS, MOST_SECONDS = 0.5, 30.0  # until a waiting page asks again
STAY = 0.1  # seconds that one who was let in stays, until it was measured; and how much the newest counts in it
LATEST = 0.05
POSTGRESQL_BUSY = frozenset(
    {
        "40001",  # serialization failure
        "40P01",  # deadlock
        "53300",  # too many connections
        "55P03",  # lock not available
        "57014",  # cancelled by a time limit
    }
)
TOO_MANY = ("too many clients", "too many connections", "connection slots are reserved")
LOW_BYTE = 0xFF  # of SQLite's extended codes: the code itself


class Door:
    """Lets so many in at a time and keeps nobody standing: each of the others is told when their turn comes.

    Turns follow one another as fast as the door is left (``most`` in the time that one stays), so that those who were
    asked to wait come back one by one, in the order in which they came, not all at once; nothing is kept about them.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._inside = 0
        self._stay, self._next = STAY, 0.0

    def enter(self, most: int, *, has_form: bool = False) -> float | None:
        """Let one in, return when; None if ``most`` are inside (fewer for whoever has no form yet). 0 is no limit."""
        limit = most if has_form else most - most // KEPT_BACK
        with self._lock:
            is_full = 0 < limit <= self._inside
            self._inside += not is_full
        return None if is_full else self._clock()

    def leave(self, entered: float) -> None:
        """Count one who was let in at the moment ``entered`` as gone."""
        stayed = self._clock() - entered
        with self._lock:
            self._inside -= 1
            self._stay += LATEST * (stayed - self._stay)

    def turn_away(self, most: int, *, has_form: bool = False) -> float:
        """Return after how many seconds one who was not let in comes again; soon with a form, whose places end.

        Not whole seconds: those who come back all at the full second would find the door full, and idle before it.
        """
        if has_form:
            return LEAST_SECONDS + _drawn()
        now = self._clock()
        with self._lock:
            turn = max(self._next, now) + self._stay / max(1, most)
            if (
                turn > now + MOST_SECONDS
            ):  # too long to foretell: look again some time in the second half
                return MOST_SECONDS * (1 + _drawn()) / 2
            self._next = turn
            return max(LEAST_SECONDS, turn - now)


DOOR = Door()  # of this process


def _drawn() -> float:
    """Return a number from 0 to 1 by lot."""
    return secrets.randbelow(1000) / 1000


def sign_up(request: HttpRequest) -> str:
    """Return the name of an address to which everybody comes at the same minute; empty for all others."""
    try:
        name = resolve(request.path_info).url_name or ""
    except Http404:
        return ""
    return name if name in ADDRESSES else ""


def is_overload(error: BaseException | None) -> bool:
    """Tell whether the database was too busy, rather than wrong or away."""
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    code, state = getattr(cause, "sqlite_errorcode", None), getattr(cause, "sqlstate", None)
    if code is not None:
        return code & LOW_BYTE in {SQLITE_BUSY, SQLITE_LOCKED}
    return state in POSTGRESQL_BUSY or any(words in str(error) for words in TOO_MANY)


def waiting(request: HttpRequest, *, is_certain: bool) -> HttpResponse:
    """Return the waiting page; ``is_certain``: nothing was begun, so nothing can have been written."""
    turn = DOOR.turn_away(settings.SIGN_UPS_AT_ONCE, has_form=sign_up(request) == FORM)
    is_press = request.method == "POST"
    shown = {
        "path": request.get_full_path(),
        "is_press": is_press,
        "is_certain": is_certain,
        "seconds": math.ceil(turn),
        "again": f"{turn:.2f}",
        "entered": [(name, text) for name, texts in request.POST.lists() for text in texts],
    }
    response = light(request, "web/waiting.html", shown)
    if not is_press:
        response.headers["Refresh"] = str(math.ceil(turn))
    return response


def light(
    request: HttpRequest, template: str, shown: Mapping[str, object], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Return a page that extends ``web/light.html``: it looks like the others, and asks the database nothing."""
    always = {
        "site_name": settings.SITE_NAME,
        "is_large_type": request.COOKIES.get(LARGE_TYPE_COOKIE) == "1",
    }
    response = HttpResponse(render_to_string(template, {**always, **shown}), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
