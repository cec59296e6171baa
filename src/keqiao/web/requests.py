"""Small words that views share about a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest

from keqiao.accounts.models import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from keqiao.access.policies import Visitor

PER_PAGE = 20
Row = TypeVar("Row")


def visitor(request: HttpRequest) -> Visitor:
    """Return who is there, logged in or not."""
    return request.user


def person(request: HttpRequest) -> Person:
    """Return who is logged in; views that need one are behind ``login_required``."""
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def page_of(request: HttpRequest, rows: QuerySet[Row] | Sequence[Row]) -> Page[Row]:  # type: ignore[type-var]
    """Return the page that the address asks for; a wrong number shows the nearest page."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
