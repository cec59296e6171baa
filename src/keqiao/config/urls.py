"""Every address of the site: the pages of web, and the account pages of allauth."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("keqiao.web.urls")),
    path("account/", include("allauth.urls")),
]

handler400 = "keqiao.web.views.errors.bad_request"
handler403 = "keqiao.web.views.errors.forbidden"
handler404 = "keqiao.web.views.errors.not_found"
handler500 = "keqiao.web.views.errors.server_error"
