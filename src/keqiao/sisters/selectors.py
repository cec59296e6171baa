"""Questions about sisters and their entries: what is shown, and what is due."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.search import selectors as search
from keqiao.sisters.models import Sister, SisterEntry
from keqiao.sisters.states import READ, State
from keqiao.sisters.types import KIND, REMEMBERED_DAYS, SILENT_DAYS, Kind

RELATED = ("sister", "region", "subject")
MOST_FOUND, MOST_LOOKED_AT = 30, 200  # the second where one kind is wanted of what is found


def sisters() -> QuerySet[Sister]:
    """Return the sisters with ``open_count``, the first added first."""
    is_open = Q(entries__withdrawn_at=None)
    rows = Sister.objects.annotate(open_count=Count("entries", filter=is_open))
    return rows.order_by("pk")


def sister(named: str) -> Sister:
    """Return the sister of a code, an address or a name; raise Missing, also when a name is that of two."""
    by_name = Q(code=named) | Q(address=named.rstrip("/")) | Q(name=named)
    found = list(Sister.objects.filter(by_name)[:2]) if named.isprintable() else []
    if len(found) != 1:
        raise Missing
    return found[0]


def at(address: str) -> Sister | None:
    """Return the sister at an address, if she is subscribed to."""
    return Sister.objects.filter(address=address).first()


def due(now: dt.datetime) -> QuerySet[Sister]:
    """Return the sisters whose time to be read has come, the longest waiting first."""
    return Sister.objects.filter(state__in=READ, next_at__lte=now).order_by("next_at", "pk")


def public(kind: str = "", *, code: str = "") -> QuerySet[SisterEntry]:
    """Return the entries that are shown, newest first; of one kind and one sister, if they are named."""
    rows = SisterEntry.objects.filter(_shown()).select_related(*RELATED)
    if kind:
        rows = rows.filter(kind=kind)
    if code:
        rows = rows.filter(sister__code=code) if is_code(code) else rows.none()
    return rows.order_by("-opened_at", "-pk")


def withdrawn() -> QuerySet[SisterEntry]:
    """Return what sisters withdrew lately, the last first."""
    since = timezone.now() - dt.timedelta(days=REMEMBERED_DAYS)
    rows = SisterEntry.objects.filter(_read_lately(), withdrawn_at__gte=since)
    return rows.select_related("sister").order_by("-withdrawn_at", "-pk")


def get(sister_code: str, code: str) -> SisterEntry:
    """Return an entry that is shown or was withdrawn; raise Missing."""
    found = None
    if is_code(sister_code) and is_code(code):
        rows = SisterEntry.objects.filter(_read_lately(), sister__code=sister_code, code=code)
        found = rows.filter(_not_over()).select_related(*RELATED).first()
    if found is None:
        raise Missing
    return found


def found(text: str, *, kind: Kind | None = None, most: int = MOST_FOUND) -> list[SisterEntry]:
    """Return the shown entries that the index finds for ``text``, best first: a search of its own, beside ours."""
    top = MOST_LOOKED_AT if kind else MOST_FOUND
    keys = [hit.key for hit in search.find(text, kinds=(KIND,), top=top).hits]
    rows = public(kind or "").filter(key__in=keys) if keys else []
    by_key = {row.key: row for row in rows}
    return [by_key[key] for key in keys if key in by_key][:most]


def _shown() -> Q:
    return Q(withdrawn_at=None) & _not_over() & _read_lately()


def _not_over() -> Q:
    return Q(expires_on=None) | Q(expires_on__gte=timezone.localdate())


def _read_lately() -> Q:
    """Return the condition that we hear of withdrawals: she is read, and was not long ago."""
    since = timezone.now() - dt.timedelta(days=SILENT_DAYS)
    return ~Q(sister__state=State.PAUSED) & Q(sister__last_read_at__gte=since)
