"""Forms of the broker's desk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.accounts.models import Person
from keqiao.casework.models import Case, Party
from keqiao.casework.states import MACHINE, STEPS
from keqiao.casework.types import EndReason, NoteKind, Side, StepContent
from keqiao.matching.types import Grade, RefusalReason
from keqiao.needs.models import Need
from keqiao.web.forms import base
from keqiao.web.templatetags.cases import party_name

VERBS = {
    "contact": _("已联系上"),
    "meet": _("进入座谈"),
    "agree": _("达成合作意向"),
    "contract": _("签订合同"),
    "deliver": _("进入履行交付"),
}
CHOOSE = ("", _("请选择"))


def day(**more: Any) -> forms.DateField:
    """Return a field for a day, optional, in the browser's own calendar."""
    more.setdefault("required", False)
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


class StepForm(base.SeenForm):
    """One step of a case."""

    verb = forms.ChoiceField(label=_("下一步"))
    note = forms.CharField(
        label=_("进展"),
        help_text=_("谁说了什么、约定了什么；参与方能看到阶段，看不到这段话。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.CharField(
        label=_("跳过或退回的原因"), help_text=_("按顺序走时不用填。"), required=False
    )
    next_on = day(label=_("下次跟进"))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [(verb, VERBS[verb]) for verb in STEPS if MACHINE.allows(verb, case.state)]
        self.fields["verb"].choices = possible  # type: ignore[attr-defined]

    def content(self) -> StepContent:
        """Return what was entered."""
        entered = self.cleaned_data
        return StepContent(entered["note"], entered["reason"], entered["next_on"])


class EndForm(base.SeenForm):
    """Why a case ends without an outcome."""

    end_reason = forms.ChoiceField(label=_("终止原因"), choices=[CHOOSE, *EndReason.choices])
    reason = forms.CharField(label=_("说明"), help_text=_("以后的人靠这句话看懂为什么停下。"))

    def content(self) -> StepContent:
        """Return what was entered."""
        return StepContent(reason=self.cleaned_data["reason"])


class NextForm(base.Form):
    """When to look again, without a step."""

    next_on = day(label=_("下次跟进"))


class ConcludeForm(base.Form):
    """What was solved, and a word about it."""

    reason = forms.CharField(label=_("说明"))
    solved = forms.MultipleChoiceField(
        label=_("这次解决了哪些需求"),
        help_text=_("没有选的会重新开放，等别的答案。"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, needs: list[Need], **kwargs: Any) -> None:
        chosen = [one.code for one in needs] if len(needs) == 1 else []
        kwargs.setdefault("initial", {"solved": chosen})
        super().__init__(*args, **kwargs)
        rows = [(one.code, one.public_title) for one in needs]
        self.fields["solved"].choices = rows  # type: ignore[attr-defined]


class ReasonForm(base.Form):
    """A single reason: to reopen."""

    reason = forms.CharField(label=_("说明"))


class HandOverForm(base.Form):
    """To whom a case goes."""

    broker = forms.ChoiceField(label=_("接手的经纪人"))

    def __init__(self, *args: Any, brokers: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_choice = bool(brokers)
        rows = [(str(one.pk), one.name) for one in brokers]
        self.fields["broker"].choices = [CHOOSE, *rows]  # type: ignore[attr-defined]


class PartyForm(base.Form):
    """Who sits down: by the code of an organisation or of a studio."""

    code = forms.CharField(
        label=_("单位或工作室的名称或编号"),
        help_text=_("名称可以只写一部分；编号在它页面的网址里，例如 O-7K3M9QXA，也可以粘贴网址。"),
    )
    side = forms.ChoiceField(label=_("角色"), choices=Side.choices, initial=Side.ANSWERS)


class NeedCodeForm(base.Form):
    """One more need for a case, by its code."""

    code = forms.CharField(
        label=_("需求编号"), help_text=_("一起谈的另一条公开需求，编号在它页面的网址里。")
    )


class TaskForm(base.Form):
    """Something to do."""

    text = forms.CharField(label=_("要做的事"))
    party = forms.ChoiceField(label=_("谁来做"), required=False)
    due_on = day(label=_("期限"))

    def __init__(self, *args: Any, parties: list[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(str(one.pk), party_name(one)) for one in parties]
        self.fields["party"].choices = [("", _("经纪人")), *rows]  # type: ignore[attr-defined]


class CaseNoteForm(base.Form):
    """Word that came."""

    kind = forms.ChoiceField(label=_("方式"), choices=NoteKind.choices)
    text = forms.CharField(
        label=pgettext_lazy("field", "内容"), widget=forms.Textarea(attrs={"rows": 3})
    )
    is_shared = forms.BooleanField(label=_("参与方也能看到"), required=False)

    def __init__(self, *args: Any, is_staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_staff:  # a party's words are always for the whole table
            del self.fields["is_shared"]
            self.fields["text"].help_text = _("各参与方和经办科协都会看到。")


class CaseFileForm(base.Form):
    """One file for the table."""

    content = forms.FileField(
        label=_("文件"),
        help_text=_("PDF、DOCX、XLSX、PNG、JPG、TXT、CSV；参与方和经办科协能看到。"),
    )


class CaseMailForm(base.Form):
    """Mails that are brought in as files."""

    letters = base.FilesField(
        label=_("邮件文件"),
        help_text=_(
            "在邮箱里把邮件另存为 .eml 再上传，可以一次选几封。发件人、日期、正文和附件会自动读出。"
        ),
    )
    is_shared = forms.BooleanField(label=_("参与方也能看到"), required=False)


class InviteForm(base.Form):
    """A studio that is asked."""

    offer = forms.CharField(widget=forms.HiddenInput)
    due_on = day(label=_("答复期限"), required=True)
    text = forms.CharField(
        label=_("附言"),
        help_text=_("对方看到的是需求的公开版和这段话。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"due_on": today + dt.timedelta(days=7)})
        super().__init__(*args, **kwargs)


class JudgeForm(base.Form):
    """What a broker thinks of a pair."""

    offer = forms.CharField(label=_("所能编号"))
    grade = forms.TypedChoiceField(
        label=_("我的判断"), choices=[CHOOSE, *Grade.choices], coerce=int
    )
    why = forms.CharField(
        label=_("理由"), help_text=_("和系统不一致时必填，会成为改进匹配的依据。"), required=False
    )


class AskForm(base.Form):
    """A studio's question."""

    question = forms.CharField(label=_("想先问清楚什么"), widget=forms.Textarea(attrs={"rows": 3}))


class ReplyForm(base.Form):
    """A broker's reply."""

    reply = forms.CharField(label=_("回复"), widget=forms.Textarea(attrs={"rows": 3}))


class RefuseForm(base.Form):
    """Why a studio says no."""

    reason = forms.ChoiceField(
        label=_("谢绝的原因"), choices=RefusalReason.choices, widget=forms.RadioSelect
    )
    reason_text = forms.CharField(
        label=_("补充一句"), help_text=_("选“其他原因”时必填。"), required=False
    )
