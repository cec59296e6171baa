"""The assignment desk: the weeks, and a week's plan with everything that may be ruled in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.assignments import selectors, services
from keqiao.assignments.models import Plan
from keqiao.assignments.states import State
from keqiao.assignments.types import DUE_DAYS, LIVE_CASES
from keqiao.base.errors import Missing, Refused
from keqiao.casework import policies as casework
from keqiao.web import weeks
from keqiao.web.forms.assignments import TermsForm, WeekForm
from keqiao.web.requests import page_of, person

MOST_ROWS = 10  # of a plan on a page: each has forms of its own
SHOWS = ("", "gaps", "moved", "mine")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_list(request: HttpRequest) -> HttpResponse:
    """The weeks that somebody plans, and a new one."""
    who = person(request)
    if not casework.is_staff(who):
        raise Missing
    nodes, today = selectors.nodes(who), timezone.localdate()
    if request.method == "POST":
        form = WeekForm(request.POST, nodes=nodes, today=today)
        if form.is_valid():
            entered = form.cleaned_data
            try:
                node = selectors.node(entered["node"], by=who)
                plan = services.draft(node, entered["week"], by=who)
            except Refused as refusal:
                form.show(refusal)
            else:
                messages.success(request, _("已按系统现在的建议排出一份，请核对。"))
                return redirect("assignment_detail", code=plan.code)
    else:
        form = WeekForm(nodes=nodes, today=today)
    context = {"page": page_of(request, selectors.plans(who)), "form": form}
    status = 422 if form.errors else 200
    return render(request, "web/assignments/list.html", context, status=status)


@login_required
@require_safe
def assignment_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A week's plan."""
    return plan_page(request, selectors.get(code, by=person(request)))


@login_required
@require_POST
def assignment_do(request: HttpRequest, code: str, deed: str) -> HttpResponse:
    """Do one of ``weeks.DEEDS`` to a plan; what was entered stays on the page when it is refused."""
    who = person(request)
    plan = selectors.get(code, by=who)
    if deed not in weeks.DEEDS:
        raise Missing
    form = weeks.DEEDS[deed].form(request.POST, auto_id=f"{deed}_%s")
    if form.is_valid():
        try:
            said = weeks.DEEDS[deed].act(plan, form, who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, said or str(weeks.DEEDS[deed].done))
            row = form.cleaned_data.get("row")
            query, fragment = _query(request), f"#row-{row}" if row else ""
            return redirect(reverse("assignment_detail", args=[code]) + query + fragment)
    return plan_page(request, selectors.get(code, by=who), failed=(deed, form))


def plan_page(
    request: HttpRequest, plan: Plan, *, failed: tuple[str, Any] | None = None
) -> HttpResponse:
    """Show a plan; ``failed`` is a deed with its form that was refused."""
    who = person(request)
    show = request.GET.get("show", "")
    if show not in SHOWS:
        raise Missing
    page = page_of(request, selectors.rows(plan, show=show, by=who), most=MOST_ROWS)
    items = list(page.object_list)
    terms = TermsForm.of(plan)
    deed, form = failed if failed is not None else ("", None)
    if form is not None and deed == "terms":
        form.renew(plan.revision)
        terms = form
    context = {
        "plan": plan,
        "page": page,
        "show": show,
        "tabs": _tabs(plan, show, selectors.counts(plan, by=who)),
        "query": _query(request),
        "names": selectors.names_for(plan, items),
        "excluded": selectors.rulings(plan, items),
        "burdens": selectors.burdens(plan),
        "is_draft": plan.state == State.DRAFT,
        "is_applied": plan.state == State.APPLIED,
        "me": who,
        "terms": terms,
        "deed": deed,
        "form": form,
        "due_days": DUE_DAYS,
        "live_cases": LIVE_CASES,
    }
    status = 422 if failed else 200
    return render(request, "web/assignments/plan.html", context, status=status)


def _query(request: HttpRequest) -> str:
    """Return which part of the plan is on the page, as it stands in its address."""
    kept = {name: request.GET[name] for name in ("show", "page") if request.GET.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def _tabs(plan: Plan, show: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {"": _("全部"), "gaps": _("有空缺"), "moved": _("换了人"), "mine": _("派给我的")}
    address = reverse("assignment_detail", args=[plan.code])
    return [
        {
            "label": label,
            "href": f"{address}?show={name}" if name else address,
            "is_here": name == show,
            "count": counts[name],
        }
        for name, label in labels.items()
    ]
