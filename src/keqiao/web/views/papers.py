"""The papers of a case: versions of a contract's draft, its registration form, minutes and invitations to download."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.base.errors import Missing, Refused
from keqiao.casework import persons
from keqiao.casework import selectors as casework
from keqiao.casework.states import LIVE
from keqiao.contracts import policies, services
from keqiao.contracts import selectors as drafts
from keqiao.contracts.types import Entered, contract, form
from keqiao.correspondence import selectors as correspondence
from keqiao.meetings import selectors as meetings
from keqiao.meetings.models import Meeting
from keqiao.meetings.states import State
from keqiao.meetings.types import BROKER
from keqiao.paperwork import cautions, contracts, invitations, minutes, registration
from keqiao.web.forms.contracts import ContractForm
from keqiao.web.requests import handed_out, person
from keqiao.web.templatetags.cases import party_name

NAMES = re.compile("[、，,；;]")  # between the names of those who came
KINDS: dict[str, tuple[str | Promise, Callable[[Entered], bytes]]] = {
    "contract.docx": (
        gettext_lazy("技术合同草稿"),
        lambda entered: contracts.draft_docx(contract(entered)),
    ),
    "contract.pdf": (
        gettext_lazy("技术合同草稿"),
        lambda entered: contracts.draft_pdf(contract(entered)),
    ),
    "form.xlsx": (
        gettext_lazy("技术合同登记表"),
        lambda entered: registration.form_xlsx(form(entered)),
    ),
    "form.pdf": (
        gettext_lazy("技术合同登记表"),
        lambda entered: registration.form_pdf(form(entered)),
    ),
}
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "ics": "text/calendar; charset=utf-8",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contract_draft(request: HttpRequest, code: str) -> HttpResponse:
    """A contract's draft, filled from the case; each save is a version."""
    who = person(request)
    case = casework.get(code, by=who)
    kept = drafts.versions(case, by=who)
    newest = kept[0] if kept else None
    may_draft = policies.may_draft(who, case) and case.state in LIVE
    entered = newest.entered if newest is not None else drafts.begun(case)
    initial = {**entered, "after": newest.version if newest is not None else 0}
    page = ContractForm(request.POST or None, initial=initial)
    if request.method == "POST" and page.is_valid():
        try:
            services.draft(case, page.entered(), after=page.cleaned_data["after"], by=who)
        except Refused as refusal:
            page.show(refusal)
        else:
            messages.success(request, _("已存为新的一版，可以下载。"))
            return redirect("contract_draft", code=code)
    context = {
        "case": case,
        "form": page,
        "may_draft": may_draft,
        "versions": kept,
        "unnamed": persons.unnamed(case, by=who),
        "kinds": list(KINDS),
        "cautions": cautions.warnings(contract(newest.entered)) if newest is not None else [],
        "problems": drafts.problems(newest.entered) if newest is not None else [],
    }
    status = 422 if page.errors else 200
    return render(request, "web/cases/contract.html", context, status=status)


@login_required
@require_safe
def contract_paper(request: HttpRequest, code: str, version: int, kind: str) -> HttpResponse:
    """Hand out one version as a paper."""
    who = person(request)
    if kind not in KINDS:
        raise Missing
    found = drafts.get(casework.get(code, by=who), version, by=who)
    name, draw = KINDS[kind]
    return _handed_out(draw(found.entered), f"{name} {code} v{version}", kind)


@login_required
@require_safe
def meeting_paper(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """Hand out the minutes, or the invitation for a calendar."""
    meeting = meetings.get(number, by=person(request))
    if kind == "minutes.docx" and meeting.state == State.HELD:
        return _handed_out(
            minutes.minutes_docx(_minutes(meeting)),
            _("座谈纪要 %(title)s") % {"title": meeting.title},
            kind,
        )
    if kind == "minutes.pdf" and meeting.state == State.HELD:
        return _handed_out(
            minutes.minutes_pdf(_minutes(meeting)),
            _("座谈纪要 %(title)s") % {"title": meeting.title},
            kind,
        )
    if kind == "invitation.ics":
        draw = (
            invitations.cancellation_ics
            if meeting.state == State.CANCELLED
            else invitations.invitation_ics
        )
        return _handed_out(
            draw(meetings.invitation(meeting)), _("座谈 %(title)s") % {"title": meeting.title}, kind
        )
    raise Missing


@login_required
@require_safe
def case_enclosure(request: HttpRequest, code: str, number: int) -> FileResponse:
    """Hand out what came in a letter to whoever may read the letter."""
    who = person(request)
    return handed_out(correspondence.enclosure(casework.get(code, by=who), number, by=who))


def _minutes(meeting: Meeting) -> minutes.Meeting:
    came: list[minutes.Attendee] = []
    absent: list[str] = []
    unknown: list[str] = []
    for seat in meeting.seats.all():
        body = party_name(seat.party)
        names = [name.strip() for name in NAMES.split(seat.names) if name.strip()]
        came += [minutes.Attendee(name=name, organisation=body) for name in names]
        if not names:
            (absent if seat.is_absent else unknown).append(body)
    return minutes.Meeting(
        title=meeting.title,
        case_code=meeting.case.code,
        place=meeting.place,
        started_at=timezone.localtime(meeting.starts_at),
        ended_at=timezone.localtime(meeting.ends_at),
        chair=meeting.called_by.name,
        attendees=tuple(came),
        absent="、".join(absent),
        unrecorded="、".join(unknown),
        topic=meeting.agenda,
        speeches=tuple(
            minutes.Speech(said=part) for part in meeting.minutes.split("\n") if part.strip()
        ),
        decisions=decisions(meeting),
    )


def decisions(meeting: Meeting) -> tuple[minutes.Decision, ...]:
    """Return what was decided: the party that has to do it is named, and the persons behind it."""
    bodies = {seat.party_id: party_name(seat.party) for seat in meeting.seats.all()}
    bodies[BROKER] = meeting.called_by.name
    return tuple(
        minutes.Decision(
            what=kept["text"],
            who=" ".join(one for one in (bodies.get(kept.get("party"), ""), kept["who"]) if one),
            due_on=dt.date.fromisoformat(kept["due_on"]) if kept["due_on"] else None,
        )
        for kept in meeting.decisions
    )


def _handed_out(content: bytes, name: str, kind: str) -> HttpResponse:
    ending = kind.rsplit(".", 1)[1]
    response = HttpResponse(content, content_type=TYPES[ending])
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.{ending}")
    response.headers["Content-Disposition"] = disposition or "attachment"
    return response
