"""When everybody comes at once: how many sign-ups one process works on, and the page of those who wait.

A press that finds the door full is answered at once, by a page that asks no database and comes back by itself: threads
stay free for every other page, and nobody is shown an error. What a form holds goes back into that page, nowhere else.
"""

from __future__ import annotations

import secrets
import time
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
# Until a waiting page asks again, in seconds; drawn, so that not all ask again at once.
LEAST_SECONDS, MOST_SECONDS = 1, 120
COME_BACK = 30  # a second, about what one process can answer: so far apart they are asked to come
MEMORY = 10.0  # seconds, in which two thirds of those turned away are forgotten
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
    """Lets so many in at a time and keeps nobody standing; knows how many it turned away lately."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._lately, self._counted_at = 0.0, 0.0

    def enter(self, most: int, *, has_form: bool = False) -> bool:
        """Let one in and say so, unless ``most`` are inside (fewer for whoever has no form yet); 0 is no limit."""
        limit = most if has_form else most - most // KEPT_BACK
        with self._lock:
            is_full = 0 < limit <= self._inside
            self._inside += not is_full
        return not is_full

    def leave(self) -> None:
        """Count one who was let in as gone."""
        with self._lock:
            self._inside -= 1

    def turn_away(self) -> int:
        """Count one who was not let in; return after how many seconds to come again: the more there are, the later."""
        now = time.monotonic()
        with self._lock:
            left = max(0.0, 1 - (now - self._counted_at) / MEMORY)
            self._lately, self._counted_at = self._lately * left + 1, now
            spread = min(int(self._lately / COME_BACK) + 1, MOST_SECONDS - LEAST_SECONDS)
        return LEAST_SECONDS + secrets.randbelow(spread + 1)


DOOR = Door()  # of this process


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
    seconds = DOOR.turn_away()
    is_press = request.method == "POST"
    shown = {
        "site_name": settings.SITE_NAME,
        "is_large_type": request.COOKIES.get(LARGE_TYPE_COOKIE) == "1",
        "path": request.get_full_path(),
        "is_press": is_press,
        "is_certain": is_certain,
        "seconds": seconds,
        "entered": [(name, text) for name, texts in request.POST.lists() for text in texts],
    }
    response = HttpResponse(render_to_string("web/waiting.html", shown))
    response.headers["Cache-Control"] = "no-store"
    if not is_press:
        response.headers["Refresh"] = str(seconds)
    return response
