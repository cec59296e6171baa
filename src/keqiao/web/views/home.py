"""The first page, the search, and what is happening."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keqiao.activities import selectors as activities
from keqiao.articles import selectors as articles
from keqiao.needs import selectors as needs
from keqiao.offers import selectors as offers
from keqiao.search import selectors as search
from keqiao.sisters import selectors as sisters
from keqiao.web.requests import page_of, visitor

SHOWN = 6
ACTIVITIES = 4
MOST_FOUND = 30
KINDS = ("need", "offer", "activity", "dispatch")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is asked, what is given, what is happening; one search box."""
    context = {
        "needs": needs.public()[:SHOWN],
        "offers": offers.public()[:SHOWN],
        "activities": activities.public()[:ACTIVITIES],
        "dispatches": articles.public()[:SHOWN],
    }
    return render(request, "web/home.html", context)


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """One box over needs, offers, activities and dispatches; what other platforms tell stands below, as theirs."""
    query = request.GET.get("q", "").strip()
    who = visitor(request)
    hits = search.find(query, kinds=KINDS, top=MOST_FOUND * len(KINDS)).hits if query else ()
    codes = {kind: [hit.key for hit in hits if hit.kind == kind][:MOST_FOUND] for kind in KINDS}
    found_needs = needs.by_codes(codes["need"], by=who)
    found_offers = offers.by_codes(codes["offer"], by=who)
    found_activities = activities.by_codes(codes["activity"], by=who)
    found_dispatches = articles.by_codes(codes["dispatch"], by=who)
    found_elsewhere = sisters.found(query) if query else []
    context = {
        "query": query,
        "needs": found_needs,
        "offers": found_offers,
        "activities": found_activities,
        "dispatches": found_dispatches,
        "elsewhere": found_elsewhere,
        "count": len(found_needs)
        + len(found_offers)
        + len(found_activities)
        + len(found_dispatches),
    }
    return render(request, "web/search.html", context)


@require_safe
def dispatch_list(request: HttpRequest) -> HttpResponse:
    """Everything published."""
    return render(
        request, "web/dispatches/list.html", {"page": page_of(request, articles.public())}
    )


@require_safe
def dispatch_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One dispatch."""
    dispatch = articles.get(code, by=visitor(request))
    return render(request, "web/dispatches/detail.html", {"dispatch": dispatch})
