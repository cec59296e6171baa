"""Pages that explain, and the few addresses that machines ask for."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles.finders import find
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from keqiao.engine import figures, speeds
from keqiao.search import selectors as search
from keqiao.web import quality

TEXTS = ("about", "privacy", "accessibility", "how_matching_works")


@require_safe
def text(request: HttpRequest, name: str) -> HttpResponse:
    """One of the explaining pages."""
    if name not in TEXTS:
        raise Http404
    return render(request, f"web/pages/{name}.html")


@require_safe
def quality_page(request: HttpRequest) -> HttpResponse:
    """How good the matching is: the recorded figures of the bench."""
    found = {"tasks": quality.tasks(figures.read()), "fast": quality.fast(speeds.read())}
    return render(request, "web/pages/quality.html", found)


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows when the network is away."""
    return render(request, "offline.html")


@require_safe
@cache_control(max_age=3600)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root so that it may serve every page."""
    path = find("web/js/sw.js")
    if not isinstance(path, str):
        raise Http404
    script = Path(path).read_text(encoding="utf-8")
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether the database answers and how far the index is, for whoever watches the machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    status = search.status()
    body = f"ok\njournal {status.journal_position}\nindex {status.index_position}\n"
    return HttpResponse(body, content_type="text/plain; charset=utf-8")
