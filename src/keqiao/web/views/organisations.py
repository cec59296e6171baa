"""Pages of organisations."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.accounts import selectors as accounts
from keqiao.base.errors import Missing, Refused
from keqiao.organisations import policies, services
from keqiao.organisations import selectors as organisations
from keqiao.organisations.models import Organisation
from keqiao.organisations.types import Standing
from keqiao.web.forms.base import UNSEEN
from keqiao.web.forms.organisations import DecisionForm, MemberForm, OrganisationForm, initial
from keqiao.web.requests import person, tell, visitor


@require_safe
def organisation_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation; members and its checkers see its particulars."""
    who = visitor(request)
    organisation = organisations.get(code, by=who)
    sees_particulars = policies.may_see_particulars(who, organisation)
    may_check = policies.may_check(who, organisation)
    context = {
        "organisation": organisation,
        "sees_particulars": sees_particulars,
        "members": organisations.members(organisation) if sees_particulars else [],
        "is_representative": policies.is_representative(who, organisation),
        "may_check": may_check and organisation.standing == Standing.WAITING,
        "member_form": MemberForm(),
        "decision_form": DecisionForm(initial={"revision": organisation.revision}),
    }
    return render(request, "web/organisations/detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_create(request: HttpRequest) -> HttpResponse:
    """Register an organisation; it waits to be verified."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organisation = services.register(form.particulars(), by=person(request))
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("单位已登记，等待所在地科协核验。现在就可以写需求草稿。"))
            return redirect("organisation_detail", code=organisation.code)
    return _form_page(request, form, organisation=None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change the particulars."""
    who = person(request)
    organisation = organisations.get(code, by=who)
    if not policies.is_representative(who, organisation):
        raise Missing
    form = OrganisationForm(
        request.POST or None, organisation=organisation, initial=initial(organisation)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.revise(organisation, form.particulars(), by=who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("单位资料已保存。"))
            return redirect("organisation_detail", code=organisation.code)
    return _form_page(request, form, organisation=organisation)


@login_required
@require_POST
def organisation_decide(request: HttpRequest, code: str) -> HttpResponse:
    """Verify or refuse."""
    who = person(request)
    organisation = organisations.get(code, by=who)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(UNSEEN))
        return redirect("organisation_detail", code=code)
    note, seen = form.cleaned_data["note"], form.cleaned_data["revision"]
    try:
        if request.POST.get("decision") == "verify":
            services.verify(organisation, by=who, note=note, revision=seen)
            messages.success(request, _("已核验。"))
        else:
            services.refuse(organisation, by=who, note=note, revision=seen)
            messages.success(request, _("已告知对方未通过的原因。"))
    except Refused as refusal:
        tell(request, refusal)
        return redirect("organisation_detail", code=code)
    return redirect("review_desk")


@login_required
@require_POST
def organisation_add_member(request: HttpRequest, code: str) -> HttpResponse:
    """Let a colleague act for the organisation."""
    who = person(request)
    organisation = organisations.get(code, by=who)
    form = MemberForm(request.POST)
    colleague = accounts.person_by_email(request.POST.get("email", ""))
    if not form.is_valid() or colleague is None:
        messages.error(request, _("没有用这个邮箱登录的账号，请核对邮箱，或请对方先注册。"))
        return redirect("organisation_detail", code=code)
    is_representative = form.cleaned_data["is_representative"]
    services.add_member(organisation, colleague, by=who, is_representative=is_representative)
    messages.success(request, _("成员已添加。"))
    return redirect("organisation_detail", code=code)


@login_required
@require_POST
def organisation_remove_member(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """End a membership."""
    who = person(request)
    organisation = organisations.get(code, by=who)
    live = {membership.pk: membership for membership in organisations.members(organisation)}
    if number not in live:
        raise Missing
    try:
        services.remove_member(live[number], by=who)
        messages.success(request, _("成员已移除。"))
    except Refused as refusal:
        tell(request, refusal)
    if live[number].person_id == who.pk:
        return redirect("desk")
    return redirect("organisation_detail", code=code)


def _form_page(
    request: HttpRequest, form: OrganisationForm, *, organisation: Organisation | None
) -> HttpResponse:
    context = {"form": form, "organisation": organisation}
    status = 422 if form.errors else 200
    return render(request, "web/organisations/form.html", context, status=status)
