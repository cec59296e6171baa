"""The form of a class: its name, its pupils by hand or from a sheet, and until when guardians are asked."""

from __future__ import annotations

import datetime as dt
from copy import copy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.classes.types import MOST_PUPILS, Content
from keqiao.organisations.models import Organisation
from keqiao.web.forms import base

NEEDS_CHECK = _("请核对从表格读出的名单，再按一次“登记这个班”。")


class ClassForm(base.Form):
    """A class; ``pupils`` holds one name a line, and shows what was read from a sheet before anything is kept."""

    school = forms.ChoiceField(label=_("学校"))
    name = forms.CharField(label=_("班级"), help_text=_("例如：四年级 2 班。"))
    pupils = forms.CharField(
        label=_("学生名单"),
        help_text=_(
            "一行一名，只写您认得出的姓名，不要写别的信息。监护人确认以前，这里只有您看得到。"
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "autocomplete": "off"}),
    )
    content = forms.FileField(
        label=_("或者从表格读入"),
        help_text=_("XLSX 或 CSV，第一行是表头，只读“姓名”一列；读出后先给您核对，不会直接登记。"),
        required=False,
    )
    due_on = forms.DateField(
        label=_("监护人确认截止日"),
        help_text=_("最长 7 天。到期没有确认的，名额退回，姓名删除。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, *args: Any, schools: list[Organisation], last_on: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["school"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one.code, one.name) for one in schools]
        self.fields["due_on"].initial = last_on

    def class_content(self) -> Content:
        """Return what was entered."""
        said = self.cleaned_data
        pupils = tuple(one for one in said["pupils"].splitlines() if one.strip())
        return Content(said["name"], pupils[: MOST_PUPILS + 1], said["due_on"])

    def show_read(self, called: list[str]) -> None:
        """Put the names that were read where they can be looked at and changed."""
        entered: Any = copy(self.data)
        entered["pupils"] = "\n".join(called)
        self.data = entered
