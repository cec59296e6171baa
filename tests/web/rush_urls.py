"""Addresses of the real site, and two of a sign-up whose work a test decides."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

WORK: list[Callable[[], object]] = []  # what a sign-up does before it answers


@csrf_exempt
def sign_up(request: HttpRequest, code: str) -> HttpResponse:
    for work in WORK:
        work()
    return HttpResponse(f"{request.method} {code} {request.POST.get('name', '')}")


urlpatterns = [
    path("rush/<code>/", sign_up, name="session_detail"),
    path("rush/<code>/hold/", sign_up, name="registration_hold"),
    path("", include("keqiao.config.urls")),
]
handler500 = "keqiao.web.views.errors.server_error"
