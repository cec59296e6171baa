"""Pages of what is held about minors: for their guardians, for the session's leader, and the register of a year."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.base.errors import Missing, Refused
from keqiao.guardians import audit, policies, services
from keqiao.guardians import selectors as guardians
from keqiao.guardians.models import Minor
from keqiao.guardians.types import LABELS, Purpose
from keqiao.paperwork import register
from keqiao.registrations import pupils
from keqiao.registrations import selectors as registrations
from keqiao.web.forms.minors import AuditForm, MinorForm, initial_of
from keqiao.web.requests import GET_POST, person, tell
from keqiao.web.views.papers import TYPES

BOOKS: dict[str, Callable[[Sequence[register.Table], str], bytes]] = {
    "xlsx": lambda tables, title: register.book(tables, title=title),
    "zip": lambda tables, _title: register.csv_zip(tables),
}


@never_cache
@login_required
@require_safe
def minor_list(request: HttpRequest) -> HttpResponse:
    """What is held about my children, by which consent, until when; and the sessions with children that I lead."""
    who = person(request)
    context = {
        "minors": [
            (one, [label for label, _value in held(one)]) for one in guardians.of_guardian(who)
        ],
        "led": guardians.led_by(who, timezone.now()),
        "may_audit": policies.may_audit(who),
    }
    return render(request, "web/minors/list.html", context)


@never_cache
@sensitive_variables()
@sensitive_post_parameters()
@login_required
@require_http_methods(GET_POST)
def minor_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One child of mine: every field, every consent; correct, take back, delete."""
    who = person(request)
    minor = guardians.get(code, by=who)
    given = frozenset(guardians.current_purposes(minor))
    form = MinorForm(
        request.POST or None, session=minor.session, given=given, initial=initial_of(minor)
    )
    if request.method == "POST" and form.is_valid():
        try:
            pupils.correct(minor, form.entered(), by=who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("已更正。"))
            return redirect("minor_detail", code=code)
    context = {
        "minor": minor,
        "held": held(minor),
        "consents": guardians.consents(minor),
        "is_reworded": given < guardians.live_purposes(minor),
        "readings": guardians.readings(minor),
        "form": form,
    }
    return render(request, "web/minors/detail.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def minor_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take back the consent to one purpose; without the first everything is deleted and the place is given up."""
    who = person(request)
    minor = guardians.get(code, by=who)
    purpose = chosen_purpose(request)
    if purpose == Purpose.TAKING_PART:
        pupils.withdraw(minor, by=who)
        messages.success(request, _("已删除，名额也已取消。只留下“何时删除过”的记录。"))
        return redirect("minor_list")
    try:
        services.withdraw(minor, purpose, by=who)
    except Refused as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("已撤回，相应的内容已经删除。"))
    return redirect("minor_detail", code=code)


@never_cache
@login_required
@require_safe
def care_list(request: HttpRequest, code: str) -> HttpResponse:
    """The children of a session, by name, for its leader; of whom no photograph is taken."""
    who = person(request)
    session = guardians.led(code, by=who)
    placed = registrations.children(session)
    minors = [one for one in guardians.of_session(session, by=who) if one.pk in placed]
    context = {
        "session": session,
        "minors": minors,
        "not_photographed": guardians.not_photographed(minors),
        "may_read": policies.may_read(who, session, timezone.now()),
    }
    return render(request, "web/minors/care.html", context)


@never_cache
@sensitive_variables()
@login_required
@require_POST
def care_read(request: HttpRequest, code: str, minor_code: str) -> HttpResponse:
    """Whom to call about one child, and what to mind: read by pressing, since each reading is written down."""
    who = person(request)
    session = guardians.led(code, by=who)
    minor = registrations.child(session, minor_code)
    try:
        reading = services.read(minor, by=who)
    except Refused as refusal:
        tell(request, refusal)
        return redirect("care_list", code=code)
    context = {"session": session, "minor": minor, "reading": reading}
    return render(request, "web/minors/read.html", context)


@never_cache
@login_required
@require_http_methods(GET_POST)
def minor_audit(request: HttpRequest) -> HttpResponse:
    """The register of a year for an administrator, as a file."""
    who = person(request)
    if not policies.may_audit(who):
        raise Missing
    form = AuditForm(request.POST or None, years=audit.years(who))
    if request.method == "POST" and form.is_valid():
        year, kind = form.cleaned_data["year"], form.cleaned_data["kind"]
        title = _(audit.TITLE) % {"year": year}
        content = BOOKS[kind](services.take_audit(year, by=who), title)
        mime = TYPES.get(kind, "application/zip")
        response = HttpResponse(content, content_type=mime)
        name = f"{title}.{kind}"
        response.headers["Content-Disposition"] = content_disposition_header(True, name)
        return response
    status = 422 if form.errors else 200
    return render(request, "web/minors/audit.html", {"form": form}, status=status)


def held(minor: Minor) -> list[tuple[str, object]]:
    """Return the fields that hold something, by the names that people give them."""
    answers = {question["key"]: question["text"] for question in minor.session.activity.questions}
    shown: list[tuple[str, object]] = [
        (_(LABELS[name]), getattr(minor, name))
        for name in guardians.held_fields(minor)
        if name != "answers"
    ]
    return shown + [(answers.get(key, key), answer) for key, answer in minor.answers.items()]


def chosen_purpose(request: HttpRequest) -> Purpose:
    """Return the purpose that was pressed; raise Missing for none of ours."""
    pressed = request.POST.get("purpose", "")
    if pressed not in Purpose.values:
        raise Missing
    return Purpose(pressed)
