"""The broker's desk: the board of cases, a case with everything that may be done to it, and its matching."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.accounts import selectors as accounts
from keqiao.accounts.types import Purpose
from keqiao.assignments import selectors as assignments
from keqiao.base.errors import Invalid, Missing, Refused
from keqiao.casework import persons, policies
from keqiao.casework import selectors as casework
from keqiao.casework import services as case_services
from keqiao.casework.models import Case
from keqiao.casework.states import LIVE, Stage
from keqiao.correspondence import selectors as correspondence
from keqiao.invitations import selectors as invitations
from keqiao.invitations import services as invitation_services
from keqiao.matching import selectors as matching
from keqiao.matching import services as match_services
from keqiao.matching.types import Grade
from keqiao.meetings import selectors as meetings
from keqiao.messaging import selectors as messaging
from keqiao.needs import selectors as needs
from keqiao.needs.models import Need
from keqiao.offers import selectors as offers
from keqiao.outcomes import policies as outcome_policies
from keqiao.outcomes import selectors as outcomes
from keqiao.outcomes.types import CONFIRMING
from keqiao.sisters import selectors as sisters
from keqiao.sisters.types import Kind as SisterKind
from keqiao.web import choosing, deeds, visiting
from keqiao.web.forms.cases import InviteForm, JudgeForm
from keqiao.web.requests import handed_out, page_of, person, tell
from keqiao.web.templatetags.cases import skipped

MOST_ELSEWHERE = 5  # offers of other platforms beside the engine's suggestions
MOST_MAILS = 50  # shown of those that the platform sent


@login_required
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """The board of the staff; for a party the cases at whose tables it sits."""
    who = person(request)
    if not policies.is_staff(who):
        rows = casework.with_parties(casework.of_person(who))
        return render(request, "web/cases/mine.html", {"page": page_of(request, rows)})
    mine = request.GET.get("all") != "1"
    stage = request.GET.get("stage", "")
    if stage and stage not in Stage.values:
        raise Missing
    context: dict[str, Any] = {
        "mine": mine,
        "due": casework.due(who, timezone.localdate()),
        "invitations": invitations.waiting_for_broker(who)[:12],
        "assigned": assignments.waiting_for(who)[:12],
        "meetings": meetings.coming(who, timezone.now()),
        "visits": visiting.waiting_for(who),
        "disputed": outcomes.disputed(who),
        "contested": outcomes.contested(who),
        "today": timezone.localdate(),
    }
    if stage:
        rows = casework.with_parties(casework.attended(who, mine=mine).filter(state=stage))
        context |= {"page": page_of(request, rows), "stage": stage}
    else:
        context["board"] = casework.board(who, mine=mine)
    return render(request, "web/cases/board.html", context)


@login_required
@require_POST
def case_open(request: HttpRequest, code: str) -> HttpResponse:
    """Take a need up; one that is carried already leads to its case."""
    who = person(request)
    need = needs.get_private(code, by=who)
    there = casework.case_of_need(need, by=who)
    if there is not None:
        messages.info(request, _("这条需求已经在这个对接单里。"))
        return redirect("case_detail", code=there.code)
    case = case_services.open_case([need], by=who)
    messages.success(request, _("已建立对接单。先联系需求方，再邀请合适的工作室。"))
    return redirect("case_detail", code=case.code)


@login_required
@require_safe
def case_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about one case, for its staff and its parties."""
    who = person(request)
    return case_page(request, casework.get(code, by=who))


@login_required
@require_POST
def case_do(request: HttpRequest, code: str, deed: str) -> HttpResponse:
    """Do one of ``deeds.DEEDS`` to a case; what was entered stays on the page when it is refused."""
    who = person(request)
    case = casework.get(code, by=who)
    if deed not in deeds.DEEDS:
        raise Missing
    form = deeds.form_of(deed, case, who, request.POST, request.FILES)
    if form.is_valid():
        try:
            deeds.DEEDS[deed].act(case, form, who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, str(deeds.DEEDS[deed].done))
            return redirect("case_detail", code=code)
    case = casework.get(code, by=who)
    return case_page(request, case, failed=(deed, form))


@login_required
@require_POST
def case_thing(request: HttpRequest, code: str, deed: str, number: int) -> HttpResponse:
    """Do something without a form to one thing of a case: a task, a party, a milestone, a need."""
    who = person(request)
    case = casework.get(code, by=who)
    if deed not in deeds.THINGS:
        raise Missing
    try:
        messages.success(request, deeds.THINGS[deed](case, number, request.POST, who))
    except Invalid as refusal:
        tell(request, refusal)
    return redirect("case_detail", code=code)


@login_required
@require_safe
def case_file(request: HttpRequest, code: str, number: int) -> FileResponse:
    """Hand out one file to whoever may see the case."""
    return handed_out(casework.file(casework.get(code, by=person(request)), number))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_match(request: HttpRequest, code: str, need_code: str) -> HttpResponse:
    """Matching at the desk: the engine's suggestions, the broker's own judgement beside them, invitations."""
    who = person(request)
    case = casework.get(code, by=who)
    need = next((one.need for one in casework.concerns(case) if one.need.code == need_code), None)
    if need is None or not policies.attends(who, case):
        raise Missing
    shown = matching.suggestions_for_need(need, by=who)
    judged = matching.judgements(need, by=who)
    suggested = {one.offer.code for one in shown.items}
    failed = None
    if request.method == "POST":
        failed = _judge_or_invite(request, case, need, places=suggested | judged.keys())
        if failed is None:
            return redirect("case_match", code=code, need_code=need_code)
    asked = invitations.of_case(case, by=who)
    table = choosing.Table(need, asked, casework.parties(case), timezone.localdate(), failed)
    context = {
        "case": case,
        "need": need,
        "works": policies.works(who, case) and case.state in LIVE,
        "matches": shown,
        "choices": choosing.sorted_out(table, shown.items),
        "judged": [
            (one, None if offer_code in suggested else table.choice(one.offer))
            for offer_code, one in judged.items()
        ],
        "advice": matching.advice(need),
        "invited": [one for one in asked if one.need_id == need.pk],
        "own_form": table.own_form(),
        "form": failed.form if failed is not None else None,
        "elsewhere": sisters.found(
            f"{need.public_title} {need.public_text}", kind=SisterKind.OFFER, most=MOST_ELSEWHERE
        ),
    }
    return render(request, "web/cases/match.html", context, status=200 if failed is None else 422)


def _judge_or_invite(
    request: HttpRequest, case: Case, need: Need, *, places: Collection[str]
) -> choosing.Failed | None:
    """Do what was asked; return the form that was refused, with its place on the page, or nothing."""
    who = person(request)
    code = request.POST.get("offer", "").strip()
    is_own = request.POST.get("place") == choosing.OWN or code not in places
    place = choosing.OWN if is_own else code
    form: InviteForm | JudgeForm
    is_invitation = "due_on" in request.POST
    if is_invitation:
        form = choosing.invite_form(place, timezone.localdate(), request.POST)
    else:
        form = choosing.judge_form(place, request.POST)
    if not form.is_valid():
        return choosing.Failed(place, form)
    entered = form.cleaned_data
    try:
        offer = offers.get(entered["offer"].strip(), by=who)
        if is_invitation:
            invitation_services.invite(
                case,
                need,
                offer.studio,
                due_on=entered["due_on"],
                text=entered["text"],
                offer=offer,
                by=who,
            )
            messages.success(request, _("邀请已发出，对方的工作台上能看到。"))
        else:
            grade = Grade(entered["grade"])
            match_services.judge(need, offer, grade, why=entered["why"], by=who)
            messages.success(request, _("您的判断已记下。"))
    except Missing:
        form.add_error("offer", _("没有找到这个编号的所能，请核对后再填。"))
        return choosing.Failed(place, form)
    except Refused as refusal:
        form.show(refusal)
        return choosing.Failed(place, form)
    return None


def case_page(
    request: HttpRequest, case: Case, *, failed: tuple[str, Any] | None = None
) -> HttpResponse:
    """Show a case; ``failed`` is a deed with its form that was refused."""
    who = person(request)
    works = policies.works(who, case)
    staff = policies.attends(who, case)
    parties = casework.parties(case)
    own = casework.own_parties(case, by=who)
    sides = {one.side for one in own if one.side in CONFIRMING}
    steps = list(casework.steps(case))
    context = {
        "case": case,
        "works": works,
        "staff": staff,
        "is_live": case.state in LIVE,
        "may_hand_over": works or policies.oversees(who, case),
        "may_take_over": policies.may_take_over(
            who, case, has_broker=not staff or casework.has_broker(case)
        ),
        "me": who,
        "unnamed": persons.unnamed(case, by=who),
        "reachable": persons.reachable(parties) if staff else {},
        "is_named": accounts.has_consented(who, Purpose.CONTACT),
        "parties": parties,
        "own": [one.pk for one in own],
        "sides": sides,
        "concerns": [casework.shown(one, parties, own, by=who) for one in casework.concerns(case)],
        "steps": steps,
        "skipped": skipped(case, steps),
        "tasks": casework.tasks(case),
        "notes": casework.notes(case, by=who),
        "letters": correspondence.threads(case, by=who),
        "mails": messaging.mails_about(f"case:{case.code}")[:MOST_MAILS] if staff else [],
        "files": casework.files(case),
        "meetings": meetings.of_case(case, by=who),
        "invitations": invitations.of_case(case, by=who),
        "outcomes": outcomes.of_case(case),
        "milestones": outcomes.milestones(case),
        "ratings": outcomes.ratings(case, by=who),
        "may_rate": bool(sides) and outcome_policies.may_look_back(case),
        "may_enter": works or bool(sides),
        "today": timezone.localdate(),
        "failed": failed[0] if failed else "",
        "form": failed[1] if failed else None,
        "forms": deeds.forms_for(case, who, failed),
    }
    return render(request, "web/cases/detail.html", context, status=422 if failed else 200)
