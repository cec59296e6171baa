"""Forms of the door and of what is said after a session."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.attendance.types import MOST_HEADS, QUESTIONS, Answer
from keqiao.web.forms import base

ASKED = {
    "understood": _("听得懂吗？"),
    "learned": _("有收获吗？"),
    "comes_again": _("以后还愿意参加这样的活动吗？"),
}


class HeadsForm(base.Form):
    """How many came, where nobody signs up."""

    count = forms.IntegerField(label=_("到场人数"), min_value=0, max_value=MOST_HEADS)


class FeedbackForm(base.Form):
    """Three questions and a text."""

    text = forms.CharField(
        label=_("还想说什么"),
        help_text=_("可以不写。组织者看到的是不带姓名的文字，请不要写孩子和别人的姓名。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": 1000}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in QUESTIONS:
            self.fields[name] = forms.ChoiceField(
                label=ASKED[name], choices=Answer.choices, widget=forms.RadioSelect
            )
        self.order_fields([*QUESTIONS, "text"])

    def answers(self) -> dict[str, Answer | None]:
        """Return what was answered to each question."""
        return {name: Answer(self.cleaned_data[name]) for name in QUESTIONS}
