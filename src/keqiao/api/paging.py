"""Lists by pages that stay right while entries come and go: each page begins after the last entry of the one before."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query

from keqiao.api.problems import ApiRefused
from keqiao.base.phrases import N_

Row = TypeVar("Row", bound=Model)
MOST, USUAL = 100, 20
LONGEST_CURSOR = 400  # characters
OWN = ("limit", "cursor")  # what a page is, beside what the list is narrowed to

Limit = Annotated[int, Query(ge=1, le=MOST, description="Entries of one page.")]
Cursor = Annotated[
    str, Query(max_length=LONGEST_CURSOR, description="From the `next` of the page before.")
]


class BadCursor(ApiRefused):
    """A cursor that we did not give, or gave for another list."""

    text = N_("cursor 不对：请原样使用上一页 next 里的地址，不要改动其他参数。")
    status = 400
    word = "cursor"


def page(
    request: HttpRequest,
    response: HttpResponse,
    rows: QuerySet[Row],
    order: tuple[str, ...],
    *,
    limit: int,
    cursor: str,
) -> tuple[list[Row], str | None]:
    """Return the rows of one page and the address of the next, which also stands in the Link header (RFC 8288).

    ``order`` names columns that never are null and together are unique, ``-`` for the greatest first.
    """
    signer = signing.Signer(salt=_list_of(request))
    if cursor:
        rows = rows.filter(_after(rows.model, order, _opened(signer, cursor, len(order))))
    found = list(rows.order_by(*order)[: limit + 1])
    if len(found) <= limit:
        return found, None
    shown = found[:limit]
    last = [_plain(shown[-1], key) for key in order]
    kept = {name: value for name, value in request.GET.items() if name not in OWN}
    query = urlencode({**kept, "limit": limit, "cursor": signer.sign_object(last)})
    following = request.build_absolute_uri(f"{request.path}?{query}")
    response.headers["Link"] = f'<{following}>; rel="next"'
    return shown, following


def _list_of(request: HttpRequest) -> str:
    """Return what tells this list from every other: a cursor of one is none of another."""
    narrowed = sorted((name, value) for name, value in request.GET.items() if name not in OWN)
    told = f"{request.path}?{urlencode(narrowed)}".encode()
    return f"keqiao.api.{hashlib.sha256(told).hexdigest()}"


def _opened(signer: signing.Signer, cursor: str, length: int) -> list[Any]:
    try:
        values = signer.unsign_object(cursor)
    except signing.BadSignature as error:
        raise BadCursor from error
    if not isinstance(values, list) or len(values) != length:
        raise BadCursor
    return values


def _after(model: type[Model], order: tuple[str, ...], values: list[Any]) -> Q:
    condition, equal = Q(), Q()
    for key, plain in zip(order, values, strict=True):
        name = key.removeprefix("-")
        field = cast("Field[Any, Any]", model._meta.get_field(name))  # noqa: SLF001 - Django's documented API
        value = field.to_python(plain)
        beyond = f"{name}__lt" if key.startswith("-") else f"{name}__gt"
        condition |= equal & Q(**{beyond: value})
        equal &= Q(**{name: value})
    return condition


def _plain(row: Model, key: str) -> Any:
    value = getattr(row, key.removeprefix("-"))
    return value.isoformat() if hasattr(value, "isoformat") else value
