"""The only writer of sisters and their entries."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base import feed, fetching
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.base.text import clean_line
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.places.models import Industry, Region
from keqiao.places.models import Subject as Discipline
from keqiao.sisters import intake, policies
from keqiao.sisters.models import Sister, SisterEntry
from keqiao.sisters.states import MACHINE, State
from keqiao.sisters.types import (
    KIND,
    REMEMBERED_DAYS,
    Introduction,
    Page,
    Tally,
    Told,
    Trouble,
    Unreadable,
)

EVERY = dt.timedelta(minutes=15)
LONGEST_WAIT = dt.timedelta(days=1)
MOST_BYTES = 4 * 1024 * 1024  # of one page
PAGE_SECONDS = 30.0  # for one page, all of it
PAGES_AT_ONCE = 50  # of one reading; the next one goes on
SOON = dt.timedelta(minutes=1)  # after a platform asked us to come again later
MOST_ENTRIES = 50_000  # kept of one sister
AT_ONCE = 200  # entries dropped in one transaction
CONFLICT = "409"  # what a platform answers to a position that her journal does not reach
TOO_OFTEN = "429"  # and to whoever asked too much within a minute
NOTHING_SAID: dict[str, Any] = {
    **dict.fromkeys(("title", "text", "url", "studio"), ""),
    **dict.fromkeys(("region", "subject", "stage", "expires_on")),
    **{column: [] for column in ("industries", "keywords", "cooperation")},
}
log = logging.getLogger("keqiao.sisters")


class AlreadySubscribed(Refused):
    """This platform is read already, at this address or at another one."""

    text = N_("这个平台已经订阅了。")


class Ourselves(Refused):
    """The key is our own."""

    text = N_("这是本平台自己，不用订阅。")


class Later(Exception):  # noqa: N818 - it says when
    """The platform asks us to come again later: no trouble, and nothing is lost."""


class ReadMeanwhile(Refused):
    """Somebody else took the page in, or stopped the reading."""

    text = N_("这个平台刚才被另一次读取或操作改动过。")


def subject_of(sister: Sister) -> Subject:
    """Return how the journal names a sister."""
    return Subject("sister", sister.code)


def ask(address: str, *, seconds: float = PAGE_SECONDS) -> Introduction:
    """Ask a platform for its name and key; raise Invalid when there is none."""
    origin = intake.address(address)
    try:
        answer = fetching.get(origin + feed.KEY_PATH, most=MOST_BYTES, seconds=seconds)
    except fetching.NotFetched as trouble:
        raise invalid("address", intake.NOT_A_PLATFORM) from trouble
    signed = answer.headers.get(feed.SIGNATURE_HEADER, "")
    return intake.introduction(answer.body, origin=origin, signed=signed)


@transaction.atomic
def subscribe(met: Introduction, *, by: Person | None, name: str = "") -> Sister:
    """Pin the key of a platform whose fingerprint was compared, and read it from now on; ``name`` instead of hers."""
    if not policies.may_exchange(by):
        raise NotAllowed
    if met.key == feed.public_hex(feed.key_from(settings.FEED_SECRET)):
        raise Ourselves
    called = clean_line(name or met.name, most=intake.MOST_NAME, field="name", required=True)
    sister = Sister(code=new_code("P"), address=met.address, name=called, key=met.key)
    try:
        with transaction.atomic():
            sister.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadySubscribed from error
    data = {"address": met.address, "fingerprint": feed.fingerprint(met.key)}
    journal.record("sister.subscribed", subject_of(sister), by=by, data=data)
    return sister


@transaction.atomic
def trust(sister: Sister, met: Introduction, *, by: Person | None) -> Sister:
    """Pin another key of a sister, after its fingerprint was compared anew; she is read on from where she was."""
    if not policies.may_exchange(by):
        raise NotAllowed
    if met.address != sister.address or Sister.objects.filter(key=met.key).exists():
        raise AlreadySubscribed
    values = {"key": met.key, "next_at": timezone.now(), **_in_order()}
    data = {"fingerprint": feed.fingerprint(met.key)}
    return _move(sister, "trust", "sister.trusted", by=by, values=values, data=data)


@transaction.atomic
def pause(sister: Sister, *, by: Person | None) -> Sister:
    """Stop reading; what was read is not shown meanwhile, as nobody would hear of its withdrawal."""
    if not policies.may_exchange(by):
        raise NotAllowed
    return _move(sister, "pause", "sister.paused", by=by, values=_in_order())


@transaction.atomic
def resume(sister: Sister, *, by: Person | None) -> Sister:
    """Read on from where the reading was paused."""
    if not policies.may_exchange(by):
        raise NotAllowed
    values = {"next_at": timezone.now(), **_in_order()}
    return _move(sister, "resume", "sister.resumed", by=by, values=values)


def drop(sister: Sister, *, by: Person | None) -> int:
    """Forget a sister and all her entries, some in each transaction; return how many there were.

    Broken off, it leaves a paused sister that would be read from the start.
    """
    if not policies.may_exchange(by):
        raise NotAllowed
    if sister.state != State.PAUSED:
        sister = pause(sister, by=by)
    count = 0
    while forgotten := _forget_some(sister, by=by):
        count += forgotten
    _forget(sister, by=by)
    return count


def read(sister: Sister, *, by: Person | None, seconds: float = PAGE_SECONDS) -> Tally:
    """Read what a sister tells since the last time, page by page; ``seconds`` for each.

    A page that is refused leaves everything as it was, but for the sister's state; the tally names the trouble.
    """
    if not policies.may_exchange(by):
        raise NotAllowed
    MACHINE.after("read", sister.state)
    tally = Tally()
    try:
        for _number in range(PAGES_AT_ONCE):
            page = _page(sister, seconds=seconds)
            take_in(sister, page, tally, by=by)
            if page.is_last:
                break
    except Unreadable as refused:
        tally.trouble = refused.trouble
        log.warning("%s was not read: %s", sister.address, refused)
        fail(sister, refused, by=by)
    except Later:
        tally.has_more = True
        Sister.objects.filter(pk=sister.pk).update(next_at=timezone.now() + SOON)
    except ReadMeanwhile:
        log.info("%s is read by another process", sister.address)
    return tally


@transaction.atomic
def take_in(sister: Sister, page: Page, tally: Tally, *, by: Person | None) -> None:
    """Keep what a page says, all of it or nothing; the same page again changes nothing.

    What was withdrawn long ago is forgotten. Raise ReadMeanwhile when the sister does not stand where the page begins.
    """
    state = MACHINE.after("read", sister.state)
    now = timezone.now()
    moved = Sister.objects.filter(pk=sister.pk, position=page.after, state=sister.state)
    read_on = now + EVERY if page.is_last else now
    values = {"position": page.next, "issued_at": page.issued_at, "last_read_at": now}
    if not moved.update(state=state, next_at=read_on, **values, **_in_order()):
        raise ReadMeanwhile
    if state != sister.state:
        journal.record("sister.recovered", subject_of(sister), by=by)
    codes = [told.entry.code for told in page.told]
    known = {row.code: row for row in sister.entries.filter(code__in=[*codes, *page.ended])}
    fresh_count = sum(code not in known for code in codes)
    if fresh_count and sister.entries.count() + fresh_count > MOST_ENTRIES:
        raise Unreadable(Trouble.TOO_MANY)
    shown = sum(_show(sister, told, known, by=by) for told in _placed(page.told))
    ended = sum(_withdraw(known[code], by=by) for code in page.ended if code in known)
    long_ago = now - dt.timedelta(days=REMEMBERED_DAYS)
    sister.entries.filter(withdrawn_at__lt=long_ago).delete()
    sister.refresh_from_db()
    tally.shown_count += shown
    tally.withdrawn_count += ended
    tally.has_more = not page.is_last


@transaction.atomic
def fail(sister: Sister, refused: Unreadable, *, by: Person | None) -> None:
    """Note why a page was refused and wait longer each time; a changed key waits for a person."""
    verb = "change_key" if refused.trouble == Trouble.KEY_CHANGED else "fail"
    row = Sister.objects.filter(pk=sister.pk).first()
    if row is None or not MACHINE.allows(verb, row.state):
        return  # dropped or paused meanwhile
    before, count = row.state, min(row.failure_count + 1, 100)
    wait = min(EVERY * 2 ** min(count, 10), LONGEST_WAIT)
    state = MACHINE.after(verb, before)
    changed = Sister.objects.filter(pk=sister.pk, state=before).update(
        state=state,
        trouble=refused.trouble,
        detail=refused.detail[:60],
        failure_count=count,
        next_at=timezone.now() + wait,
    )
    if changed and state != before:
        action = "sister.key_changed" if verb == "change_key" else "sister.failed"
        data = {"trouble": refused.trouble.value}
        journal.record(action, subject_of(sister), by=by, data=data)
    sister.refresh_from_db()


def _page(sister: Sister, *, seconds: float) -> Page:
    asked = urlencode({"after": sister.position, "limit": feed.MOST_ENTRIES})
    url = f"{sister.address}{feed.PAGE_PATH}?{asked}"
    try:
        answer = fetching.get(url, most=MOST_BYTES, seconds=seconds)
    except fetching.NotFetched as trouble:
        if trouble.why == fetching.Why.REFUSED and trouble.detail == CONFLICT:
            raise Unreadable(Trouble.AHEAD) from trouble
        if trouble.why == fetching.Why.REFUSED and trouble.detail == TOO_OFTEN:
            raise Later from trouble
        raise Unreadable(Trouble(trouble.why.value), trouble.detail) from trouble
    return intake.page(
        answer.body,
        of=sister,
        key_id=answer.headers.get(feed.KEY_HEADER, ""),
        signed=answer.headers.get(feed.SIGNATURE_HEADER, ""),
        now=timezone.now(),
    )


def _in_order() -> dict[str, Any]:
    return {"trouble": Trouble.NONE, "detail": "", "failure_count": 0}


def _placed(told: tuple[Told, ...]) -> list[tuple[Told, dict[str, Any]]]:
    """Return the entries with their columns; codes that our tables do not know are left out. Three queries."""
    entries = [one.entry for one in told]
    regions = set(Region.objects.in_bulk({entry.region for entry in entries}))
    subjects = set(Discipline.objects.in_bulk({entry.subject for entry in entries}))
    named = {code for entry in entries for code in entry.industries}
    industries = set(Industry.objects.in_bulk(named))
    return [
        (
            one,
            {
                "kind": one.entry.kind,
                "url": one.url,
                "title": one.entry.title,
                "text": one.entry.text,
                "studio": one.entry.studio,
                "region_id": one.entry.region if one.entry.region in regions else None,
                "subject_id": one.entry.subject if one.entry.subject in subjects else None,
                "industries": [code for code in one.entry.industries if code in industries],
                "stage": one.entry.stage,
                "keywords": list(one.entry.keywords),
                "cooperation": list(one.entry.cooperation),
                "is_example": one.entry.is_example,
                "opened_at": one.entry.opened_at,
                "expires_on": one.entry.expires_on,
                "withdrawn_at": None,
            },
        )
        for one in told
    ]


def _show(
    sister: Sister,
    placed: tuple[Told, dict[str, Any]],
    known: dict[str, SisterEntry],
    *,
    by: Person | None,
) -> bool:
    """Keep one entry as it is told; tell whether anything is new in it."""
    told, values = placed
    row = known.get(told.entry.code)
    if row is None:
        key = f"{sister.code}.{told.entry.code}"
        row = SisterEntry(sister=sister, code=told.entry.code, key=key, **values)
        row.save(force_insert=True)
    elif all(getattr(row, column) == value for column, value in values.items()):
        return False
    else:
        SisterEntry.objects.filter(pk=row.pk).update(**values)
    journal.record("sister_entry.told", Subject(KIND, row.key), by=by)
    return True


def _withdraw(row: SisterEntry, *, by: Person | None) -> bool:
    """Take from an entry all that it said; tell whether it said anything still."""
    if row.withdrawn_at is not None:
        return False
    SisterEntry.objects.filter(pk=row.pk).update(withdrawn_at=timezone.now(), **NOTHING_SAID)
    journal.record("sister_entry.withdrawn", Subject(KIND, row.key), by=by)
    return True


@transaction.atomic
def _forget_some(sister: Sister, *, by: Person | None) -> int:
    Sister.objects.filter(pk=sister.pk).update(position=0, issued_at=None)
    rows = list(sister.entries.order_by("pk")[:AT_ONCE])
    SisterEntry.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        journal.record("sister_entry.dropped", Subject(KIND, row.key), by=by)
    return len(rows)


@transaction.atomic
def _forget(sister: Sister, *, by: Person | None) -> None:
    journal.record("sister.dropped", subject_of(sister), by=by, data={"address": sister.address})
    Sister.objects.filter(pk=sister.pk).delete()


def _move(
    sister: Sister,
    verb: str,
    action: str,
    *,
    by: Person | None,
    values: dict[str, Any],
    data: dict[str, Any] | None = None,
) -> Sister:
    state = MACHINE.after(verb, sister.state)
    changed = Sister.objects.filter(pk=sister.pk, state=sister.state).update(state=state, **values)
    if not changed:
        raise ReadMeanwhile
    sister.refresh_from_db()
    journal.record(action, subject_of(sister), by=by, data=data)
    return sister
