"""Forms of complaints: the complaint itself, and what its desk and its author say later."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.complaints.types import Content, Kind, Measure
from keqiao.web.forms import base


class ComplaintForm(base.Form):
    """What is wrong; ``website`` is a trap: people do not see it, machines fill it in."""

    about = forms.CharField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=_("投诉或举报的原因"), choices=Kind.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("哪里有问题"),
        help_text=_("写清楚是哪一句、事实是什么。请不要写身份证号、手机号这类信息。"),
        widget=forms.Textarea(attrs={"rows": 6, "data-count": "3000"}),
    )
    contact = forms.CharField(
        label=_("联系邮箱"),
        help_text=_(
            "可以不留。答复写在提交后给您的查询链接里；留了邮箱，经办人需要核实时才联系您。"
        ),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(
        label=_("请不要填写这一栏"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def content(self) -> Content:
        """Return what was entered."""
        entered = self.cleaned_data
        return Content(kind=Kind(entered["kind"]), text=entered["text"], contact=entered["contact"])


class AnswerForm(base.Form):
    """The answer of the desk."""

    text = forms.CharField(
        label=_("答复"),
        help_text=_("投诉人会看到。被投诉的一方看不到投诉人是谁，请不要在别处透露。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    measure = forms.ChoiceField(
        label=_("处理结果"), choices=Measure.choices, widget=forms.RadioSelect
    )


class ReferForm(base.Form):
    """Why a complaint goes to the desk above."""

    text = forms.CharField(
        label=_("转上级的原因"),
        help_text=_("只有经办人员看得到。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ObjectionForm(base.Form):
    """Why an answer does not do."""

    text = forms.CharField(
        label=_("对答复有什么异议"),
        help_text=_("异议可以提一次，由上级科协的管理员重新办理。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
