"""Small words that views share about a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from keqiao.accounts.models import Person
from keqiao.base.errors import Invalid, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

    from keqiao.access.policies import Visitor
    from keqiao.activities.models import Document
    from keqiao.casework.models import CaseFile
    from keqiao.correspondence.models import Enclosure
    from keqiao.needs.models import Attachment

PER_PAGE = 20
Row = TypeVar("Row")

GET_POST = ["GET", "HEAD", "POST"]  # of a page with a form


def visitor(request: HttpRequest) -> Visitor:
    """Return who is there, logged in or not."""
    return request.user


def person(request: HttpRequest) -> Person:
    """Return who is logged in; views that need one are behind ``login_required``."""
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def handed_out(kept: Attachment | CaseFile | Enclosure | Document) -> FileResponse:
    """Return a kept file as a download; a browser never shows it by itself."""
    response = FileResponse(kept.content.open("rb"), as_attachment=True, filename=kept.name)
    response.headers["Content-Type"] = "application/octet-stream"
    return response


def file_of(content: bytes, name: str, kind: str) -> HttpResponse:
    """Return what was made for this request as a download; ``kind`` is its media type."""
    response = HttpResponse(content, content_type=kind)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    return response


def tell(request: HttpRequest, refusal: Refused) -> None:
    """Say a refusal, problem by problem, on the next page, where there is no form beside which it could stand."""
    problems = refusal.problems if isinstance(refusal, Invalid) else (refusal,)
    for problem in problems:
        messages.error(request, problem.phrase.say(_))


def keep_uploaded(request: HttpRequest, attach: Callable[..., object]) -> None:
    """Hand the file that was sent to a room's ``attach``; say on the next page that it is kept, or why not."""
    uploaded = request.FILES.get("content")
    if uploaded is None:
        messages.error(request, _("请先选择要上传的文件。"))
        return
    try:
        attach(
            uploaded,
            name=uploaded.name or "",
            size=uploaded.size or 0,
            most_mib=settings.UPLOAD_MEGABYTES,
        )
    except Refused as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("附件已保存。"))


def page_of(
    request: HttpRequest,
    rows: QuerySet[Row] | Sequence[Row],  # type: ignore[type-var]
    *,
    most: int = PER_PAGE,
) -> Page[Row]:
    """Return the page that the address asks for; a wrong number shows the nearest page."""
    return Paginator(rows, most).get_page(request.GET.get("page"))
