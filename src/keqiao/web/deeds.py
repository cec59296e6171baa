"""What may be done to a case from its page: each deed with its form, its service, and what is said when it is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keqiao.accounts.models import Person
from keqiao.base.codes import typed_code
from keqiao.base.errors import Missing, invalid
from keqiao.base.phrases import N_
from keqiao.casework import concerns, policies, services, steps
from keqiao.casework import selectors as casework
from keqiao.casework.models import Case
from keqiao.casework.types import EndReason, NoteKind, Side, StepContent
from keqiao.correspondence import services as correspondence
from keqiao.needs import selectors as needs
from keqiao.outcomes import selectors as outcomes
from keqiao.outcomes import services as outcome_services
from keqiao.outcomes.types import Answer
from keqiao.web import bodies
from keqiao.web.forms import cases as forms
from keqiao.web.forms import tables
from keqiao.web.forms.base import Form

NO_NEED = N_("没有找到这个编号的需求，请核对后再填。")


@dataclass(frozen=True, slots=True)
class Deed:
    """A form, what is done with it, and what is said then."""

    form: Callable[..., Form]
    act: Callable[[Case, Any, Person], object]  # the form is of the kind beside it, and valid
    done: str | Promise


def _step(case: Case, form: Any, who: Person) -> object:
    entered = form.cleaned_data
    return services.advance(
        case, entered["verb"], form.content(), by=who, revision=entered["revision"]
    )


def _end(case: Case, form: Any, who: Person) -> object:
    entered = form.cleaned_data
    reason = EndReason(entered["end_reason"])
    return services.end(case, reason, form.content(), by=who, revision=entered["revision"])


def _reopen(case: Case, form: Any, who: Person) -> object:
    return services.reopen(case, StepContent(reason=form.cleaned_data["reason"]), by=who)


def _conclude(case: Case, form: Any, who: Person) -> object:
    entered = StepContent(reason=form.cleaned_data["reason"])
    solved = form.cleaned_data["solved"]
    return outcome_services.conclude(case, entered, by=who, solved=solved)


def _next(case: Case, form: Any, who: Person) -> object:
    return steps.look_again(case, form.cleaned_data["next_on"], by=who)


def _hand_over(case: Case, form: Any, who: Person) -> object:
    chosen = [one for one in casework.brokers(case) if str(one.pk) == form.cleaned_data["broker"]]
    if not chosen:
        raise services.NoBrokerThere
    return services.hand_over(case, chosen[0], by=who)


def _seat(case: Case, form: Any, who: Person) -> object:
    body = bodies.meant(form.cleaned_data["code"], by=who)
    return services.add_party(case, body, Side(form.cleaned_data["side"]), by=who)


def _need(case: Case, form: Any, who: Person) -> object:
    try:
        need = needs.get(typed_code(form.cleaned_data["code"]), by=who)
    except Missing:
        raise invalid("code", NO_NEED) from None
    return services.add_need(case, need, by=who)


def _task(case: Case, form: Any, who: Person) -> object:
    entered = form.cleaned_data
    party = casework.party(case, int(entered["party"])) if entered["party"] else None
    return services.add_task(case, entered["text"], party=party, due_on=entered["due_on"], by=who)


def _note(case: Case, form: Any, who: Person) -> object:
    entered = form.cleaned_data
    kind = NoteKind(entered["kind"])
    is_shared = bool(entered.get("is_shared"))
    return services.note(case, entered["text"], kind=kind, is_shared=is_shared, by=who)


def _file(case: Case, form: Any, who: Person) -> object:
    uploaded = form.cleaned_data["content"]
    return services.attach(
        case,
        uploaded,
        name=uploaded.name or "",
        size=uploaded.size or 0,
        most_mib=settings.UPLOAD_MEGABYTES,
        by=who,
    )


def _mail(case: Case, form: Any, who: Person) -> object:
    entered = form.cleaned_data
    files = [uploaded.read() for uploaded in entered["letters"]]
    most = settings.UPLOAD_MEGABYTES
    return correspondence.bring_in(
        case, files, is_shared=entered["is_shared"], most_mib=most, by=who
    )


def _outcome(case: Case, form: Any, who: Person) -> object:
    return outcome_services.enter(case, form.content(), by=who)


def _milestone(case: Case, form: Any, who: Person) -> object:
    entered = form.cleaned_data
    return outcome_services.add_milestone(
        case, entered["title"], criteria=entered["criteria"], due_on=entered["due_on"], by=who
    )


def _rate(case: Case, form: Any, who: Person) -> object:
    entered = form.cleaned_data
    answers = tuple(Answer(entered[name]) for name in ("kept_word", "was_clear", "would_again"))
    return outcome_services.rate(case, answers, text=entered["text"], by=who)


DEEDS: Mapping[str, Deed] = {
    "next": Deed(forms.NextForm, _next, gettext_lazy("下次跟进的日期已记下。")),
    "step": Deed(forms.StepForm, _step, gettext_lazy("进展已记下。")),
    "end": Deed(forms.EndForm, _end, gettext_lazy("对接单已终止，需求重新开放。")),
    "reopen": Deed(forms.ReasonForm, _reopen, gettext_lazy("对接单已重新打开。")),
    "conclude": Deed(forms.ConcludeForm, _conclude, gettext_lazy("对接单已办结。")),
    "hand-over": Deed(forms.HandOverForm, _hand_over, gettext_lazy("已移交。")),
    "seat": Deed(forms.PartyForm, _seat, gettext_lazy("已加入参与方。")),
    "need": Deed(forms.NeedCodeForm, _need, gettext_lazy("需求已加入这个对接单。")),
    "task": Deed(forms.TaskForm, _task, gettext_lazy("任务已记下。")),
    "note": Deed(forms.CaseNoteForm, _note, gettext_lazy("往来已记下。")),
    "file": Deed(forms.CaseFileForm, _file, gettext_lazy("文件已保存。")),
    "mail": Deed(forms.CaseMailForm, _mail, gettext_lazy("邮件已存入对接单。")),
    "outcome": Deed(tables.OutcomeForm, _outcome, gettext_lazy("成果已登记，等双方各自登录确认。")),
    "milestone": Deed(tables.MilestoneForm, _milestone, gettext_lazy("里程碑已记下。")),
    "rate": Deed(tables.RatingForm, _rate, gettext_lazy("谢谢。双方都回答后，互相才能看到。")),
}


def form_of(deed: str, case: Case, who: Person, entered: Any = None, files: Any = None) -> Form:
    """Return the form of a deed as ``who`` fills it, with what was entered."""
    more: dict[str, Any] = {"auto_id": f"{deed}_%s"}
    match deed:
        case "step":
            kept = case.next_on if case.next_on and case.next_on >= timezone.localdate() else None
            more |= {"case": case, "initial": {"revision": case.revision, "next_on": kept}}
        case "next":
            more |= {"initial": {"next_on": case.next_on}}
        case "note":
            more |= {"is_staff": policies.works(who, case)}
        case "conclude":
            carried = [one.need for one in casework.concerns(case) if one.released_at is None]
            more |= {"needs": carried}
        case "end":
            more |= {"initial": {"revision": case.revision}}
        case "hand-over":
            others = [one for one in casework.brokers(case) if one.pk != case.broker_id]
            more |= {"brokers": others}
        case "task":
            more |= {"parties": casework.parties(case)}
    return DEEDS[deed].form(entered, files, **more)


def forms_for(case: Case, who: Person, failed: tuple[str, Form] | None) -> dict[str, Form]:
    """Return the forms of the page by deed, a refused one as it was entered."""
    shown = {deed.replace("-", "_"): form_of(deed, case, who) for deed in DEEDS}
    if failed is not None:
        shown[failed[0].replace("-", "_")] = failed[1]
    return shown


def _task_done(case: Case, number: int, _entered: Any, who: Person) -> str:
    services.finish_task(casework.task(case, number), by=who)
    return _("任务已完成。")


def _task_withdraw(case: Case, number: int, _entered: Any, who: Person) -> str:
    services.withdraw_task(casework.task(case, number), by=who)
    return _("任务已撤销。")


def _leave(case: Case, number: int, entered: Any, who: Person) -> str:
    reason = entered.get("reason", "")
    services.remove_party(casework.party(case, number), reason=reason, by=who)
    return _("已退出。")


def _let_go(case: Case, number: int, _entered: Any, who: Person) -> str:
    concerns.let_go(casework.concern(case, number), by=who)
    return _("这条需求已移出对接单，重新开放。")


def _share(case: Case, number: int, entered: Any, who: Person) -> str:
    is_shared, chosen = entered.get("is_shared") == "1", entered.get("party", "")
    party = casework.party(case, int(chosen)) if re.fullmatch("[0-9]{1,9}", chosen) else None
    concerns.share(casework.concern(case, number), party=party, by=who, is_shared=is_shared)
    if is_shared:
        return _("这一方现在能看到完整需求；以后加入的看不到。")
    return _("已收回，解决方只能看到公开版。")


def _deliver(case: Case, number: int, _entered: Any, who: Person) -> str:
    outcome_services.deliver(outcomes.milestone(case, number), by=who)
    return _("已记为交付，等需求方验收。")


def _accept(case: Case, number: int, _entered: Any, who: Person) -> str:
    outcome_services.accept(outcomes.milestone(case, number), by=who)
    return _("已验收。")


def _return(case: Case, number: int, entered: Any, who: Person) -> str:
    text = entered.get("text", "")
    outcome_services.return_(outcomes.milestone(case, number), text, by=who)
    return _("已退回，对方会看到原因。")


def _take_over(case: Case, _number: int, _entered: Any, who: Person) -> str:
    services.hand_over(case, who, by=who)
    return _("现在由您经办这个对接单。")


THINGS: Mapping[str, Callable[[Case, int, Any, Person], str]] = {
    "task-done": _task_done,
    "task-withdraw": _task_withdraw,
    "leave": _leave,
    "let-go": _let_go,
    "share": _share,
    "deliver": _deliver,
    "accept": _accept,
    "return": _return,
    "take-over": _take_over,
}
