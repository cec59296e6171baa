"""Pages of meetings, invitations and outcomes: one thing each, and what may be done to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from keqiao.base.errors import Missing, Refused
from keqiao.casework import persons
from keqiao.casework import policies as case_policies
from keqiao.casework import selectors as casework
from keqiao.invitations import policies as invitation_policies
from keqiao.invitations import selectors as invitations
from keqiao.invitations import services as invitation_services
from keqiao.invitations.models import Invitation
from keqiao.invitations.states import WAITING
from keqiao.matching.types import RefusalReason
from keqiao.meetings import policies as meeting_policies
from keqiao.meetings import selectors as meetings
from keqiao.meetings import services as meeting_services
from keqiao.meetings.states import State as MeetingState
from keqiao.outcomes import policies as outcome_policies
from keqiao.outcomes import selectors as outcomes
from keqiao.outcomes import services as outcome_services
from keqiao.outcomes.models import FollowUp, Outcome
from keqiao.outcomes.states import State as OutcomeState
from keqiao.outcomes.types import Use
from keqiao.web.forms.base import Form
from keqiao.web.forms.cases import AskForm, RefuseForm, ReplyForm
from keqiao.web.forms.tables import MeetingForm, MinutesForm, OutcomeForm, TellForm, TextForm
from keqiao.web.requests import GET_POST, person, tell
from keqiao.web.views.papers import decisions

SAID = {  # what is said when a word about an outcome was given
    "confirm": gettext_lazy("已为您这一方确认。"),
    "dispute": gettext_lazy("异议已提出，确认已暂停，等上级科协的管理员裁定。"),
    "stands": gettext_lazy("已裁定内容成立，请双方重新确认。"),
    "void-it": gettext_lazy("已裁定这条成果作废。"),
    "void": gettext_lazy("已撤回这条登记。"),
    "correct": gettext_lazy("更正已登记，等双方各自登录确认；确认以前原来的一条有效。"),
    "tell": gettext_lazy("谢谢，您的回答已记下。"),
}


@login_required
@require_http_methods(GET_POST)
def meeting_create(request: HttpRequest, code: str) -> HttpResponse:
    """Call parties of a case to a table."""
    who = person(request)
    case = casework.get(code, by=who)
    if not case_policies.works(who, case):
        raise Missing
    parties = casework.parties(case)
    everybody = {"parties": [one.pk for one in parties]}
    form = MeetingForm(request.POST or None, parties=parties, initial=everybody)
    if request.method == "POST" and form.is_valid():
        try:
            made = meeting_services.call(case, form.content(), by=who)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("座谈已安排，参与方的工作台上能看到。"))
            return redirect("meeting_detail", number=made.pk)
    context = {"form": form, "case": case}
    return render(
        request, "web/cases/meeting_form.html", context, status=422 if form.errors else 200
    )


@login_required
@require_http_methods(GET_POST)
def meeting_edit(request: HttpRequest, number: int) -> HttpResponse:
    """Move a meeting, or change who is called."""
    who = person(request)
    meeting = meetings.get(number, by=who)
    if not meeting_policies.may_call(who, meeting) or meeting.state != MeetingState.PLANNED:
        raise Missing
    kept = ("title", "place", "agenda", "sequence")
    initial: dict[str, Any] = {name: getattr(meeting, name) for name in kept}
    initial |= {
        "starts_at": timezone.localtime(meeting.starts_at),
        "ends_at": timezone.localtime(meeting.ends_at),
        "parties": [seat.party_id for seat in meeting.seats.all()],
    }
    parties = casework.parties(meeting.case)
    form = MeetingForm(request.POST or None, parties=parties, initial=initial)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["sequence"]
        try:
            meeting_services.change(meeting, form.content(), by=who, sequence=seen)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("座谈已更新。"))
            return redirect("meeting_detail", number=number)
    context = {"form": form, "case": meeting.case, "meeting": meeting}
    return render(
        request, "web/cases/meeting_form.html", context, status=422 if form.errors else 200
    )


@login_required
@require_http_methods(GET_POST)
def meeting_detail(request: HttpRequest, number: int) -> HttpResponse:
    """A meeting with its seats and minutes; its caller writes them down here."""
    who = person(request)
    meeting = meetings.get(number, by=who)
    may_call = meeting_policies.may_call(who, meeting)
    may_write = may_call and meeting.state != MeetingState.CANCELLED
    form = MinutesForm(request.POST or None, meeting=meeting) if may_write else None
    if request.method == "POST" and form is None:
        raise Missing
    if request.method == "POST" and form is not None and form.is_valid():
        seen = form.cleaned_data["sequence"]
        try:
            meeting_services.hold(meeting, form.content(), by=who, sequence=seen)
        except Refused as refusal:
            form.show(refusal)
        else:
            messages.success(request, _("会议记录已保存；有期限的议定事项已列入任务。"))
            return redirect("meeting_detail", number=number)
    context = {
        "meeting": meeting,
        "case": meeting.case,
        "decisions": decisions(meeting),
        "may_call": may_call and meeting.state == MeetingState.PLANNED,
        "form": form,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "web/cases/meeting.html", context, status=status)


@login_required
@require_POST
def meeting_cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Call a meeting off."""
    who = person(request)
    meeting_services.cancel(meetings.get(number, by=who), by=who)
    messages.success(request, _("座谈已取消。"))
    return redirect("meeting_detail", number=number)


@login_required
@require_http_methods(GET_POST)
def invitation_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What a studio is asked, with its three answers; for the broker the reply."""
    who = person(request)
    invitation = invitations.get(code, by=who)
    waits = invitation.state in WAITING
    answers = invitation_policies.may_answer(who, invitation) and waits
    sends = invitation_policies.may_send(who, invitation) and waits
    forms: dict[str, Any] = {
        "ask": AskForm(auto_id="ask_%s"),
        "refuse": RefuseForm(auto_id="refuse_%s"),
        "reply": ReplyForm(auto_id="reply_%s"),
    }
    status, failed = 200, None
    if request.method == "POST":
        failed = _answer(request, invitation, forms)
        if failed is None:
            return redirect("invitation_detail", code=code)
        status = 422
        invitation = invitations.get(code, by=who)
    context = {
        "invitation": invitation,
        "answers": answers,
        "sends": sends,
        "words": invitations.words(invitation),
        "unnamed": persons.unnamed(invitation.case, by=who, asked=invitation.studio),
        "may_see_case": case_policies.may_see(who, invitation.case),
        "forms": forms,
        "form": failed,
    }
    return render(request, "web/cases/invitation.html", context, status=status)


def _answer(request: HttpRequest, invitation: Invitation, forms: dict[str, Any]) -> Any:
    """Do what was pressed; return the form that was refused."""
    who, pressed = person(request), request.POST.get("do", "")
    classes: dict[str, Any] = {"ask": AskForm, "refuse": RefuseForm, "reply": ReplyForm}
    try:
        if pressed == "accept":
            invitation_services.accept(invitation, by=who)
            messages.success(request, _("已接受。您现在是对接单的参与方，经纪人会联系您。"))
            return None
        if pressed == "withdraw":
            invitation_services.withdraw(invitation, by=who)
            messages.success(request, _("邀请已收回。"))
            return None
    except Refused as refusal:
        tell(request, refusal)
        return None
    if pressed not in classes:
        raise Missing
    form = forms[pressed] = classes[pressed](request.POST, auto_id=f"{pressed}_%s")
    if not form.is_valid():
        return form
    entered = form.cleaned_data
    acts: dict[str, Callable[[], object]] = {
        "ask": lambda: invitation_services.ask(invitation, entered["question"], by=who),
        "reply": lambda: invitation_services.reply(invitation, entered["reply"], by=who),
        "refuse": lambda: invitation_services.refuse(
            invitation, RefusalReason(entered["reason"]), text=entered["reason_text"], by=who
        ),
    }
    try:
        acts[pressed]()
    except Refused as refusal:
        form.show(refusal)
        return form
    messages.success(request, _("已记下，对方会看到。"))
    return None


@login_required
@require_http_methods(GET_POST)
def outcome_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One outcome: who confirmed it, and what may be done: confirm, dispute, decide, take back, correct, tell."""
    who = person(request)
    outcome = outcomes.get(code, by=who)
    status, failed = 200, None
    if request.method == "POST":
        failed, shown = _word(request, outcome)
        if failed is None:
            return redirect("outcome_detail", code=shown.code)
        status = 422
        outcome = outcomes.get(code, by=who)
    sides = {party.side for party in outcome_policies.parties_of(who, outcome.case)}
    together = outcomes.of_case(outcome.case)
    full = next(one for one in together if one.pk == outcome.pk)
    is_own = outcome.entered_by_id == who.pk or case_policies.works(who, outcome.case)
    is_open = outcome.state == OutcomeState.PROPOSED
    is_confirmed = outcome.state == OutcomeState.CONFIRMED
    context = {
        "outcome": full,
        "unnamed": persons.unnamed(outcome.case, by=who),
        "case": outcome.case,
        "corrections": [one for one in together if one.corrects_id == outcome.pk],
        "may_confirm": outcomes.may_confirm(who, full),
        "may_dispute": bool(sides) and is_open,
        "may_decide": outcome.state == OutcomeState.DISPUTED
        and outcome_policies.may_decide(who, outcome),
        "may_void": is_own and is_open,
        "may_correct": is_confirmed and outcome_policies.may_enter(who, outcome.case),
        "follow_ups": _asked(full, sides if is_confirmed else set(), failed),
        "text_form": failed if isinstance(failed, TextForm) else TextForm(auto_id="text_%s"),
        "correct_form": failed if isinstance(failed, OutcomeForm) else _correction(full),
        "form": failed,
        "pressed": request.POST.get("do", ""),
    }
    return render(request, "web/cases/outcome.html", context, status=status)


def _correction(outcome: Outcome) -> OutcomeForm:
    kept = ("kind", "text", "happened_on", "amount", "people")
    return OutcomeForm(
        auto_id="correct_%s", initial={name: getattr(outcome, name) for name in kept}
    )


def _asked(
    outcome: Outcome, sides: set[str], failed: Form | None
) -> list[tuple[FollowUp, TellForm | None]]:
    """Return what was asked after, each with the form of who has not answered yet, a refused one as it was entered."""
    rows: list[tuple[FollowUp, TellForm | None]] = []
    for asked in outcome.follow_ups.all():
        form = None
        if asked.asked_at and sides - {told.side for told in asked.told.all()}:
            form = TellForm(auto_id=f"tell{asked.pk}_%s", initial={"follow_up": asked.pk})
            if isinstance(failed, TellForm) and failed.data.get("follow_up") == str(asked.pk):
                form = failed
        rows.append((asked, form))
    return rows


def _word(request: HttpRequest, outcome: Outcome) -> tuple[Form | None, Outcome]:
    """Do what was pressed; return the form that was refused, or the outcome to be shown next."""
    who, pressed = person(request), request.POST.get("do", "")
    if pressed not in SAID:
        raise Missing
    form: Any = None
    if pressed in {"dispute", "stands", "void-it"}:
        form = TextForm(request.POST, auto_id="text_%s")
    elif pressed == "correct":
        form = OutcomeForm(request.POST, auto_id="correct_%s")
    elif pressed == "tell":
        number = re.sub(r"[^0-9]", "", request.POST.get("follow_up", "")[:12])
        form = TellForm(request.POST, auto_id=f"tell{number}_%s")
    if form is not None and not form.is_valid():
        return form, outcome
    try:
        shown = _do(outcome, pressed, form, who)
    except Refused as refusal:
        if form is None:
            tell(request, refusal)
            return None, outcome
        form.show(refusal)
        return form, outcome
    messages.success(request, str(SAID[pressed]))
    return None, shown


def _do(outcome: Outcome, pressed: str, form: Any, who: Any) -> Outcome:
    entered = form.cleaned_data if form is not None else {}
    match pressed:
        case "confirm":
            outcome_services.confirm(outcome, by=who)
        case "void":
            outcome_services.void(outcome, by=who)
        case "dispute":
            outcome_services.dispute(outcome, entered["text"], by=who)
        case "stands" | "void-it":
            stands = pressed == "stands"
            outcome_services.decide(outcome, entered["text"], stands=stands, by=who)
        case "correct":
            return outcome_services.enter(outcome.case, form.content(), by=who, corrects=outcome)
        case "tell":
            asked = outcomes.follow_up(outcome, entered["follow_up"])
            outcome_services.tell(asked, Use(entered["use"]), text=entered["text"], by=who)
    return outcome
