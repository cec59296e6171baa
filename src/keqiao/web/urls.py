"""Addresses of the pages."""

from __future__ import annotations

from django.urls import path

from keqiao.web import preferences
from keqiao.web.views import account, desk, home, needs, offers, organisations, pages, review

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", home.search_page, name="search"),
    path("needs/", needs.need_list, name="need_list"),
    path("needs/new/", needs.need_create, name="need_create"),
    path("needs/<code>/", needs.need_detail, name="need_detail"),
    path("needs/<code>/private/", needs.need_private, name="need_private"),
    path("needs/<code>/edit/", needs.need_edit, name="need_edit"),
    path("needs/<code>/close/", needs.need_close, name="need_close"),
    path("needs/<code>/files/", needs.need_attach, name="need_attach"),
    path("needs/<code>/files/<int:number>/", needs.need_file, name="need_file"),
    path("needs/<code>/files/<int:number>/remove/", needs.need_detach, name="need_detach"),
    path("offers/", offers.offer_list, name="offer_list"),
    path("offers/new/", offers.offer_create, name="offer_create"),
    path("offers/<code>/", offers.offer_detail, name="offer_detail"),
    path("offers/<code>/edit/", offers.offer_edit, name="offer_edit"),
    path("offers/<code>/close/", offers.offer_close, name="offer_close"),
    path("studios/new/", offers.studio_create, name="studio_create"),
    path("studios/<code>/", offers.studio_detail, name="studio_detail"),
    path("studios/<code>/edit/", offers.studio_edit, name="studio_edit"),
    path("organisations/new/", organisations.organisation_create, name="organisation_create"),
    path("organisations/<code>/", organisations.organisation_detail, name="organisation_detail"),
    path("organisations/<code>/edit/", organisations.organisation_edit, name="organisation_edit"),
    path(
        "organisations/<code>/decide/",
        organisations.organisation_decide,
        name="organisation_decide",
    ),
    path(
        "organisations/<code>/members/",
        organisations.organisation_add_member,
        name="organisation_add_member",
    ),
    path(
        "organisations/<code>/members/<int:number>/remove/",
        organisations.organisation_remove_member,
        name="organisation_remove_member",
    ),
    path("desk/", desk.desk, name="desk"),
    path("review/", review.review_desk, name="review_desk"),
    path("review/needs/<code>/", review.review_need, name="review_need"),
    path("review/offers/<code>/", review.review_offer, name="review_offer"),
    path("review/dispatches/<code>/", review.review_dispatch, name="review_dispatch"),
    path("dispatches/", home.dispatch_list, name="dispatch_list"),
    path("dispatches/<code>/", home.dispatch_detail, name="dispatch_detail"),
    path("consent/", account.consent, name="consent"),
    path("preferences/", account.preferences, name="preferences"),
    path("language/", preferences.set_language, name="set_language"),
    path("large-type/", preferences.large_type, name="large_type"),
    path("about/", pages.text, {"name": "about"}, name="about"),
    path("privacy/", pages.text, {"name": "privacy"}, name="privacy"),
    path("accessibility/", pages.text, {"name": "accessibility"}, name="accessibility"),
    path(
        "how-matching-works/", pages.text, {"name": "how_matching_works"}, name="how_matching_works"
    ),
    path("quality/", pages.quality_page, name="quality"),
    path("offline/", pages.offline, name="offline"),
    path("sw.js", pages.service_worker, name="service_worker"),
    path("health/", pages.health, name="health"),
]
