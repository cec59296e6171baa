"""Pages for when something is not as it should be; each says what to do next."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from keqiao.base.errors import Refused
from keqiao.web import rush


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Absent and hidden look alike."""
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The thing may be known of, but not done."""
    return render(request, "403.html", {"sentence": said(exception)}, status=403)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The domain says no, for a reason that the user can act on."""
    return render(request, "409.html", {"sentence": said(refusal)}, status=409)


def no_index(request: HttpRequest) -> HttpResponse:
    """The index stands elsewhere and does not answer; lists without words still work."""
    response = render(request, "503.html", status=503)
    response.headers["Retry-After"] = "60"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The browser sent something that no page of ours sends."""
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault; of a sign-up that found the database too busy, nobody's."""
    if rush.is_overload(sys.exception()) and rush.sign_up(request):
        return rush.waiting(request, is_certain=False)
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old, or cookies are off."""
    return render(request, "403_csrf.html", status=403)


def said(exception: Exception | None) -> str:
    """Return the sentence of a refusal in the user's language."""
    return exception.phrase.say(_) if isinstance(exception, Refused) else ""
