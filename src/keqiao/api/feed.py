"""The feed: what changed of the public needs and offers since a position, signed, for other platforms to read.

A code comes on the page of its newest public move, as it is now, or as withdrawn. What was never public never comes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from keqiao.api.callers import PUBLIC
from keqiao.base import feed
from keqiao.base.errors import Missing, Refused
from keqiao.base.phrases import N_
from keqiao.journal import selectors as journal
from keqiao.needs import documents as needs
from keqiao.offers import documents as offers

WINDOW = 20_000  # entries of the journal that one page looks through at most
KINDS = (needs.KIND, offers.KIND)
OPENED = frozenset({needs.OPENED, offers.OPENED})
PUBLIC_MOVES = (*needs.PUBLIC_MOVES, *offers.PUBLIC_MOVES)
PAGES = {needs.KIND: "need_detail", offers.KIND: "offer_detail"}
OPEN, WITHDRAWN = "open", "withdrawn"

router = Router(tags=["feed"])


class Ahead(Refused):
    """Somebody read further than our journal goes: it was brought back from an older copy."""

    text = N_("这里的留痕没有这么长，可能恢复过备份。请从 0 开始重新读取。")


class Asked(Schema):
    """What a page is asked with: the position reached, and how many moves it may tell of."""

    after: int = Field(0, ge=0, le=feed.MOST_POSITION)
    limit: int = Field(feed.MOST_ENTRIES, ge=1, le=feed.MOST_ENTRIES)


class PublicEntry(Schema):
    """One entry of a page; one that is ``withdrawn`` has nothing but code, state and time."""

    code: str
    state: str
    changed_at: dt.datetime
    kind: str = ""
    title: str = ""
    text: str = ""
    region: str = ""
    industries: list[str] = []
    subject: str = ""
    stage: int | None = None
    keywords: list[str] = []
    cooperation: list[str] = []
    studio: str = ""
    is_example: bool = False
    opened_at: dt.datetime | None = None
    expires_on: dt.date | None = None
    url: str = ""


class FeedPage(Schema):
    """One page. ``next`` is what to ask with as ``after``; the last page for now says ``is_last``."""

    format: str
    instance: str
    issued_at: dt.datetime
    after: int
    next: int
    is_last: bool
    entries: list[PublicEntry]


class FeedKey(Schema):
    """Whose feed it is and by which key it is signed (Ed25519, 64 hexadecimal digits)."""

    format: str
    instance: str
    association: str
    site: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Move:
    """The newest public move of one code that was opened at some time."""

    code: str
    position: int
    at: dt.datetime


@router.get("", response=FeedPage, operation_id="read_feed", **PUBLIC)
def page(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:
    """Answer what changed after a position, oldest first; the signature covers exactly the bytes of the body."""
    refuse_when_off()
    moves, reached, is_last = moves_after(asked.after, asked.limit)
    content = {
        "format": feed.FORMAT,
        "instance": instance(request),
        "issued_at": moment(timezone.now()),
        "after": asked.after,
        "next": reached,
        "is_last": is_last,
        "entries": told(moves, instance(request)),
    }
    return signed(feed.canonical(content))


@router.get("/key", response=FeedKey, operation_id="read_feed_key", **PUBLIC)
def key(request: HttpRequest) -> HttpResponse:
    """Answer the public key; whoever subscribes compares its fingerprint by another way, such as the telephone."""
    refuse_when_off()
    public = feed.public_hex(feed.key_from(settings.FEED_SECRET))
    content = {
        "format": feed.FORMAT,
        "instance": instance(request),
        "association": settings.ASSOCIATION,
        "site": settings.SITE_NAME,
        "key": public,
        "fingerprint": feed.fingerprint(public),
    }
    return signed(feed.canonical(content))


def refuse_when_off() -> None:
    """Raise Missing when this site gives no feed."""
    if not settings.HAS_FEED:
        raise Missing


def instance(request: HttpRequest) -> str:
    """Return which site speaks, by the address at which it was asked: ``https://keqiao.example``."""
    return request.build_absolute_uri("/").rstrip("/")


def moment(at: dt.datetime) -> str:
    """Return a time in UTC, to the microsecond."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def signed(body: bytes) -> HttpResponse:
    """Return the bytes with their signature; no cache may keep them, as they say when they were written."""
    signing = feed.key_from(settings.FEED_SECRET)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response.headers[feed.KEY_HEADER] = feed.key_id(feed.public_hex(signing))
    response.headers[feed.SIGNATURE_HEADER] = feed.signature(signing, body)
    response.headers["Cache-Control"] = "no-store"
    return response


def moves_after(after: int, limit: int) -> tuple[list[Move], int, bool]:
    """Return the newest public moves of up to ``limit`` moves after a position, the position reached, and if it is all.

    A code that moved again later is left for the page of that move. The last page reaches no further than what it
    tells, so that nobody sees how much happens in private. Raise Ahead after the end of the journal.
    """
    last = journal.last_position()
    if after > last:
        raise Ahead
    until = min(after + WINDOW, last)
    found = journal.moves(PUBLIC_MOVES, after=after, until=until, most=limit + 1)
    has_more = len(found) > limit
    found = found[:limit]
    newest = found[-1].position if found else after
    history = journal.moves_of(KINDS, {move.subject_key for move in found}, PUBLIC_MOVES)
    were_public = {move.subject_key for move in history if move.action in OPENED}
    ended = {move.subject_key: Move(move.subject_key, move.position, move.at) for move in history}
    here = [ended[code] for code in were_public if after < ended[code].position <= newest]
    here.sort(key=lambda move: move.position)
    if has_more:
        return here, newest, False
    if until < last:
        return here, until, False
    return here, here[-1].position if here else after, True


def told(moves: list[Move], site: str) -> list[dict[str, Any]]:
    """Return the entries of a page: the public version of what is open, code and time of what is not any more."""
    codes = [move.code for move in moves]
    public = needs.published(codes) | offers.published(codes)
    return [_told(move, public.get(move.code), site) for move in moves]


def _told(move: Move, public: feed.Published | None, site: str) -> dict[str, Any]:
    told: dict[str, Any] = {"code": move.code, "changed_at": moment(move.at)}
    if public is None:
        return {**told, "state": WITHDRAWN}
    return {
        **told,
        "state": OPEN,
        "kind": public.kind,
        "title": public.title,
        "text": public.text,
        "region": public.region,
        "industries": list(public.industries),
        "subject": public.subject,
        "stage": public.stage,
        "keywords": list(public.keywords),
        "cooperation": list(public.cooperation),
        "studio": public.studio,
        "is_example": public.is_example,
        "opened_at": moment(public.opened_at),
        "expires_on": public.expires_on.isoformat() if public.expires_on else None,
        "url": site + reverse(PAGES[public.kind], args=[move.code]),
    }
