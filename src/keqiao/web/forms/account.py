"""Forms of accounts: sign-up, name, consents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.accounts.types import REQUIRED, Purpose
from keqiao.base.errors import Invalid
from keqiao.base.text import clean_line
from keqiao.tokens.types import Content as TokenContent
from keqiao.tokens.types import Scope
from keqiao.web.forms.base import Form


class SignUpForm(forms.Form):
    """What allauth's own sign-up form asks besides e-mail and password."""

    name = forms.CharField(
        label=_("姓名"),
        help_text=_("对接时对方看到的名字。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    agrees = forms.BooleanField(
        label=_("我同意开设账号并保存我填写的内容"),
        help_text=_("可以随时在“同意与授权”页查看；其他用途都另行征求同意。"),
        error_messages={"required": _("开设账号需要这项同意。")},
    )
    field_order = ["name", "email", "password1", "password2", "agrees"]

    def clean_name(self) -> str:
        """Return the name as it may be kept."""
        try:
            return clean_line(self.cleaned_data["name"], most=60, field="name", required=True)
        except Invalid as refusal:
            raise forms.ValidationError([p.phrase.say() for p in refusal.problems]) from refusal

    def signup(self, request: Any, user: Any) -> None:
        """Do nothing more: the adapter keeps the person."""


class NameForm(Form):
    """The name that others see."""

    name = forms.CharField(label=_("姓名"), widget=forms.TextInput(attrs={"autocomplete": "name"}))


class ConsentForm(Form):
    """One switch for each purpose that may be refused."""

    purposes = forms.MultipleChoiceField(
        label=_("我同意将我的信息用于"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(p.value, p.label) for p in Purpose if p not in REQUIRED],
    )


class TokenForm(Form):
    """What a program may do in one's name, and for how long."""

    name = forms.CharField(
        label=_("名称"), help_text=_("给自己看的，写清楚哪个程序在用，如“园区网站同步需求”。")
    )
    scopes = forms.MultipleChoiceField(
        label=_("用途"),
        help_text=_("公开的需求、所能和目录不用勾选也能读取。只勾选程序用得到的。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=Scope.choices,
    )
    days = forms.TypedChoiceField(
        label=_("有效期"),
        choices=[(30, _("30 天")), (90, _("90 天")), (180, _("180 天")), (365, _("1 年"))],
        coerce=int,
        initial=90,
    )
    number = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def content(self) -> TokenContent:
        """Return what was entered, as the service takes it."""
        entered = self.cleaned_data
        return TokenContent(entered["name"], entered["days"], tuple(entered["scopes"]))
