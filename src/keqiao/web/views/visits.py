"""Pages of visits: rounds, one visit with what may be said on it, its record for a phone, what becomes of its needs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.accounts.models import Person
from keqiao.base.errors import Missing, Refused
from keqiao.paperwork import invitations
from keqiao.places.models import Association
from keqiao.visits import policies, selectors, services, steps
from keqiao.visits.models import Round, Visit
from keqiao.visits.states import MACHINE, State
from keqiao.web import bodies, visiting
from keqiao.web.bodies import Among
from keqiao.web.forms import visits as forms
from keqiao.web.forms.base import Form
from keqiao.web.requests import GET_POST, page_of, person


@login_required
@require_safe
def visit_list(request: HttpRequest) -> HttpResponse:
    """The visits that one arranges, receives or makes, what waits first; for who arranges also the rounds."""
    who = person(request)
    page = page_of(request, selectors.visible(who))
    arranges = bool(selectors.nodes(who))
    context = {
        "page": page,
        "names": selectors.names(list(page)),
        "waiting": visiting.waiting_for(who),
        "arranges": arranges,
        "rounds": selectors.rounds(who)[:12] if arranges else [],
    }
    return render(request, "web/visits/list.html", context)


@login_required
@require_http_methods(GET_POST)
def round_create(request: HttpRequest) -> HttpResponse:
    """Begin a round."""
    who = person(request)
    nodes = _nodes(who)
    form = forms.RoundForm(request.POST or None, nodes=nodes)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            made = services.begin_round(
                entered["title"],
                association=_chosen(nodes, entered["association"]),
                about=entered["about"],
                by=who,
            )
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("已建立。请把要去的企业一家一家安排进来。"))
            return redirect("round_detail", code=made.code)
    return render(request, "web/visits/round_form.html", {"form": form}, status=_status(form))


@login_required
@require_safe
def round_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A round: its visits, the needs found on them, and what became of each."""
    who = person(request)
    found = selectors.round_(code, by=who)
    visits = selectors.of_round(found, by=who)
    became = selectors.became(visits, by=who)
    names = selectors.names(visits)
    context = {
        "round": found,
        "visits": [(one, names.get(one.pk, []), became[one.pk]) for one in visits],
        "total": visiting.total(became.values()),
        "arranges": policies.may_arrange(who, found.association),
    }
    return render(request, "web/visits/round.html", context)


@login_required
@require_http_methods(GET_POST)
def visit_create(request: HttpRequest) -> HttpResponse:
    """Arrange a visit, alone or in a round."""
    who = person(request)
    nodes = _nodes(who)
    code = request.GET.get("round", "")
    in_round = selectors.round_(code, by=who) if code else None
    if in_round is not None and not policies.may_arrange(who, in_round.association):
        raise Missing
    form = forms.VisitForm(request.POST or None, nodes=nodes, in_round=in_round)
    if request.method == "POST" and form.is_valid():
        try:
            made = _arrange(form, nodes, in_round, who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("到访已安排，企业和专家会收到带日历的通知。"))
            return redirect("visit_detail", code=made.code)
    context = {"form": form, "round": in_round}
    return render(request, "web/visits/form.html", context, status=_status(form))


@login_required
@require_http_methods(GET_POST)
def visit_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Move a visit, or change who comes."""
    who = person(request)
    visit = selectors.get(code, by=who)
    if not policies.hosts(who, visit) or visit.state != State.ARRANGED:
        raise Missing
    initial = {
        "revision": visit.revision,
        "experts": "\n".join(visiting.coded(one) for one in visit.experts.all()),
        "starts_at": timezone.localtime(visit.starts_at),
        "ends_at": timezone.localtime(visit.ends_at),
        "place": visit.place,
        "about": visit.about,
    }
    form = forms.VisitForm(request.POST or None, nodes=(), visit=visit, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.move(
                visit,
                experts=visiting.guests(form, visit, by=who),
                revision=form.cleaned_data["revision"],
                by=who,
                **_when(form),
            )
        except Refused as refusal:
            form.show(refusal)
            form.renew(selectors.get(code, by=who).revision)
        else:
            messages.success(request, _("已更改，企业和专家会收到新的日历通知。"))
            return redirect("visit_detail", code=code)
    context = {"form": form, "visit": visit, "round": visit.round}
    return render(request, "web/visits/form.html", context, status=_status(form))


@login_required
@require_http_methods(GET_POST)
def visit_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One visit: its record, both sides' words, needs and promises, and what may be done to each."""
    who = person(request)
    visit = selectors.get(code, by=who)
    failed = None
    if request.method == "POST":
        failed = visiting.press(request, visit, who)
        if failed is None:
            return redirect("visit_detail", code=code)
        visit = selectors.get(code, by=who)
    context = visiting.shown(visit, who, failed)
    status = 422 if failed is not None else 200
    return render(request, "web/visits/detail.html", context, status=status)


@login_required
@require_http_methods(GET_POST)
def visit_record(request: HttpRequest, code: str) -> HttpResponse:
    """The record, written on a phone: saved as often as wanted, nothing typed is lost by a refusal."""
    who = person(request)
    visit = selectors.get(code, by=who)
    if not (policies.may_write(who, visit) and MACHINE.allows("record", visit.state)):
        raise Missing
    shown = _written(visit)
    form = forms.RecordForm(request.POST or None, written=shown)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            services.record(visit, form.content(), by=who, revision=form.cleaned_data["revision"])
        except services.ChangedMeanwhile as refusal:
            theirs = selectors.get(code, by=who)
            shown = _written(theirs)
            form = forms.RecordForm(forms.joined(request.POST, shown), written=shown)
            form.is_valid()
            form.show(refusal)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("记录已保存。可以接着写，写完请双方核对。"))
            return redirect("visit_detail" if "done" in request.POST else "visit_record", code=code)
    context = {"form": form, "visit": visit, "theirs": theirs}
    return render(request, "web/visits/record.html", context, status=_status(form))


@login_required
@require_POST
def visit_need(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Say for the enterprise what becomes of a need found: a draft of its own, or taken out of the record."""
    who = person(request)
    found = selectors.finding(selectors.get(code, by=who), number)
    match request.POST.get("do", ""):
        case "draft":
            need = steps.draft_need(found, by=who)
            messages.success(
                request, _("已写成草稿，只有本单位能看到。请补全再提交审核，也可以先放着。")
            )
            return redirect("need_edit", code=need.code)
        case "refuse":
            steps.refuse_need(found, by=who)
            messages.success(request, _("这句话已从记录里删去，只留下一个数字。"))
            return redirect("visit_detail", code=code)
    raise Missing


@login_required
@require_safe
def visit_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The visit as an entry for a calendar."""
    visit = selectors.get(code, by=person(request))
    is_off = visit.state == State.CANCELLED
    draw = invitations.cancellation_ics if is_off else invitations.invitation_ics
    name = _("企业行 %(firm)s") % {"firm": visit.organisation.name}
    content_type = "text/calendar; charset=utf-8"
    response = HttpResponse(draw(selectors.invitation(visit)), content_type=content_type)
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.ics")
    response.headers["Content-Disposition"] = disposition or "attachment"
    return response


def _nodes(who: Person) -> list[Association]:
    nodes = selectors.nodes(who)
    if not nodes:
        raise Missing
    return nodes


def _chosen(nodes: list[Association], code: str) -> Association:
    return next(one for one in nodes if one.code == code)


def _when(form: forms.VisitForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("starts_at", "ends_at", "place", "about")}


def _arrange(
    form: forms.VisitForm, nodes: list[Association], in_round: Round | None, who: Person
) -> Visit:
    entered = form.cleaned_data
    organisation = bodies.meant(
        entered["organisation"], by=who, field="organisation", among={Among.ORGANISATION}
    )
    node = in_round.association if in_round is not None else _chosen(nodes, entered["association"])
    return services.arrange(
        organisation,
        experts=visiting.guests(form, None, by=who),
        association=node,
        in_round=in_round,
        by=who,
        **_when(form),
    )


def _written(visit: Visit) -> dict[str, Any]:
    return forms.written(visit, selectors.findings(visit), selectors.pledges(visit))


def _status(form: Form) -> int:
    return 422 if form.errors else 200
