"""What happens around every answer of the machine interface: language, size, limits told, errors in one form."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag

from keqiao.api.problems import MEDIA, problem
from keqiao.tokens.types import Spent

PATHS = ("/api/", "/api")
MOST_BODY = 64 * 1024  # bytes; a question of 5,000 Chinese characters has 15,000
MOST_DIGITS = 9  # of a length that is read at all
UNCHANGED, ERRORS = 304, 400
Handler = Callable[[HttpRequest], HttpResponseBase]


class ApiMiddleware:
    """Keeps cookies out of the interface and pages out of its answers; leaves every other path alone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        if request.path != PATHS[1] and not request.path.startswith(PATHS[0]):
            return self.get_response(request)
        request.COOKIES = {}
        chosen = translation.get_language_from_request(request)
        # The language of Accept-Language reaches the pages' own middleware in the only form that it reads.
        request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: chosen}
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        with translation.override(chosen):
            response = self._unchanged(request, self._answered(request))
            self._finish(request, response)
        response.headers["Content-Language"] = chosen
        if isinstance(response, HttpResponse) and response.status_code != UNCHANGED:
            response.headers["Content-Length"] = str(len(response.content))
            if is_head:
                response.content = b""
        return response

    def _answered(self, request: HttpRequest) -> HttpResponseBase:
        if _is_too_large(request):
            return problem(413)
        response = self.get_response(request)
        is_ours = response.headers.get("Content-Type", "").startswith(MEDIA)
        if response.status_code < ERRORS or is_ours:
            return response
        kept = {name: response.headers[name] for name in ("Allow",) if name in response.headers}
        return problem(response.status_code, headers=kept)

    def _finish(self, request: HttpRequest, response: HttpResponseBase) -> None:
        response.cookies.clear()
        patch_vary_headers(response, ["Accept-Language", "Authorization"])
        spent: Spent | None = getattr(request, "spent", None)
        if spent is not None:
            response.headers["RateLimit-Limit"] = str(spent.most)
            response.headers["RateLimit-Remaining"] = str(spent.left)
            response.headers["RateLimit-Reset"] = str(spent.ends_in)
        if _is_personal(request):
            response.headers["Cache-Control"] = "no-store"
        else:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers.setdefault("Cache-Control", "no-cache")

    def _unchanged(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say of a public answer that the caller has already that it is the same: 304."""
        is_public = request.method == "GET" and not _is_personal(request)
        if not is_public or response.status_code >= ERRORS:
            return response
        if not isinstance(response, HttpResponse):
            return response
        set_response_etag(response)
        if "If-None-Match" not in request.headers:
            return response
        etag = response.headers.get("ETag")
        unchanged = get_conditional_response(request, etag=etag, response=response)
        return unchanged or response


def _is_too_large(request: HttpRequest) -> bool:
    """Tell by what the caller says of the body, before any of it is read."""
    told = request.META.get("CONTENT_LENGTH") or ""
    is_number = told.isascii() and told.isdecimal()
    return is_number and (len(told) > MOST_DIGITS or int(told) > MOST_BODY)


def _is_personal(request: HttpRequest) -> bool:
    return "Authorization" in request.headers
