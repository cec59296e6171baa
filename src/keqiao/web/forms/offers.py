"""Forms of studios and offers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.offers.models import Offer, Studio
from keqiao.offers.types import Content, Evidence, EvidenceKind, Kind, Rights, StudioContent
from keqiao.organisations.models import Organisation
from keqiao.web.forms import base
from keqiao.web.forms.codes import TreeField

EVIDENCE_ROWS = 4
MOST_INDUSTRIES = 3


class OfferForm(base.Form):
    """One offer as its owner writes it."""

    studio = forms.ChoiceField(label=_("所属工作室"))
    title = forms.CharField(
        label=_("名称"),
        help_text=_("一句话说清能做什么，例如“锂渣微粉作水泥混合材”。"),
        widget=forms.TextInput(attrs={"data-count": "80"}),
    )
    kind = forms.ChoiceField(label=_("类型"), choices=Kind.choices)
    description = forms.CharField(
        label=_("能做什么、做到什么程度"),
        help_text=_("方法、指标、条件、做过的规模。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 7, "data-count": "5000"}),
    )
    stage = forms.TypedChoiceField(
        label=_("技术成熟度"), choices=base.STAGES, coerce=int, empty_value=None, required=False
    )
    rights = forms.ChoiceField(label=_("知识产权"), choices=Rights.choices)
    region = base.CodeField(label=_("所在地区"))
    subject = TreeField(tree="subject", label=_("学科"))
    industry_1 = TreeField(tree="industry", label=_("适用行业（一）"))
    industry_2 = TreeField(tree="industry", label=_("适用行业（二）"), help_text="")
    industry_3 = TreeField(tree="industry", label=_("适用行业（三）"), help_text="")
    keywords = base.WordsField(
        label=_("关键词"), help_text=_("用逗号或顿号隔开，最多 12 个。"), required=False
    )
    capacity = forms.IntegerField(
        label=_("同时能承接的对接数"), min_value=1, max_value=50, initial=1
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, studios: list[Studio], offer: Offer | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        row = offer.region if offer is not None else None
        base.offer_region(self.fields["region"], row)
        for number in range(1, EVIDENCE_ROWS + 1):
            self.fields[f"evidence_kind_{number}"] = forms.ChoiceField(
                label=_("佐证类型"), required=False, choices=[base.NO_CHOICE, *EvidenceKind.choices]
            )
            self.fields[f"evidence_{number}"] = forms.CharField(
                label=_("佐证内容"),
                required=False,
                help_text=_("项目编号、专利号、论文题目或案例。"),
            )
        if offer is not None:
            del self.fields["studio"]
        else:
            choice = self.fields["studio"]
            if isinstance(choice, forms.ChoiceField):
                choice.choices = [(studio.code, studio.name) for studio in studios]

    def evidence_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the pairs of kind and text for the page."""
        numbers = range(1, EVIDENCE_ROWS + 1)
        return [(self[f"evidence_kind_{number}"], self[f"evidence_{number}"]) for number in numbers]

    def content(self) -> Content:
        """Return what was entered."""
        entered = self.cleaned_data
        pieces = (
            (
                entered[f"evidence_kind_{number}"] or EvidenceKind.CASE.value,
                entered[f"evidence_{number}"],
            )
            for number in range(1, EVIDENCE_ROWS + 1)
        )
        industries = [entered[f"industry_{number}"] for number in range(1, MOST_INDUSTRIES + 1)]
        return Content(
            title=entered["title"],
            kind=entered["kind"],
            description=entered["description"],
            stage=entered["stage"],
            rights=entered["rights"],
            evidence=tuple(Evidence(EvidenceKind(kind), text) for kind, text in pieces if text),
            region_id=entered["region"],
            subject_id=entered["subject"],
            industry_ids=tuple(dict.fromkeys(code for code in industries if code)),
            keywords=entered["keywords"],
            capacity=entered["capacity"],
        )


def initial(offer: Offer) -> dict[str, Any]:
    """Return a kept offer as the form shows it."""
    plain = ("title", "kind", "description", "stage", "rights", "capacity", "revision")
    values: dict[str, Any] = {name: getattr(offer, name) for name in plain}
    values["region"], values["subject"] = offer.region_id, offer.subject_id or ""
    values["keywords"] = "、".join(offer.keywords)
    for number, industry in enumerate(list(offer.industries.all())[:MOST_INDUSTRIES], start=1):
        values[f"industry_{number}"] = industry.pk
    for number, backing in enumerate(list(offer.backings.all())[:EVIDENCE_ROWS], start=1):
        values[f"evidence_kind_{number}"] = backing.kind
        values[f"evidence_{number}"] = backing.text
    return values


class StudioForm(base.Form):
    """A studio as its owner writes it."""

    owner = forms.ChoiceField(label=_("以谁的名义"), required=False)
    name = forms.CharField(label=_("工作室名称"))
    about = forms.CharField(
        label=_("简介"),
        help_text=_("做什么方向、有哪些条件和经验。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-count": "3000"}),
    )
    region = base.CodeField(label=_("所在地区"))
    subject = TreeField(tree="subject", label=_("主要学科"))
    capacity = forms.IntegerField(
        label=_("同时能承接的对接数"), min_value=1, max_value=50, initial=3
    )

    def __init__(
        self,
        *args: Any,
        organisations: list[Organisation],
        studio: Studio | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        row = studio.region if studio is not None else None
        base.offer_region(self.fields["region"], row)
        if studio is not None:
            del self.fields["owner"]
        else:
            owner = self.fields["owner"]
            if isinstance(owner, forms.ChoiceField):
                own = [("", _("我个人"))]
                owner.choices = own + [(row.code, row.name) for row in organisations]

    def content(self) -> StudioContent:
        """Return what was entered."""
        entered = self.cleaned_data
        return StudioContent(
            name=entered["name"],
            about=entered["about"],
            region_id=entered["region"],
            subject_id=entered["subject"],
            capacity=entered["capacity"],
        )
