"""Notices: what one was told, by which way one wants to be told, and the way out that a mail carries."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.accounts import selectors as accounts
from keqiao.accounts.types import Purpose
from keqiao.base.errors import Refused
from keqiao.messaging import letters, services
from keqiao.messaging import selectors as messaging
from keqiao.messaging.types import SPECS, Kind
from keqiao.web.forms.notices import NoticePreferenceForm
from keqiao.web.requests import page_of, person


@login_required
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """What I was told, unread first."""
    page = page_of(request, messaging.notices(person(request)))
    return render(request, "web/notices/list.html", {"page": page})


@login_required
@require_POST
def notice_open(request: HttpRequest, number: int) -> HttpResponse:
    """Mark one notice as read, and go where it leads, or stay."""
    who = person(request)
    notice = messaging.notice(number, by=who)
    services.mark_read(notice, by=who)
    return redirect("notice_list" if request.POST.get("stay") == "1" else notice.path)


@login_required
@require_POST
def notice_read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    count = services.mark_all_read(by=person(request))
    messages.success(request, _("已全部标为已读：%(count)s 条。") % {"count": count})
    return redirect("notice_list")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_preferences(request: HttpRequest) -> HttpResponse:
    """By which way I want to be told of what."""
    who = person(request)
    form = NoticePreferenceForm(
        request.POST or None, ways=messaging.ways(who), reader=messaging.reader(who)
    )
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            services.prefer(
                form.ways(), language=entered["language"], rhythm=entered["rhythm"], by=who
            )
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("提醒方式已保存。"))
            return redirect("notice_preferences")
    consents = accounts.consents(who)
    context = {
        "form": form,
        "has_mail": Purpose.MAIL in consents,
        "has_selection": Purpose.SELECTION in consents,
        "fixed": [(kind.label, spec) for kind, spec in SPECS.items() if len(spec.ways) == 1],
    }
    status = 422 if form.errors else 200
    return render(request, "web/notices/preferences.html", context, status=status)


@csrf_exempt  # a mail program presses without having seen a page; the signed link is the permission (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop what a mail's link stops, without a log-in: asked first when opened, done when pressed."""
    way_out = letters.read_way_out(token)
    holder = messaging.person_of(way_out.person_id)
    if request.method == "POST":
        services.stop(way_out, by=holder)
    context = {
        "kind": Kind(way_out.kind).label if way_out.kind is not None else "",
        "is_done": request.method == "POST",
    }
    return render(request, "web/notices/unsubscribe.html", context)
