"""One person's record: studio, visits, hours, talks, outcomes; everybody reads only the own."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.base.errors import Missing
from keqiao.paperwork.record import record_pdf
from keqiao.records import selectors
from keqiao.records.types import Record
from keqiao.web.requests import file_of, person
from keqiao.web.views.papers import TYPES

FORMAT, VERSION = "keqiao-record", 1


@login_required
@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """The record on one page."""
    return render(request, "web/records/detail.html", {"record": selectors.of(person(request))})


@login_required
@require_safe
def record_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The record as JSON or PDF."""
    own = selectors.of(person(request))
    match kind:
        case "json":
            return file_of(_json(own), _("个人记录.json"), "application/json")
        case "pdf":
            return file_of(_pdf(own), _("个人记录.pdf"), TYPES["pdf"])
        case _:
            raise Missing


def _json(own: Record) -> bytes:
    content = {
        "format": FORMAT,
        "version": VERSION,
        "name": own.name,
        "made_at": own.made_at,
        "volunteer_minutes": own.minutes,
    }
    for key, lines in own.parts().items():
        content[key] = [
            {"on": one.on, "title": one.title, "about": one.about, "code": one.code}
            for one in lines
        ]
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def _pdf(own: Record) -> bytes:
    rows = {
        key: [(str(one.on or ""), one.title, one.about, one.code) for one in lines]
        for key, lines in own.parts().items()
    }
    made_on = timezone.localdate(own.made_at)
    return record_pdf(own.name, own.minutes, rows, made_on=made_on)
