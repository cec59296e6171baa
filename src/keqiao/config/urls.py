"""Every address of the site: the pages of web, the account pages of allauth, the machine interface."""

from __future__ import annotations

from django.urls import include, path, re_path

from keqiao.api import mount, reference

urlpatterns = [
    path("api/v1/openapi.json", reference.served, name="openapi"),
    path("api/v1/", mount.api.urls),
    re_path(r"^api(?:/.*)?$", mount.unknown),
    path("", include("keqiao.web.urls")),
    path("account/", include("allauth.urls")),
]

handler400 = "keqiao.web.views.errors.bad_request"
handler403 = "keqiao.web.views.errors.forbidden"
handler404 = "keqiao.web.views.errors.not_found"
handler500 = "keqiao.web.views.errors.server_error"
