"""Plans of visits: the list, a plan with everything that may be ruled in it, its two sides, itineraries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.accounts.models import Person
from keqiao.base.errors import Missing, Refused
from keqiao.paperwork import itineraries
from keqiao.tours import policies, selectors, services, sides
from keqiao.tours.models import Expert, Firm, Plan
from keqiao.tours.selectors import Itinerary
from keqiao.tours.states import State
from keqiao.web import tour_deeds
from keqiao.web.forms.tours import ExpertForm, FirmForm, PlanForm, TermsForm
from keqiao.web.requests import page_of, person
from keqiao.web.templatetags.tours import about

MOST_ROWS = 10  # of a plan on a page: each has forms of its own
ROWS: dict[str, Callable[[Plan], Any]] = {  # what is shown of a plan, by the word in the address
    "": selectors.days,
    "firms": selectors.firms,
    "gaps": lambda plan: selectors.firms(plan, only_missing=True),
    "experts": selectors.experts,
}
KINDS: dict[str, tuple[str, Callable[[itineraries.Itinerary], bytes]]] = {
    "itinerary.pdf": ("application/pdf", itineraries.itinerary_pdf),
    "itinerary.ics": ("text/calendar; charset=utf-8", itineraries.itinerary_ics),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tour_list(request: HttpRequest) -> HttpResponse:
    """The plans of who plans, and a new one; for everybody where the own studios and enterprises stand."""
    who = person(request)
    if not policies.is_planner(who):
        if request.method == "POST":
            raise Missing
        return render(request, "web/tours/mine.html", _own(who))
    form = PlanForm(request.POST or None, nodes=selectors.nodes(who))
    if request.method == "POST" and form.is_valid():
        try:
            node = selectors.node(form.cleaned_data["node"], by=who)
            plan = services.draft(node, form.terms(), by=who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("已开好一份。请加专家和企业，系统随后就排。"))
            return redirect("tour_detail", code=plan.code)
    context = {"page": page_of(request, selectors.counted(who)), "form": form, **_own(who)}
    status = 422 if form.errors else 200
    return render(request, "web/tours/list.html", context, status=status)


@login_required
@require_safe
def tour_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A plan of visits."""
    return plan_page(request, selectors.get(code, by=person(request)))


@login_required
@require_POST
def tour_do(request: HttpRequest, code: str, deed: str) -> HttpResponse:
    """Do one of ``tour_deeds.DEEDS`` to a plan; what was entered stays on the page when it is refused."""
    who = person(request)
    plan = selectors.get(code, by=who)
    if deed not in tour_deeds.DEEDS:
        raise Missing
    chosen = tour_deeds.DEEDS[deed]
    more: dict[str, Any] = {"plan": plan} if deed == "terms" else {}
    form = chosen.form(request.POST, auto_id=f"{deed}_%s", **more)
    if form.is_valid():
        try:
            chosen.act(plan, form, who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, str(chosen.done))
            return redirect(reverse("tour_detail", args=[code]) + _query(request))
    return plan_page(request, selectors.get(code, by=who), failed=(deed, form))


def plan_page(
    request: HttpRequest, plan: Plan, *, failed: tuple[str, Any] | None = None
) -> HttpResponse:
    """Show a plan; ``failed`` is a deed with its form that was refused."""
    show = request.GET.get("show", "")
    if show not in ROWS:
        raise Missing
    rows = ROWS[show](plan)
    page = page_of(request, rows, most=MOST_ROWS)
    firms = [one for one in page.object_list if isinstance(one, Firm)]
    deed, form = failed if failed is not None else ("", None)
    terms = TermsForm.of(plan)
    if form is not None and deed == "terms":
        form.renew(plan.revision)
        terms = form
    counts = selectors.counts(plan)
    context = {
        "plan": plan,
        "page": page,
        "show": show,
        "tabs": _tabs(plan, show, counts),
        "counts": {**counts, "stops": counts[""]},
        "query": _query(request),
        "names": selectors.names_for(plan, firms),
        "is_draft": plan.state == State.DRAFT,
        "is_applied": plan.state == State.APPLIED,
        "is_working": plan.state == State.DRAFT and not plan.is_solved,
        "terms": terms,
        "deed": deed,
        "form": form,
    }
    status = 422 if failed else 200
    return render(request, "web/tours/plan.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tour_side(request: HttpRequest, code: str, side: str, who: str = "") -> HttpResponse:
    """Take an expert or a firm into a plan, or change how it goes or receives."""
    me = person(request)
    plan = selectors.get(code, by=me)
    form, kept, act = _expert_page(request, plan, who, me) if side == "experts" else _firm_page(
        request, plan, who, me
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            act(form)
        except Refused as refusal:
            form.show(refusal)
            form.renew(selectors.get(code, by=me).revision)
        else:
            messages.success(request, _("已保存，正在重新计算。"))
            return redirect(reverse("tour_detail", args=[code]) + f"?show={side}")
    context = {"plan": plan, "form": form, "kept": kept, "side": side}
    status = 422 if form.errors else 200
    return render(request, "web/tours/side.html", context, status=status)


def _expert_page(
    request: HttpRequest, plan: Plan, who: str, me: Person
) -> tuple[Any, Expert | None, Callable[[Any], object]]:
    expert = selectors.expert(plan, who) if who else None
    form = ExpertForm(request.POST or None, plan=plan, expert=expert)

    def act(form: Any) -> object:
        revision = form.cleaned_data["revision"]
        if expert is not None:
            going = form.going(expert.home_id)
            return sides.change_expert(expert, going, by=me, revision=revision)
        body = tour_deeds.expert_written(form.cleaned_data["who"], by=me)
        going = form.going(body.region_id)
        return sides.add_expert(plan, body, going, by=me, revision=revision)

    return form, expert, act


def _firm_page(
    request: HttpRequest, plan: Plan, who: str, me: Person
) -> tuple[Any, Firm | None, Callable[[Any], object]]:
    firm = selectors.firm(plan, who) if who else None
    form = FirmForm(request.POST or None, plan=plan, firm=firm)

    def act(form: Any) -> object:
        revision = form.cleaned_data["revision"]
        if firm is not None:
            receiving = form.receiving(firm.region_id)
            return sides.change_firm(firm, receiving, by=me, revision=revision)
        body = tour_deeds.firm_written(form.cleaned_data["firm"], by=me)
        receiving = form.receiving(body.region_id)
        return sides.add_firm(plan, body, receiving, by=me, revision=revision)

    return form, firm, act


@login_required
@require_safe
def tour_itinerary(request: HttpRequest, code: str, side: str, who: str) -> HttpResponse:
    """The way of an expert, or whom a firm receives."""
    reader = person(request)
    found = selectors.itinerary(code, side, who, by=reader)
    context = {
        "itinerary": found,
        "plan": found.plan,
        "side": side,
        "who": who,
        "may_plan": policies.may_plan(reader, found.plan.association),
    }
    return render(request, "web/tours/itinerary.html", context)


@login_required
@require_safe
def tour_paper(request: HttpRequest, code: str, side: str, who: str, kind: str) -> HttpResponse:
    """Hand an itinerary out, on paper or for a calendar."""
    found = selectors.itinerary(code, side, who, by=person(request))
    if kind not in KINDS:
        raise Missing
    content_type, draw = KINDS[kind]
    name = _("行程 %(name)s") % {"name": found.name}
    response = HttpResponse(draw(_paper(found)), content_type=content_type)
    ending = kind.rpartition(".")[2]
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.{ending}")
    response.headers["Content-Disposition"] = disposition or "attachment"
    return response


def _paper(found: Itinerary) -> itineraries.Itinerary:
    plan, is_expert = found.plan, isinstance(found.side, Expert)
    return itineraries.Itinerary(
        title=plan.title,
        name=found.name,
        code=plan.code,
        organiser=plan.association.name,
        sequence=plan.revision,
        changed_at=plan.changed_at,
        is_proposal=plan.state != State.APPLIED,
        stops=tuple(
            itineraries.Stop(
                uid=f"{plan.code}-{stop.firm.organisation.code}-{stop.day.expert.body.code}@keqiao",
                starts_at=stop.starts_at,
                ends_at=stop.ends_at,
                whom=stop.firm.organisation.name if is_expert else stop.day.expert.body.name,
                address=stop.firm.address or stop.firm.region.name,
                about=about(stop.firm),
                kilometres=stop.kilometres if is_expert else None,
                minutes=stop.minutes if is_expert else None,
            )
            for stop in found.stops
        ),
    )


def _own(who: Person) -> dict[str, Any]:
    going, receiving = selectors.sides_of(who, since=timezone.localdate())
    return {"going": going, "receiving": receiving}


def _query(request: HttpRequest) -> str:
    """Return which part of the plan is on the page, as it stands in its address."""
    kept = {name: request.GET[name] for name in ("show", "page") if request.GET.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def _tabs(plan: Plan, show: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {"": _("日程"), "firms": _("企业"), "gaps": _("有空缺"), "experts": _("专家")}
    address = reverse("tour_detail", args=[plan.code])
    return [
        {
            "label": label,
            "href": f"{address}?show={name}" if name else address,
            "is_here": name == show,
            "count": counts[name],
        }
        for name, label in labels.items()
    ]
