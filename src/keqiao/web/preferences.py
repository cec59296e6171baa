"""How a visitor wants to see the site, kept in cookies so that no log-in is needed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

LARGE_TYPE_COOKIE = "large_type"


def back(request: HttpRequest) -> HttpResponse:
    """Return to the page that the form names, if it is one of ours."""
    target = request.POST.get("next", "")
    host = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=host)
    if not (is_ours and target.startswith("/")):
        target = reverse("home")
    return HttpResponseRedirect(target)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language."""
    response = back(request)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


@require_POST
def large_type(request: HttpRequest) -> HttpResponse:
    """Turn the large type on or off."""
    response = back(request)
    _remember(response, LARGE_TYPE_COOKIE, "1" if request.POST.get("on") == "1" else "0")
    return response


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
