"""Pages of one's own account: name, how the site looks, consents."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keqiao.accounts import selectors as accounts
from keqiao.accounts import services
from keqiao.accounts.types import Purpose
from keqiao.base.errors import Refused
from keqiao.web.forms.account import ConsentForm, NameForm
from keqiao.web.requests import person


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """What my data may be used for; each purpose on its own, and all that I ever agreed to."""
    who = person(request)
    live = accounts.consents(who)
    form = ConsentForm(request.POST or None, initial={"purposes": [p.value for p in live]})
    if request.method == "POST" and form.is_valid():
        wanted = [Purpose(value) for value in form.cleaned_data["purposes"]]
        services.set_consents(who, wanted, by=who)
        messages.success(request, _("已按您的选择更新。"))
        return redirect("consent")
    context = {
        "form": form,
        "ledger": accounts.consent_ledger(who),
        "outdated": accounts.outdated(who),
    }
    return render(request, "web/consent.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """My name, and the ways to password and second factor."""
    who = person(request)
    form = NameForm(request.POST or None, initial={"name": who.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename(who, form.cleaned_data["name"], by=who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("姓名已保存。"))
            return redirect("preferences")
    status = 422 if form.errors else 200
    return render(request, "web/preferences.html", {"form": form}, status=status)
