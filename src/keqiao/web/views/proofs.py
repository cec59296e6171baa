"""The page on which anybody checks a proof."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.base.codes import is_code, typed_code
from keqiao.proofs import selectors
from keqiao.proofs.types import Content
from keqiao.web.requests import GET_POST


@require_safe
def proof_find(request: HttpRequest) -> HttpResponse:
    """Where somebody types the number of a paper; a number that is nobody's is said here."""
    typed = request.GET.get("code", "")
    code = typed_code(typed)
    is_number = is_code(code)
    if is_number and selectors.is_issued(code):
        return redirect("proof_detail", code=code)
    context = {"typed": typed, "is_wrong": bool(typed) and not is_number, "is_unknown": is_number}
    return render(request, "web/proofs/find.html", context)


@never_cache
@require_http_methods(GET_POST)
def proof_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What a proof says, whether it stands, and whether a name is the one on the paper.

    The name comes by a press, so that it stands in no address and no log; nothing is written.
    """
    proof = selectors.get(code)
    name = request.POST.get("name", "").strip()[:60]
    context = {
        "proof": proof,
        "content": Content.of(proof.content),
        "is_unchanged": selectors.is_unchanged(proof),
        "name": name,
        "is_of": selectors.is_of(proof, name) if name else None,
    }
    return render(request, "web/proofs/detail.html", context)
