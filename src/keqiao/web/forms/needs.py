"""Forms of needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.needs.models import MOST_BUDGET, Need
from keqiao.needs.types import Content, Cooperation, Resolution
from keqiao.organisations.models import Organisation
from keqiao.web.forms import base
from keqiao.web.forms.codes import TreeField


class NeedForm(base.Form):
    """A need as its owner writes it: the private version, then the public one."""

    organisation = forms.ChoiceField(label=_("发布单位"), required=False)
    title = forms.CharField(
        label=_("需求名称"),
        help_text=_("一句话说清要解决什么，例如“锂渣的规模化消纳利用”。"),
        widget=forms.TextInput(attrs={"data-count": "80"}),
    )
    wanted = forms.CharField(
        label=_("想要解决什么"),
        help_text=_("哪里卡住了、从什么时候开始、影响有多大。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-count": "5000"}),
    )
    tried = forms.CharField(
        label=_("试过什么"),
        help_text=_("用过的办法、为什么没成。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    targets = forms.CharField(
        label=_("要达到的指标"),
        help_text=_("尽量写数字和单位，例如“掺量不低于 20%”。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    limits = forms.CharField(
        label=_("限制条件"),
        help_text=_("场地、成本、环保、法规等方面的限制。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    stage = forms.TypedChoiceField(
        label=_("希望的技术成熟度"),
        choices=base.STAGES,
        coerce=int,
        empty_value=None,
        required=False,
    )
    cooperation = forms.MultipleChoiceField(
        label=_("合作方式"),
        choices=Cooperation.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    budget_low = forms.DecimalField(
        label=_("预算下限（万元）"),
        help_text=_("两项都不填就是面议。"),
        required=False,
        max_value=MOST_BUDGET,
        min_value=0,
        decimal_places=2,
    )
    budget_high = forms.DecimalField(
        label=_("预算上限（万元）"),
        required=False,
        max_value=MOST_BUDGET,
        min_value=0,
        decimal_places=2,
    )
    deadline_on = forms.DateField(
        label=_("希望何时前解决"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    region = base.CodeField(label=_("所在地区"))
    industry = TreeField(tree="industry", label=_("所属行业"))
    subject = TreeField(tree="subject", label=_("相关学科"))
    keywords = base.WordsField(
        label=_("关键词"),
        help_text=_("用逗号或顿号隔开，最多 12 个；所有人都能看到。"),
        required=False,
    )
    public_title = forms.CharField(
        label=_("公开版名称"), help_text=_("所有人都能看到。"), required=False
    )
    public_text = forms.CharField(
        label=_("公开版内容"),
        help_text=_("不要写单位名称、金额、县以下地点和任何秘密。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-count": "5000"}),
    )
    secrets = base.WordsField(
        label=_("不能公开的词"),
        help_text=_("起草公开版时会去掉，例如产品代号、客户名称；用逗号或顿号隔开。"),
        required=False,
    )
    is_sure = forms.BooleanField(
        label=_("我已核对，这些可以公开"), required=False, widget=forms.CheckboxInput
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, organisations: list[Organisation], need: Need | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        own = [("", _("以我个人名义"))]
        self.choose("organisation").choices = own + [(row.code, row.name) for row in organisations]
        base.offer_region(self.fields["region"], need.region if need is not None else None)
        if need is not None:
            del self.fields["organisation"]

    def choose(self, name: str) -> forms.ChoiceField:
        """Return a field that is a choice."""
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(name)
        return field

    def content(self) -> Content:
        """Return what was entered."""
        entered = self.cleaned_data
        return Content(
            title=entered["title"],
            wanted=entered["wanted"],
            tried=entered["tried"],
            targets=entered["targets"],
            limits=entered["limits"],
            stage=entered["stage"],
            cooperation=tuple(entered["cooperation"]),
            budget_low=entered["budget_low"],
            budget_high=entered["budget_high"],
            deadline_on=entered["deadline_on"],
            region_id=entered["region"],
            industry_id=entered["industry"],
            subject_id=entered["subject"],
            keywords=entered["keywords"],
            public_title=entered["public_title"],
            public_text=entered["public_text"],
            secrets=entered["secrets"],
        )


def initial(need: Need) -> dict[str, Any]:
    """Return a kept need as the form shows it."""
    plain = ("title", "wanted", "tried", "targets", "limits", "stage", "cooperation")
    more = ("budget_low", "budget_high", "deadline_on", "public_title", "public_text", "revision")
    values = {name: getattr(need, name) for name in plain + more}
    codes = {name: getattr(need, f"{name}_id") or "" for name in ("region", "industry", "subject")}
    return {
        **values,
        **codes,
        "keywords": "、".join(need.keywords),
        "secrets": "、".join(need.secrets),
    }


class DescribeForm(base.Form):
    """A need in its owner's own words, typed, pasted or from a file."""

    organisation = forms.ChoiceField(label=_("发布单位"), required=False)
    text = forms.CharField(
        label=_("用自己的话说说"),
        help_text=_("哪里难、从什么时候开始、试过什么、要达到多少、有什么限制。长短都行。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "data-count": "5000"}),
    )
    content = forms.FileField(
        label=_("或上传一个文件"),
        help_text=_("DOCX、XLSX、有文字层的 PDF、TXT；读出的文字会放进草稿，文件本身不保存。"),
        required=False,
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [("", _("以我个人名义")), *((row.code, row.name) for row in organisations)]
        self.fields["organisation"].choices = rows  # type: ignore[attr-defined]


class CloseForm(base.Form):
    """Why a need comes to its end."""

    resolution = forms.ChoiceField(
        label=_("结束原因"),
        choices=[
            (Resolution.SOLVED.value, Resolution.SOLVED.label),
            (Resolution.WITHDRAWN.value, Resolution.WITHDRAWN.label),
        ],
        widget=forms.RadioSelect,
    )


class FileForm(base.Form):
    """One file to attach."""

    content = forms.FileField(
        label=_("附件"),
        help_text=_("PDF、DOCX、XLSX、PNG、JPG、TXT、CSV；只有您、您的单位和经办科协能看到。"),
    )
