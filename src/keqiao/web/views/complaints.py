"""Pages of complaints: the form that everybody may use, the secret link to its answer, and the desk."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.accounts.models import Person
from keqiao.base.errors import Missing, Refused
from keqiao.base.phrases import N_
from keqiao.complaints import policies, selectors, services
from keqiao.complaints.models import Complaint
from keqiao.complaints.states import LIVE, State
from keqiao.complaints.types import About, Measure
from keqiao.web import complained
from keqiao.web.forms.base import Form
from keqiao.web.forms.complaints import AnswerForm, ComplaintForm, ObjectionForm, ReferForm
from keqiao.web.requests import GET_POST, page_of, person, tell, visitor

TOO_MANY = N_("从这个网络地址提交得太多了，请一小时后再试，或直接联系所在地科协。")
SHOWN_OWN = 30


@require_http_methods(GET_POST)
def complaint_create(request: HttpRequest) -> HttpResponse:
    """Complain about what stands at an address of ours; no account is needed."""
    who = visitor(request)
    entered = request.POST if request.method == "POST" else request.GET
    about = complained.about(entered.get("about", ""), by=who)
    form = ComplaintForm(request.POST or None, initial={"about": about.path})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if form.cleaned_data["website"]:
                return redirect("home")  # a machine: it hears nothing, and nothing is kept
            if ratelimit.consume(request, action="complaint"):
                link = _lodged(request, about, form)
                if link is not None:
                    return link
            else:
                status = 429
                form.show(Refused(TOO_MANY))
    context = {"form": form, "about": about}
    return render(request, "web/complaints/new.html", context, status=status)


def _lodged(request: HttpRequest, about: About, form: ComplaintForm) -> HttpResponse | None:
    """Take the complaint in and lead to its secret link; None when it was refused."""
    who = visitor(request)
    author = who if isinstance(who, Person) else None
    try:
        made, key = services.lodge(about, form.content(), by=author)
    except Refused as refusal:
        form.show(refusal)
        return None
    messages.success(request, _("已收到。请保存这个页面的地址：凭它查看进展和答复。"))
    return redirect("complaint_receipt", code=made.code, key=key)


@never_cache
@require_http_methods(GET_POST)
def complaint_receipt(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Where a complaint stands, for whoever holds its secret link."""
    complaint = selectors.by_key(code, key)
    return _complaint_page(request, complaint, key=key)


@login_required
@require_http_methods(GET_POST)
def complaint_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One complaint, for its desk and for its author."""
    complaint = selectors.get(code, by=person(request))
    return _complaint_page(request, complaint, key="")


@login_required
@require_safe
def complaint_list(request: HttpRequest) -> HttpResponse:
    """The desk, for whoever has one; and what one complained about oneself."""
    who, today = person(request), timezone.localdate()
    has_desk = policies.has_desk(who)
    page = page_of(request, selectors.for_desk(who)) if has_desk else None
    waiting, late = selectors.waiting_count(who, today) if has_desk else (0, 0)
    context = {
        "has_desk": has_desk,
        "page": page,
        "rows": [(one, selectors.is_late(one, today)) for one in page or ()],
        "waiting": waiting,
        "late": late,
        "own": selectors.of_person(who)[:SHOWN_OWN],
    }
    return render(request, "web/complaints/list.html", context)


def _complaint_page(request: HttpRequest, complaint: Complaint, *, key: str) -> HttpResponse:
    who, status, failed = visitor(request), 200, None
    if request.method == "POST":
        failed = _pressed(request, complaint, key)
        if failed is None:
            if key:
                return redirect("complaint_receipt", code=complaint.code, key=key)
            still = policies.wrote(who, complaint) or policies.may_handle(who, complaint)
            return redirect(
                *(("complaint_detail", complaint.code) if still else ("complaint_list",))
            )
        status = 422
    today, is_own = timezone.localdate(), bool(key) or policies.wrote(who, complaint)
    handles = not is_own and policies.may_handle(who, complaint)
    is_mine = handles and complaint.handler_id == who.pk and complaint.state == State.TAKEN
    forms = {"answer": AnswerForm(), "refer": ReferForm(), "object": ObjectionForm()}
    pressed = request.POST.get("do", "")
    if failed is not None:
        forms[pressed] = failed
    context = {
        "complaint": complaint,
        "association": selectors.association_of(complaint),
        "steps": selectors.steps(complaint),
        "is_own": is_own,
        "handles": handles,
        "is_late": selectors.is_late(complaint, today),
        "may_take": handles and complaint.state in LIVE and complaint.handler_id != who.pk,
        "may_answer": is_mine,
        "may_refer": handles and complaint.state in LIVE,
        "may_withdraw": is_own and complaint.state in LIVE,
        "may_object": is_own and selectors.may_object(complaint, today),
        "forms": forms,
        "form": failed,
        "pressed": pressed,
        "has_key": bool(key),
    }
    return render(request, "web/complaints/detail.html", context, status=status)


def _pressed(request: HttpRequest, complaint: Complaint, key: str) -> Form | None:
    """Do what was pressed; return the form that was refused."""
    pressed, form = request.POST.get("do", ""), None
    if key and pressed not in {"withdraw", "object"}:
        raise Missing
    if pressed in FORMS:
        form = FORMS[pressed](request.POST)
        if not form.is_valid():
            return form
    elif pressed not in {"take", "withdraw"}:
        raise Missing
    try:
        _do(request, complaint, pressed, form, key)
    except Refused as refusal:
        if form is None:
            tell(request, refusal)
            return None
        form.show(refusal)
        return form
    messages.success(request, _("已记下。"))
    return None


def _do(request: HttpRequest, complaint: Complaint, pressed: str, form: Any, key: str) -> None:
    who = visitor(request)
    author = who if isinstance(who, Person) else None
    match pressed:
        case "withdraw":
            services.withdraw(complaint, by=author, key=key)
        case "object":
            services.object_to(complaint, form.cleaned_data["text"], by=author, key=key)
        case "take":
            services.take(complaint, by=person(request))
        case "refer":
            services.refer(complaint, form.cleaned_data["text"], by=person(request))
        case "answer":
            measure = Measure(form.cleaned_data["measure"])
            services.answer(complaint, form.cleaned_data["text"], measure, by=person(request))


FORMS: dict[str, type[Form]] = {
    "answer": AnswerForm,
    "refer": ReferForm,
    "object": ObjectionForm,
}
