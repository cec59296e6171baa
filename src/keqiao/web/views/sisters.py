"""Pages of other platforms' entries, shown as theirs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keqiao.sisters import selectors as sisters
from keqiao.sisters.types import Kind
from keqiao.web.requests import page_of

MOST_WITHDRAWN = 20


@require_safe
def sister_list(request: HttpRequest) -> HttpResponse:
    """The sister platforms and what they tell, of one kind or one sister if it is asked for."""
    kind, code = request.GET.get("kind", ""), request.GET.get("sister", "")
    kind = kind if kind in Kind.values else ""
    context = {
        "sisters": sisters.sisters(),
        "page": page_of(request, sisters.public(kind, code=code)),
        "kinds": Kind.choices,
        "kind": kind,
        "code": code,
        "withdrawn": sisters.withdrawn()[:MOST_WITHDRAWN],
    }
    return render(request, "web/sisters/list.html", context)


@require_safe
def sister_entry(request: HttpRequest, sister_code: str, code: str) -> HttpResponse:
    """One entry of a sister, with the way to its page there."""
    entry = sisters.get(sister_code, code)
    return render(request, "web/sisters/detail.html", {"entry": entry})
