"""Forms of organisations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.organisations.models import Organisation
from keqiao.organisations.types import Kind, Particulars
from keqiao.web.forms import base


class OrganisationForm(base.Form):
    """The particulars of an organisation."""

    name = forms.CharField(
        label=_("单位全称"),
        help_text=_("与营业执照或法人证书一致。"),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    kind = forms.ChoiceField(label=_("单位类型"), choices=Kind.choices)
    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        help_text=_("18 位，企业必填；只有核验人员和本单位成员能看到。"),
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    region = base.CodeField(label=_("所在地区"))
    about = forms.CharField(
        label=_("单位简介"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": "2000"}),
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region"]
        row = organisation.region if organisation is not None else None
        if isinstance(field, base.CodeField):
            field.offer(base.region_choices(), (row.pk, row.name) if row is not None else None)

    def particulars(self) -> Particulars:
        """Return what was entered."""
        entered = self.cleaned_data
        return Particulars(
            name=entered["name"],
            kind=Kind(entered["kind"]),
            region_id=entered["region"],
            credit_code=entered["credit_code"],
            about=entered["about"],
        )


def initial(organisation: Organisation) -> dict[str, Any]:
    """Return kept particulars as the form shows them."""
    return {
        "name": organisation.name,
        "kind": organisation.kind,
        "credit_code": organisation.credit_code or "",
        "region": organisation.region_id,
        "about": organisation.about,
    }


class MemberForm(base.Form):
    """A colleague who gets to act for the organisation."""

    email = forms.EmailField(label=_("成员的登录邮箱"), help_text=_("对方需要先注册账号。"))
    is_representative = forms.BooleanField(label=_("同时设为负责人"), required=False)


class DecisionForm(base.SeenForm):
    """A checker's word on an organisation."""

    note = forms.CharField(
        label=_("说明"), help_text=_("不通过时必填，对方会看到。"), required=False
    )
