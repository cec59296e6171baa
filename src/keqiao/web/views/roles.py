"""Who does what at which node: for administrators, of their own node and those below."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keqiao.access import selectors, services
from keqiao.access.types import DUTIES, Role
from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.base.errors import Missing, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.places import services as places
from keqiao.places.models import Association
from keqiao.web.forms.roles import RoleForm, SocietyForm
from keqiao.web.requests import GET_POST, page_of, person, tell

NOBODY = N_("没有用这个邮箱登录的人。请先请对方注册账号，再来授予。")
MOST_ROWS = 100


@login_required
@require_http_methods(GET_POST)
def role_list(request: HttpRequest) -> HttpResponse:
    """All who hold roles; give another one."""
    who = person(request)
    nodes = selectors.administered(who)
    if not nodes:
        raise Missing
    form = RoleForm(request.POST or None, nodes=nodes)
    if request.method == "POST" and form.is_valid():
        try:
            told = _give(form, nodes, who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, told)
            return redirect("role_list")
    return _page(request, nodes, form=form)


@login_required
@require_POST
def role_end(request: HttpRequest, number: int) -> HttpResponse:
    """Take a role back."""
    who = person(request)
    live = selectors.live(number, by=who)
    try:
        services.end(live, by=who)
    except Refused as refusal:
        tell(request, refusal)
    else:
        told = {"name": live.person.name, "node": live.association.name}
        messages.success(request, _("已收回%(name)s在%(node)s的职责，对方会收到提醒。") % told)
    return redirect("role_list" if selectors.administered(who) else "desk")


@login_required
@require_POST
def society_create(request: HttpRequest) -> HttpResponse:
    """Put a society on the tree, so that visits and plans can name it as an expert."""
    who = person(request)
    nodes = selectors.administered(who)
    if not nodes:
        raise Missing
    form = SocietyForm(request.POST, nodes=nodes)
    if form.is_valid():
        try:
            under = _chosen(form.cleaned_data["under"], nodes)
            made = places.add_society(form.cleaned_data["name"], under, by=who)
        except Refused as refusal:
            form.show(refusal)
        else:
            told = {"name": made.name, "code": made.code}
            messages.success(
                request, _("已登记%(name)s（%(code)s）。现在可以给代表它的人授予职责。") % told
            )
            return redirect("role_list")
    return _page(request, nodes, society=form)


def _chosen(code: str, nodes: list[Association]) -> Association:
    """Return the one of the nodes that a form offered."""
    return next(one for one in nodes if one.code == code)


def _give(form: RoleForm, nodes: list[Association], who: Person) -> str:
    """Give what the form says; return what is said then. Raise Invalid for somebody without an account."""
    entered = form.cleaned_data
    node = _chosen(entered["node"], nodes)
    colleague = accounts.person_by_email(entered["email"])
    if colleague is None or not colleague.is_active:
        raise invalid("email", NOBODY)
    role = Role(entered["role"])
    services.grant(colleague, role, node, by=who)
    told = {"name": colleague.name, "node": node.name, "role": role.label}
    return _("%(name)s现在是%(node)s的%(role)s，对方会收到提醒。") % told


def _page(
    request: HttpRequest,
    nodes: list[Association],
    *,
    form: RoleForm | None = None,
    society: SocietyForm | None = None,
) -> HttpResponse:
    failed = form if form is not None and form.errors else society
    context = {
        "page": page_of(request, selectors.given(nodes), most=MOST_ROWS),
        "role_form": form or RoleForm(nodes=nodes),
        "society_form": society or SocietyForm(nodes=nodes, auto_id="society_%s"),
        "form": failed,
        "is_society_open": society is not None,
        "duties": [(role.label, duty) for role, duty in DUTIES.items()],
    }
    status = 422 if failed is not None and failed.errors else 200
    return render(request, "web/roles/list.html", context, status=status)
