"""Pages of one's own data: a copy of it, and its erasure."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.base.errors import Missing, Refused
from keqiao.base.phrases import N_
from keqiao.privacy import selectors, services
from keqiao.privacy.types import SECTIONS, Counted, Plan
from keqiao.web import copies
from keqiao.web.forms.base import Form
from keqiao.web.forms.privacy import EraseForm
from keqiao.web.requests import person

TOO_OFTEN = N_("副本取得太频繁了，请一小时后再试。")
ERASED = "erased"  # where the session of nobody keeps what was erased and kept


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def privacy_copy(request: HttpRequest) -> HttpResponseBase:
    """A copy of all that is held about me, after one more proof that it is me."""
    who, status = person(request), 200
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if ratelimit.consume(request, action="copy", user=who):
            made = services.take_copy(who, by=who)
            name = f"keqiao-{timezone.localdate():%Y-%m-%d}.zip"
            return FileResponse(copies.packed(made), as_attachment=True, filename=name)
        status = 429
        form.show(Refused(TOO_OFTEN))
    return render(request, "web/privacy/take.html", {"form": form}, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def privacy_erase(request: HttpRequest) -> HttpResponse:
    """What would be erased and what is kept, and why; then the erasure itself."""
    who, status = person(request), 200
    form = EraseForm(request.POST or None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done = services.erase(who, form.cleaned_data["typed"], by=who)
            except Refused as refusal:
                form.show(refusal)
            else:
                logout(request)
                request.session[ERASED] = _numbers(done)
                return redirect("privacy_erased")
    context = {"form": form, "plan": selectors.plan(who)}
    return render(request, "web/privacy/erase.html", context, status=status)


@never_cache
@require_safe
def privacy_erased(request: HttpRequest) -> HttpResponse:
    """What was erased and what was kept, to be printed; for whoever has just erased an account."""
    counted: dict[str, Any] | None = request.session.get(ERASED)
    if counted is None:
        raise Missing
    known = {section.key: section for section in SECTIONS}
    goes, kept = (
        [Counted(known[key], count) for key, count in counted[part] if key in known]
        for part in ("goes", "kept")
    )
    return render(request, "web/privacy/erased.html", {"plan": Plan(goes, kept, [])})


def _numbers(done: Plan) -> dict[str, list[tuple[str, int]]]:
    return {
        part: [(one.section.key, one.count) for one in counted]
        for part, counted in (("goes", done.goes), ("kept", done.kept))
    }
