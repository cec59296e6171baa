"""Pages of one's own access tokens for the machine interface."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.base.errors import Refused
from keqiao.tokens import policies, services
from keqiao.tokens import selectors as tokens
from keqiao.tokens.types import Scope, Standing
from keqiao.web.forms.account import TokenForm
from keqiao.web.requests import person

USED = (
    "token_form"  # where the session keeps the number of the form that issued last; never a secret
)
BADGES = {Standing.LIVE: "open", Standing.ENDING: "waiting"}  # the looks of those that work


@login_required
@require_safe
def token_list(request: HttpRequest) -> HttpResponse:
    """My tokens: what each is for, until when, and whether it works."""
    now = timezone.now()
    rows = []
    for token in tokens.of_person(person(request)):
        standing = policies.standing(token, now)
        scopes = [Scope(scope).label for scope in token.scopes if scope in Scope.values]
        rows.append((token, standing, scopes, BADGES.get(standing)))
    return render(request, "web/tokens/list.html", {"rows": rows})


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_issue(request: HttpRequest) -> HttpResponse:
    """A new token, for whoever has just shown to be there; its secret stands on the page once."""
    form = TokenForm(request.POST or None, initial={"number": get_random_string(22)})
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"]
        if number and number == request.session.get(USED):  # the page was loaded again
            return redirect("token_list")
        try:
            made, secret = services.issue(form.content(), by=person(request))
        except Refused as refusal:
            form.show(refusal)
        else:
            request.session[USED] = number
            context = {"token": made, "secret": secret}
            return render(request, "web/tokens/issued.html", context, status=201)
    status = 422 if form.errors else 200
    return render(request, "web/tokens/form.html", {"form": form}, status=status)


@login_required
@require_POST
def token_revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End a token at once."""
    who = person(request)
    services.revoke(tokens.get(number, by=who), by=who)
    messages.success(request, _("令牌已撤销，用它的程序现在起不能再访问。"))
    return redirect("token_list")
