"""What everybody may read: the codes, open needs and offers, studios. Never more than the public pages show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Protocol

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from ninja import Query, Router

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
