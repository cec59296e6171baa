"""What everybody may read: the codes, open needs and offers, studios, activities. Never more than the pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Annotated, Protocol

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from ninja import Query, Router

from keqiao.activities import selectors as activities
from keqiao.activities.models import Activity
from keqiao.activities.types import Kind as ActivityKind
from keqiao.api import paging, shapes
from keqiao.api.callers import PUBLIC, ApiRequest
from keqiao.needs import selectors as needs
from keqiao.needs.types import Cooperation
from keqiao.offers import selectors as offers
from keqiao.offers.types import Kind
from keqiao.places import selectors as places
from keqiao.search import selectors as search

router = Router(tags=["public"])
ANYBODY = AnonymousUser()
NEWEST = ("-opened_at", "code")
SHOWN = 100  # offers of one studio
FOUND = 50  # codes that words find

Code = Annotated[str, Query(pattern=r"^[0-9A-Za-z]{0,12}$", description="Stands for its subtree.")]
Under = Annotated[str, Query(pattern=r"^[0-9A-Za-z]{0,12}$", description="What lies below it.")]
Words = Annotated[str, Query(max_length=500, description="Words; the best hits, one page.")]
Stage = Annotated[int | None, Query(ge=1, le=9, description="Technology readiness level.")]

Theme = Annotated[str, Query(max_length=20, pattern=r"^[^\x00-\x1f]*$", description="A whole one.")]
Day = Annotated[dt.date | None, Query(description="A local day.")]


class _Coded(Protocol):
    code: str
    name: str


@router.get("/regions", response=shapes.CodedList, **PUBLIC)
def list_regions(request: ApiRequest, q: Words = "", parent: Under = "") -> shapes.CodedList:
    """Regions (GB/T 2260): the provinces, what lies right under `parent`, or those that `q` finds."""
    return _codes(q, parent, places.search_regions, places.region_choices)


@router.get("/industries", response=shapes.CodedList, **PUBLIC)
def list_industries(request: ApiRequest, q: Words = "", parent: Under = "") -> shapes.CodedList:
    """Industries (GB/T 4754): the sections, what lies right under `parent`, or those that `q` finds."""
    return _codes(q, parent, places.search_industries, places.industry_choices)


@router.get("/subjects", response=shapes.CodedList, **PUBLIC)
def list_subjects(request: ApiRequest, q: Words = "", parent: Under = "") -> shapes.CodedList:
    """Subjects (NSFC): the top ones, what lies right under `parent`, or those that `q` finds."""
    return _codes(q, parent, places.search_subjects, places.subject_choices)


@router.get("/needs", response=shapes.NeedPage, **PUBLIC)
def list_needs(  # noqa: PLR0913 - one name for each thing that a list is narrowed by
    request: ApiRequest,
    response: HttpResponse,
    *,
    q: Words = "",
    region: Code = "",
    industry: Code = "",
    subject: Code = "",
    cooperation: Annotated[Cooperation | None, Query()] = None,
    stage: Stage = None,
    limit: paging.Limit = paging.USUAL,
    cursor: paging.Cursor = "",
) -> shapes.NeedPage:
    """Open needs in their public version, newest first."""
    narrowed = needs.Filter(region, industry, subject, cooperation or "", stage)
    rows = needs.public(narrowed)
    if q.strip():
        found = search.narrowed(rows, q, kind="need")[:limit]
        return shapes.NeedPage(items=[shapes.need(request, row) for row in found], next=None)
    shown, following = paging.page(request, response, rows, NEWEST, limit=limit, cursor=cursor)
    return shapes.NeedPage(items=[shapes.need(request, row) for row in shown], next=following)


@router.get("/needs/{code}", response=shapes.Need, **PUBLIC)
def get_need(request: ApiRequest, code: str) -> shapes.Need:
    """One open need in its public version."""
    return shapes.need(request, needs.get(code, by=ANYBODY))


@router.get("/offers", response=shapes.OfferPage, **PUBLIC)
def list_offers(  # noqa: PLR0913 - one name for each thing that a list is narrowed by
    request: ApiRequest,
    response: HttpResponse,
    *,
    q: Words = "",
    region: Code = "",
    industry: Code = "",
    subject: Code = "",
    kind: Annotated[Kind | None, Query()] = None,
    stage: Stage = None,
    limit: paging.Limit = paging.USUAL,
    cursor: paging.Cursor = "",
) -> shapes.OfferPage:
    """Open offers, newest first."""
    narrowed = offers.Filter(region, industry, subject, kind or "", stage)
    rows = offers.public(narrowed).prefetch_related(*offers.FACTS)
    if q.strip():
        found = search.narrowed(rows, q, kind="offer")[:limit]
        return shapes.OfferPage(items=[shapes.offer(request, row) for row in found], next=None)
    shown, following = paging.page(request, response, rows, NEWEST, limit=limit, cursor=cursor)
    return shapes.OfferPage(items=[shapes.offer(request, row) for row in shown], next=following)


@router.get("/offers/{code}", response=shapes.Offer, **PUBLIC)
def get_offer(request: ApiRequest, code: str) -> shapes.Offer:
    """One open offer."""
    return shapes.offer(request, offers.get(code, by=ANYBODY))


@router.get("/studios/{code}", response=shapes.Studio, **PUBLIC)
def get_studio(request: ApiRequest, code: str) -> shapes.Studio:
    """A studio that has an open offer, with its 100 newest."""
    studio = offers.studio(code, by=ANYBODY)
    rows = offers.offers_of(studio).prefetch_related(*offers.FACTS)[:SHOWN]
    return shapes.studio(request, studio, rows)


@router.get("/activities", response=shapes.ActivityPage, **PUBLIC)
def list_activities(  # noqa: PLR0913 - one name for each thing that a list is narrowed by
    request: ApiRequest,
    response: HttpResponse,
    *,
    q: Words = "",
    region: Code = "",
    theme: Theme = "",
    kind: Annotated[ActivityKind | None, Query()] = None,
    age: Annotated[int | None, Query(ge=0, le=120, description="Completed years.")] = None,
    from_on: Day = None,
    to_on: Day = None,
    limit: paging.Limit = paging.USUAL,
    cursor: paging.Cursor = "",
) -> shapes.ActivityPage:
    """Activities with a session to come, or from the day `from_on`; last published first."""
    narrowed = activities.Filter(region, theme, kind or "", age, from_on, to_on)
    rows = activities.narrowed_to(activities.published(), narrowed)
    if q.strip():
        found = search.narrowed(rows, q, kind="activity")[:limit]
        return shapes.ActivityPage(items=[_activity(request, row) for row in found], next=None)
    order = ("-published_at", "code")
    shown, following = paging.page(request, response, rows, order, limit=limit, cursor=cursor)
    return shapes.ActivityPage(items=[_activity(request, row) for row in shown], next=following)


@router.get("/activities/{code}", response=shapes.Activity, **PUBLIC)
def get_activity(request: ApiRequest, code: str) -> shapes.Activity:
    """One activity that was published, called off or not, with all its sessions and the places that are free."""
    found = activities.get(code, by=ANYBODY)
    return shapes.activity(request, found, activities.sessions(found))


def _activity(request: ApiRequest, row: Activity) -> shapes.Activity:
    return shapes.activity(request, row, row.sessions.all())


def _codes(
    words: str,
    parent: str,
    found: Callable[[str, int], Sequence[_Coded]],
    below: Callable[[str | None], list[tuple[str, str]]],
) -> shapes.CodedList:
    if not words.strip():
        return shapes.listed(below(parent or None))
    under = places.prefix(parent) if parent.isdigit() else parent
    rows = found(words, FOUND)
    return shapes.listed((row.code, row.name) for row in rows if row.code.startswith(under))
