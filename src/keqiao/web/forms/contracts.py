"""The form of a contract's draft and of its registration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.contracts.types import FIELDS, OF_BODIES, is_person
from keqiao.paperwork import lists
from keqiao.web.forms import base
from keqiao.web.forms.cases import CHOOSE, day

PARTY_LABELS = {
    "name": pgettext_lazy("party", "名称"),
    "credit_code": _("统一社会信用代码"),
    "address": _("住所"),
    "legal_representative": _("法定代表人"),
    "contact": _("联系人"),
    "phone": _("电话"),
}


CONTENT = (
    "form", "title", "number", "subject", "targets", "plan", "acceptance", "place", "scope", "cooperation",
)  # fmt: skip
CLAUSES = ("risk", "ownership", "improvement", "confidentiality", "breach", "dispute", "terms")


def long_text(label: Any, help_text: Any = "") -> forms.CharField:
    """Return a field for a clause."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


def short_text(label: Any) -> forms.CharField:
    """Return a field for a line."""
    return forms.CharField(label=label, required=False)


def choice(label: Any, rows: dict[str, str]) -> forms.ChoiceField:
    """Return a choice from one of the form's lists."""
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[CHOOSE, *((code, _(name)) for code, name in rows.items())],
    )


class ContractForm(base.Form):
    """A technical contract with its registration form; every field may stay blank but the kind."""

    after = forms.IntegerField(widget=forms.HiddenInput)
    form = forms.ChoiceField(
        label=_("合同类型"), choices=[(one.value, _(name)) for one, name in lists.FORMS.items()]
    )
    title = short_text(_("项目名称"))
    number = short_text(_("合同编号"))
    subject = long_text(_("标的的内容"))
    targets = long_text(_("技术指标和要求"))
    plan = long_text(_("履行的计划和方式"))
    acceptance = long_text(_("验收的标准和方法"))
    place = short_text(_("履行地点"))
    scope = long_text(_("转让或许可的范围"), _("仅转让、许可合同。"))
    cooperation = long_text(_("甲方提供的条件和协作"))
    total = forms.DecimalField(
        label=_("合同总额（元）"), required=False, max_digits=20, decimal_places=6
    )
    technical = forms.DecimalField(
        label=_("其中技术交易额（元）"), required=False, max_digits=20, decimal_places=6
    )
    payment = choice(_("支付方式"), lists.PAYMENTS)
    payment_terms = long_text(_("支付的时间和条件"))
    risk = long_text(_("风险的承担"))
    ownership = long_text(_("成果的归属和分享"))
    improvement = long_text(pgettext_lazy("field", "后续改进"))
    confidentiality = long_text(pgettext_lazy("field", "保密"))
    breach = long_text(pgettext_lazy("field", "违约责任"))
    dispute = long_text(_("争议的解决"))
    terms = long_text(_("名词和术语的解释"))
    signed_at = short_text(_("签订地点"))
    signed_on = day(label=_("签订日期"))
    starts_on = day(label=_("开始日期"))
    ends_on = day(label=_("结束日期"))
    industry = short_text(_("行业代码（GB/T 4754）"))
    field = choice(_("技术领域"), lists.FIELDS)
    goal = choice(_("社会经济目标"), lists.GOALS)
    rights = choice(_("知识产权"), lists.RIGHTS)
    source = choice(_("计划来源"), lists.SOURCES)
    plan_name = short_text(_("计划名称"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for side in ("buyer", "seller"):
            for name, label in PARTY_LABELS.items():
                self.fields[f"{side}_{name}"] = short_text(label)
            self.fields[f"{side}_nature"] = choice(_("单位性质"), lists.NATURES)
            self.fields[f"{side}_region"] = short_text(_("行政区划代码（六位）"))

    def group(self, *names: str) -> list[forms.BoundField]:
        """Return some fields."""
        return [self[name] for name in names]

    def party(self, side: str) -> list[forms.BoundField]:
        """Return the fields of a side; a natural person is not asked for what only bodies have."""
        known = self.data if self.is_bound else self.initial
        names = (*PARTY_LABELS, "nature", "region")
        without = OF_BODIES if is_person(known, side) else ()
        return self.group(*(f"{side}_{name}" for name in names if name not in without))

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Return the fields in the groups of the page."""
        return [
            (_("合同"), self.group(*CONTENT)),
            (_("甲方（需求方）"), self.party("buyer")),
            (_("乙方（解决方）"), self.party("seller")),
            (_("金额"), self.group("total", "technical", "payment", "payment_terms")),
            (_("权利和责任"), self.group(*CLAUSES)),
            (_("签订和期限"), self.group("signed_at", "signed_on", "starts_on", "ends_on")),
            (_("登记表"), self.group("industry", "field", "goal", "rights", "source", "plan_name")),
        ]  # fmt: skip

    def entered(self) -> dict[str, str]:
        """Return what was entered, as text."""
        kept = self.cleaned_data
        found = {name: kept.get(name) for name in FIELDS}
        return {name: "" if value is None else str(value) for name, value in found.items()}
