"""What a form says to what it cannot take: our own plain sentences, never those of the framework."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils import translation

from keqiao.web.forms import base
from keqiao.web.forms.cases import CaseFileForm
from keqiao.web.forms.contracts import ContractForm
from keqiao.web.forms.tables import OutcomeForm, TellForm

STIFF = (
    "不允许是用空字符串",
    "确认总共不超过",
    "输入一个有效的",
    "选择一个有效的选项",
    "这个字段是必填项",
    "输入整数",
)


class Everything(base.Form):
    """One field of each kind, and one that speaks for itself."""

    text = forms.CharField()
    number = forms.IntegerField(min_value=1, max_value=9)
    amount = forms.DecimalField(max_digits=20, decimal_places=2)
    day = forms.DateField()
    moment = forms.DateTimeField()
    one = forms.ChoiceField(choices=[("a", "甲")])
    several = forms.MultipleChoiceField(choices=[("a", "甲")])
    yes = forms.BooleanField()
    mail = forms.EmailField()
    own = forms.CharField(error_messages={"required": "自己的话。"})
    unseen = forms.IntegerField(widget=forms.HiddenInput)


def said(form: forms.Form) -> str:
    with translation.override("zh-hans"):
        return str({name: list(problems) for name, problems in form.errors.items()})


@pytest.mark.parametrize(
    "text", ["", "\x00", "zz", "１２", "-5", "9" * 40, "1.234", "2026-02-30", "𠮷㐂", "=1+1"]
)
def test_no_sentence_of_the_framework_reaches_a_reader(text: str) -> None:
    entered: dict[str, Any] = dict.fromkeys(Everything.base_fields, text)
    problems = said(Everything({**entered, "several": [text]}))
    assert not [stiff for stiff in STIFF if stiff in problems]


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("text", "", "请填写这一项。"),
        ("text", "甲\x00", "内容里有无法保存的控制字符，请重新输入或改用纯文本粘贴。"),
        ("number", "x", "请填整数，例如 12。"),
        ("number", "-5", "请填不小于 1 的数。"),
        ("amount", "9" * 40, "这个数太长，请核对。"),
        ("amount", "1.234", "小数最多 2 位。"),
        ("day", "2026-02-30", "请填写日期，例如 2027-03-20。"),
        ("one", "zz", "没有这个选项，请重新选择。"),
        ("own", "", "自己的话。"),
        ("unseen", "", "页面不完整，请重新打开后再决定。"),
    ],
)
def test_each_refusal_says_what_to_do(field: str, text: str, sentence: str) -> None:
    form = Everything({field: text})
    assert sentence in form.errors[field]


def test_a_file_is_asked_for_in_plain_words() -> None:
    assert form_problem(CaseFileForm({}, {})) == "请选择一个文件。"
    empty = SimpleUploadedFile("空.pdf", b"")
    assert form_problem(CaseFileForm({}, {"content": empty})) == "这个文件是空的，请换一个。"


def form_problem(form: forms.Form) -> str:
    return str(form.errors["content"][0])


def test_what_is_not_on_the_page_has_no_name_in_the_summary() -> None:
    for form in (ContractForm({}), TellForm({})):
        page = render_to_string("web/components/error_summary.html", {"form": form})
        assert "页面不完整，请重新打开后再决定。" in page
        for name in ("Revision", "After", "Follow up"):
            assert name not in page


def test_the_forms_of_the_desk_speak_plainly_too() -> None:
    outcome = OutcomeForm({"kind": "zz", "text": "\x00", "amount": "9" * 40, "people": "x"})
    assert not [stiff for stiff in STIFF if stiff in said(outcome)]
    assert "没有这个选项，请重新选择。" in said(outcome)
