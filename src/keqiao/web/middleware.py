"""What happens around every page: language, the door of a rush, second factor, and refusals turned into pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse
from django.utils import translation

from keqiao.access import policies as access
from keqiao.base.errors import Missing, NotAllowed, Refused
from keqiao.engine.index import IndexUnavailable
from keqiao.web import rush
from keqiao.web.views import errors

log = logging.getLogger("keqiao.web")
Handler = Callable[[HttpRequest], HttpResponse]
FREE_OF_SECOND_FACTOR = (
    "/account/",
    "/static/",
    "/language/",
    "/large-type/",
    "/unsubscribe/",
    "/offline",
    "/sw.js",
)


class LanguageMiddleware:
    """Chinese unless the visitor chose otherwise; a browser's own language does not decide."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the chosen language."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        known = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(known):
            request.LANGUAGE_CODE = known
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", known)
        return response


class RushMiddleware:
    """So many sign-ups at once in this process; whoever comes beyond them gets the waiting page.

    It stands outside the session: neither the database nor a thread is waited for.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or ask to wait."""
        name = rush.sign_up(request)
        if not name:
            return self.get_response(request)
        entered = rush.DOOR.enter(settings.SIGN_UPS_AT_ONCE, has_form=name == rush.FORM)
        if entered is None:
            return rush.waiting(request, is_certain=True)
        try:
            return self.get_response(request)
        finally:
            rush.DOOR.leave(entered)


class SecondFactorMiddleware:
    """Whoever holds a role sets up a second factor before anything else."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send staff without a second factor to set one up."""
        if self._must_set_up(request):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    def _must_set_up(self, request: HttpRequest) -> bool:
        is_free = request.path.startswith(FREE_OF_SECOND_FACTOR)
        return not is_free and access.lacks_second_factor(request.user)


class UpwardMiddleware:
    """Whoever comes by GET to the address of a press, as after logging in again, is led to the page above it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; lead upwards where only a press could be answered."""
        response = self.get_response(request)
        is_page = not request.path.startswith("/api/")
        if (
            response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
            and is_page
            and request.method == "GET"
        ):
            return HttpResponseRedirect(_above(request.path))
        return response


def _above(path: str) -> str:
    """Return the nearest address above a path at which there is a page."""
    while path.strip("/"):
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Http404:
            continue
        return path
    return "/"


class RefusalMiddleware:
    """The one place that turns a refusal of the domain into an answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; refusals come through ``process_exception``."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal with its page; leave every other exception alone."""
        match exception:
            case Missing():
                return errors.not_found(request, exception)
            case NotAllowed():
                return errors.forbidden(request, exception)
            case Refused():
                return errors.refused(request, exception)
            case IndexUnavailable():
                log.error("no search: %s", exception)
                return errors.no_index(request)
        return None
