"""The form of a spreadsheet of needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.organisations.models import Organisation
from keqiao.web.forms import base


class SheetForm(base.Form):
    """A spreadsheet, and for whom: an own organisation, or by its code one that staff write for."""

    organisation = forms.ChoiceField(label=_("发布单位"), required=False)
    code = forms.CharField(
        label=_("或单位编号"),
        help_text=_("经办人替企业导入时填，编号在单位的页面上，例如 O-7K3M9QXA。"),
        required=False,
    )
    content = forms.FileField(
        label=_("表格"),
        help_text=_("XLSX 或 CSV，最多 500 行、5 MB。第一行是表头，列的顺序不限。"),
        error_messages={
            "required": _("请先选择要上传的文件。"),
            "empty": _("这是空文件，请检查后重新上传。"),
        },
    )

    def __init__(
        self, *args: Any, organisations: list[Organisation], is_staff: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.code, row.name) for row in organisations]
        choice = self.fields["organisation"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [base.NO_CHOICE, *rows] if is_staff else rows
        if not is_staff:
            del self.fields["code"]
        if not rows:
            del self.fields["organisation"]
