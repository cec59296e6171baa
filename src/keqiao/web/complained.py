"""What a complaint is about: an address of ours becomes the thing that stands there, if the visitor may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import Http404
from django.urls import resolve

from keqiao.access.policies import Visitor
from keqiao.articles import selectors as articles
from keqiao.base.errors import Missing
from keqiao.casework import selectors as casework
from keqiao.complaints.types import About, Thing
from keqiao.needs import selectors as needs
from keqiao.offers import selectors as offers
from keqiao.organisations import selectors as organisations

HOME = About(Thing.PAGE)
MOST_PATH = 200


def about(path: str, *, by: Visitor) -> About:
    """Return what stands at ``path``.

    An address that is none of ours, an entry that the visitor may not see, and a page that holds something of a person,
    is the site as a whole: nothing of a foreign or secret address is kept.
    """
    if len(path) > MOST_PATH or not path.startswith("/"):
        return HOME
    try:
        match = resolve(path)
    except Http404:
        return HOME
    name, code = match.url_name or "", match.kwargs.get("code", "")
    thing = name.split("_")[0]
    if thing in THINGS and code and "key" not in match.kwargs:
        try:
            return THINGS[thing](code, by)
        except Missing:
            return HOME
    is_plain = match.func.__module__.startswith("keqiao.web") and not match.kwargs
    return About(Thing.PAGE, path=path) if is_plain else HOME


def _need(code: str, by: Visitor) -> About:
    need = needs.get(code, by=by)
    return About(
        Thing.NEED,
        need.code,
        f"/needs/{need.code}/",
        need.public_title,
        need.region_id or "",
        need.organisation_id,
        frozenset({need.author_id}),
    )


def _offer(code: str, by: Visitor) -> About:
    offer = offers.get(code, by=by)
    behind = {one for one in (offer.author_id, offer.studio.person_id) if one is not None}
    return About(
        Thing.OFFER,
        offer.code,
        f"/offers/{offer.code}/",
        offer.title,
        offer.region_id,
        offer.studio.organisation_id,
        frozenset(behind),
    )


def _studio(code: str, by: Visitor) -> About:
    studio = offers.studio(code, by=by)
    behind = {studio.person_id} if studio.person_id is not None else set()
    return About(
        Thing.STUDIO,
        studio.code,
        f"/studios/{studio.code}/",
        studio.name,
        studio.region_id,
        studio.organisation_id,
        frozenset(behind),
    )


def _organisation(code: str, by: Visitor) -> About:
    found = organisations.get(code, by=by)
    path = f"/organisations/{found.code}/"
    return About(
        Thing.ORGANISATION, found.code, path, found.name, found.region_id, found.pk, frozenset()
    )


def _dispatch(code: str, by: Visitor) -> About:
    found = articles.get(code, by=by)
    behind = {one for one in (found.brought_by_id, found.edited_by_id) if one is not None}
    path = f"/dispatches/{found.code}/"
    return About(
        Thing.DISPATCH,
        found.code,
        path,
        found.headline,
        found.region_id or "",
        None,
        frozenset(behind),
    )


def _case(code: str, by: Visitor) -> About:
    case = casework.get(code, by=by)
    path, behind = f"/cases/{case.code}/", frozenset({case.broker_id})
    return About(Thing.CASE, case.code, path, case.title, case.region_id, None, behind)


THINGS: Mapping[str, Callable[[str, Visitor], About]] = {
    "need": _need,
    "offer": _offer,
    "studio": _studio,
    "organisation": _organisation,
    "dispatch": _dispatch,
    "case": _case,
}
