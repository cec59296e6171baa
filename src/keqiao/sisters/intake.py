"""What comes from another platform, before it is believed: addresses, keys, signatures, pages, entries.

Everything that comes is hostile until it is looked at. A page is taken or refused whole; an entry of a good page that
cannot be kept counts as withdrawn, so that what was shown before does not outlive it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from keqiao.base import feed
from keqiao.base.codes import is_code
from keqiao.base.errors import Invalid, invalid
from keqiao.base.feed import Published
from keqiao.base.phrases import N_
from keqiao.base.text import clean_line, clean_text
from keqiao.sisters.models import Sister
from keqiao.sisters.types import Introduction, Kind, Page, Told, Trouble, Unreadable

ADDRESS = re.compile(r"[!-~]{1,200}")
LINK = re.compile(r"[!-~]{1,300}")
KEY = re.compile(r"[0-9a-f]{64}")
WORD = re.compile(r"[a-z_]{1,20}")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"http": 80, "https": 443}
MOST_TITLE, MOST_TEXT, MOST_WORDS, LONGEST_WORD, MOST_NAME = 80, 5000, 20, 20, 80
FIRST_YEAR, LAST_YEAR = 2000, 2100
APART = dt.timedelta(minutes=15)  # that two clocks may differ, and a page may be old
LEEWAY = dt.timedelta(minutes=1)  # between the clocks of several machines of one platform
NOT_AN_ADDRESS = N_(
    "请填写对方平台的网址：以 https:// 开头，只到域名为止，例如 https://keqiao.example。"
)
NOT_A_PLATFORM = N_("这个网址上没有可以读取的科桥平台。")


def address(text: str) -> str:
    """Return the origin that ``text`` names, as a browser would write it; raise Invalid.

    Plain http is for one's own machine only.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise invalid("address", NOT_AN_ADDRESS) from None
    host = parts.hostname or ""
    is_origin = parts.path in {"", "/"} and not parts.query and not parts.fragment
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    is_plain = bool(ADDRESS.fullmatch(text.strip())) and parts.username is None
    if not (host and is_origin and is_safe and is_plain):
        raise invalid("address", NOT_AN_ADDRESS)
    shown = f"[{host}]" if ":" in host else host
    ending = "" if port in {None, PORTS[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{shown}{ending}"


def introduction(body: bytes, *, origin: str, signed: str) -> Introduction:
    """Return what the platform at ``origin`` says of itself, signed by the key it names; raise Invalid."""
    try:
        told = _read(body)
        key = told.get("key")
        if not isinstance(key, str) or not KEY.fullmatch(key):
            raise invalid("address", NOT_A_PLATFORM)
        is_own = told.get("format") == feed.FORMAT and told.get("instance") == origin
        if not is_own or not feed.is_signed(body, signed, public=key):
            raise invalid("address", NOT_A_PLATFORM)
        name = told.get("association") or told.get("site")
        return Introduction(origin, _line(name, most=MOST_NAME, required=True), key)
    except Unreadable:
        raise invalid("address", NOT_A_PLATFORM) from None


def page(body: bytes, *, of: Sister, key_id: str, signed: str, now: dt.datetime) -> Page:
    """Return the page that was asked of a sister for what follows her position; raise Unreadable."""
    if key_id and key_id != feed.key_id(of.key):
        raise Unreadable(Trouble.KEY_CHANGED)
    if not feed.is_signed(body, signed, public=of.key):
        raise Unreadable(Trouble.UNSIGNED)
    told = _read(body)
    if told.get("format") != feed.FORMAT:
        raise Unreadable(Trouble.UNREADABLE, "format")
    if told.get("instance") != of.address or told.get("after") != of.position:
        raise Unreadable(Trouble.REPLAYED, "page")
    issued_at = _moment(told.get("issued_at"))
    is_older = of.issued_at is not None and issued_at < of.issued_at - LEEWAY
    if abs(issued_at - now) > APART or is_older:
        raise Unreadable(Trouble.REPLAYED, "issued_at")
    entries, is_last = told.get("entries"), told.get("is_last")
    if not isinstance(entries, list) or not isinstance(is_last, bool):
        raise Unreadable(Trouble.UNREADABLE, "entries")
    if len(entries) > feed.MOST_ENTRIES:
        raise Unreadable(Trouble.LARGE)
    reached = _reached(told.get("next"), of.position, must_move=bool(entries) or not is_last)
    open_entries, ended = _sorted(entries, of.address)
    return Page(of.position, reached, is_last, issued_at, open_entries, ended)


def _reached(value: Any, after: int, *, must_move: bool) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value > feed.MOST_POSITION:
        raise Unreadable(Trouble.UNREADABLE, "next")
    if value < after + must_move:
        raise Unreadable(Trouble.REPLAYED, "next")
    return value


def _sorted(entries: Iterable[Any], origin: str) -> tuple[tuple[Told, ...], tuple[str, ...]]:
    """Return what is open and the codes of what is not; of a code that comes twice the last counts."""
    told: dict[str, Told] = {}
    ended: dict[str, None] = {}
    for raw in entries:
        code = raw.get("code") if isinstance(raw, dict) else None
        if not isinstance(code, str) or not is_code(code):
            continue  # nothing of ours can be meant by it
        told.pop(code, None)
        ended.pop(code, None)
        try:
            kept = _told(raw, code, origin) if raw.get("state") == "open" else None
        except (Invalid, Unreadable):
            kept = None
        if kept is None:
            ended[code] = None
        else:
            told[code] = kept
    return tuple(told.values()), tuple(ended)


def _told(raw: dict[str, Any], code: str, origin: str) -> Told:
    """Return one open entry; raise Invalid or Unreadable for one that cannot be kept."""
    kind, url, stage = raw.get("kind"), raw.get("url"), raw.get("stage")
    if kind not in Kind.values:
        raise Unreadable(Trouble.UNREADABLE, "kind")
    if not isinstance(url, str) or not LINK.fullmatch(url) or not url.startswith(f"{origin}/"):
        raise Unreadable(Trouble.UNREADABLE, "url")
    is_stage = isinstance(stage, int) and not isinstance(stage, bool) and stage in range(1, 10)
    entry = Published(
        code=code,
        kind=str(kind),
        title=_line(raw.get("title"), most=MOST_TITLE, required=True),
        text=clean_text(_text(raw.get("text")), most=MOST_TEXT, required=True),
        opened_at=_moment(raw.get("opened_at")),
        expires_on=_day(raw.get("expires_on")),
        region=_code(raw.get("region")),
        industries=tuple(filter(None, (_code(one) for one in _list(raw.get("industries"))))),
        subject=_code(raw.get("subject")),
        stage=stage if is_stage else None,
        keywords=_words(raw.get("keywords")),
        cooperation=tuple(one for one in _words(raw.get("cooperation")) if WORD.fullmatch(one)),
        studio=_line(raw.get("studio", ""), most=MOST_NAME),
        is_example=raw.get("is_example") is True,
    )
    return Told(entry, url)


def _read(body: bytes) -> dict[str, Any]:
    """Return the object that ``body`` is, whatever it is made of; raise Unreadable."""
    try:
        told = json.loads(body.decode("utf-8", "strict"))
    except (ValueError, RecursionError):
        raise Unreadable(Trouble.UNREADABLE, "json") from None
    if not isinstance(told, dict):
        raise Unreadable(Trouble.UNREADABLE, "json")
    return told


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unreadable(Trouble.UNREADABLE, "text")
    return value


def _line(value: Any, *, most: int, required: bool = False) -> str:
    return clean_line(_text(value), most=most, required=required)


def _list(value: Any) -> list[Any]:
    return value[:MOST_WORDS] if isinstance(value, list) else []


def _words(value: Any) -> tuple[str, ...]:
    """Return the words that can be kept; the others are left out."""
    kept = []
    for raw in _list(value):
        try:
            kept.append(_line(raw, most=LONGEST_WORD, required=True))
        except (Invalid, Unreadable):
            continue
    return tuple(dict.fromkeys(kept))


def _code(value: Any) -> str:
    return value if isinstance(value, str) and is_code(value) else ""


def _moment(value: Any) -> dt.datetime:
    """Return a time of day with its zone; raise Unreadable."""
    try:
        at = dt.datetime.fromisoformat(_text(value))
    except ValueError:
        raise Unreadable(Trouble.UNREADABLE, "time") from None
    if at.tzinfo is None or not FIRST_YEAR <= at.year < LAST_YEAR:
        raise Unreadable(Trouble.UNREADABLE, "time")
    return at


def _day(value: Any) -> dt.date | None:
    if value is None:
        return None
    try:
        day = dt.date.fromisoformat(_text(value))
    except ValueError:
        raise Unreadable(Trouble.UNREADABLE, "day") from None
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise Unreadable(Trouble.UNREADABLE, "day")
    return day
