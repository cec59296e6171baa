"""The door of a session: its list, a ticket, what phones deliver; and afterwards what was said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.attendance import intake, policies, services
from keqiao.attendance import selectors as attendance
from keqiao.attendance.types import LEAST_ANSWERS, Reply, Result
from keqiao.base.errors import Invalid, Missing, Refused
from keqiao.paperwork.proof import certificate_pdf
from keqiao.web.forms.attendance import ASKED, FeedbackForm, HeadsForm
from keqiao.web.requests import GET_POST, person, tell

OURS_ONLY = (
    "camera=(self), microphone=(), geolocation=()"  # what a browser lets the page of a door use
)


@login_required
@require_http_methods(GET_POST)
def check_in(request: HttpRequest, code: str) -> HttpResponse:
    """The list of who is expected and who came; a phone keeps it for a while."""
    who = person(request)
    held = attendance.session_to_run(code, by=who)
    made_at = timezone.now()
    if request.method == "POST":
        _press(request, held)
        return redirect(request.get_full_path())
    query = request.GET.get("q", "")[:60]
    rows = attendance.at_the_door(held, query)
    context = {
        "held": held,
        "query": query,
        "placed": [row for row in rows if row.is_settled],
        "without": [row for row in rows if not row.is_settled],
        "counts": attendance.counts(held),
        "opens_at": attendance.opens_at(held) if made_at < attendance.opens_at(held) else None,
        "keep_until": attendance.keep_until(held),
        "made": _milliseconds(made_at),
        "heads_form": HeadsForm(),
        "may_read": policies.may_read_feedback(who, held),
    }
    response = render(request, "web/attendance/check_in.html", context)
    response.headers["Permissions-Policy"] = OURS_ONLY
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Keqiao-Keep-Until"] = str(_milliseconds(attendance.keep_until(held)))
    return response


@require_POST
def check_in_sent(request: HttpRequest, code: str) -> JsonResponse:
    """What a phone delivers: presses with numbers of their own, each answered; nothing is written down twice."""
    if not isinstance(request.user, Person):
        return JsonResponse({"said": _("请重新登录后再上传。")}, status=401)
    try:
        held = attendance.session_to_run(code, by=request.user)
        presses, wrong = intake.delivery(request.body)
        replies = [*services.receive(held, presses, by=request.user), *wrong]
    except Missing as refusal:
        return JsonResponse({"said": refusal.phrase.say(_)}, status=404)
    except Invalid as refusal:
        return JsonResponse({"said": refusal.problems[0].phrase.say(_)}, status=400)
    told = [
        {"key": one.key, "code": one.code, "result": one.result, "said": one.said.say(_)}
        for one in replies
    ]
    return JsonResponse({"now": _milliseconds(timezone.now()), "replies": told})


@login_required
@require_http_methods(GET_POST)
def check_in_ticket(request: HttpRequest, code: str) -> HttpResponse:
    """What the code on a ticket opens: one button for who runs the session, the own page for whose ticket it is."""
    who = person(request)
    registration = attendance.get(code, by=who)
    if not policies.may_check_in(who, registration.session):
        return redirect("attendance_detail", code=code)
    held = registration.session
    if request.method == "POST":
        _say(request, lambda: services.check_in_now(held, registration.code, by=who))
        return redirect("check_in_ticket", code=code)
    context = {
        "registration": registration,
        "held": held,
        "came": attendance.check_in(registration),
        "has_place": attendance.has_place(registration),
    }
    return render(request, "web/attendance/ticket.html", context)


@login_required
@require_http_methods(GET_POST)
def attendance_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One's own place in a session, or one's child's: whether they came, and three questions afterwards."""
    who = person(request)
    registration = attendance.own(code, by=who)
    form = FeedbackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            services.give_feedback(registration, form.answers(), text=text, by=who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("谢谢，您的反馈已记下。"))
            return redirect("attendance_detail", code=code)
    held = registration.session
    came = attendance.came(registration)
    given = attendance.feedback(registration)
    may_answer = policies.answers_for(who, registration) and came and given is None
    context = {
        "registration": registration,
        "held": held,
        "came": attendance.check_in(registration) if came else None,
        "given": given,
        "form": form,
        "may_certify": came and timezone.now() >= held.ends_at and attendance.name_of(registration),
        "may_answer": may_answer and attendance.may_answer_now(held, timezone.now()),
    }
    status = 422 if form.errors else 200
    return render(request, "web/attendance/detail.html", context, status=status)


@login_required
@require_POST
def attendance_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out the certificate of who came, with the name on it; issued once, whenever it is asked for."""
    who = person(request)
    registration = attendance.own(code, by=who)
    proof = services.certify(registration, by=who)
    paper = certificate_pdf(attendance.certificate(proof, registration))
    response = HttpResponse(paper, content_type="application/pdf")
    name = _("参加证明 %(code)s.pdf") % {"code": proof.code}
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Cache-Control"] = "no-store, private"
    return response


@login_required
@require_safe
def session_feedback(request: HttpRequest, code: str) -> HttpResponse:
    """What was said after a session, without names; below five answers, nothing of it."""
    held = attendance.session_to_read(code, by=person(request))
    said = attendance.said(held)
    context = {
        "held": held,
        "said": said,
        "least": LEAST_ANSWERS,
        "counts": attendance.counts(held),
        "rows": [(ASKED[name], counted.items()) for name, counted in said.counts.items()],
    }
    return render(request, "web/attendance/feedback.html", context)


def _press(request: HttpRequest, held: Session) -> None:
    """Do what was pressed on the list, and say what came of it on the next page."""
    who, posted = person(request), request.POST
    if "count" in posted:
        form = HeadsForm(posted)
        if not form.is_valid():
            for said in form.errors.get("count", ()):
                messages.error(request, str(said))
            return
        try:
            services.count_heads(held, form.cleaned_data["count"], by=who)
        except Refused as refusal:
            tell(request, refusal)
        else:
            messages.success(request, _("到场人数已记下。"))
        return
    deeds: dict[str, Callable[[str], object]] = {
        "check_in": lambda code: services.check_in_now(held, code, by=who),
        "typed": lambda code: services.check_in_now(held, code, by=who),
        "undo": lambda code: services.undo(held, code, by=who),
        "admit": lambda code: services.admit(held, code, by=who),
    }
    pressed = next((name for name in deeds if name in posted), None)
    if pressed is None:
        raise Missing
    _say(request, lambda: deeds[pressed](intake.code_of(posted[pressed])))


def _say(request: HttpRequest, deed: Callable[[], object]) -> None:
    try:
        done = deed()
    except Refused as refusal:
        tell(request, refusal)
        return
    if not isinstance(done, Reply):
        messages.success(request, _("已记下。"))
    elif done.result == Result.NO_PLACE:
        messages.warning(request, done.said.say(_))
    else:
        messages.success(request, done.said.say(_))


def _milliseconds(moment: dt.datetime) -> int:
    return int(moment.timestamp() * 1000)
