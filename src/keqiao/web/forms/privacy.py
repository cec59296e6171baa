"""The form of erasure."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.web.forms import base


class EraseForm(base.Form):
    """Erasure is typed, so that nobody does it by accident."""

    typed = forms.CharField(
        label=_("请输入您登录用的邮箱，表示确认注销"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
