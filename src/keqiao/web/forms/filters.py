"""Filters of lists: forms sent by GET, so that every list has an address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.needs import selectors as needs
from keqiao.needs.types import Cooperation
from keqiao.offers import selectors as offers
from keqiao.offers.types import Kind
from keqiao.web.forms import base

ANY = ("", _("不限"))


class ListFilter(base.Form):
    """What a list is narrowed by; what is not understood narrows nothing."""

    def entered(self, name: str) -> Any:
        """Return one value; empty for what is not understood."""
        self.is_valid()
        return self.cleaned_data.get(name) or ""

    def is_narrowed(self) -> bool:
        """Tell whether anything but the words is asked for."""
        return any(self.entered(name) for name in self.fields if name != "q")


class EntryFilter(ListFilter):
    """What needs and offers are both narrowed by."""

    q = forms.CharField(
        label=_("关键词"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    region = base.CodeField(label=_("地区"))
    industry = base.CodeField(label=_("行业"))
    subject = base.CodeField(label=_("学科"))
    stage = forms.TypedChoiceField(
        label=_("技术成熟度"), choices=base.STAGES, coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, groups in (
            ("region", base.region_choices(with_parents=True)),
            ("industry", base.industry_choices()),
            ("subject", base.subject_choices()),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [ANY, *groups]
        stage = self.fields["stage"]
        if isinstance(stage, forms.ChoiceField):
            stage.choices = [ANY, *base.STAGES[1:]]


class NeedFilter(EntryFilter):
    """What needs are narrowed by."""

    cooperation = forms.ChoiceField(
        label=_("合作方式"), choices=[ANY, *Cooperation.choices], required=False
    )
    field_order = ["q", "region", "industry", "subject", "cooperation", "stage"]

    def narrowed(self) -> needs.Filter:
        """Return what the selectors understand."""
        return needs.Filter(
            region=self.entered("region"),
            industry=self.entered("industry"),
            subject=self.entered("subject"),
            cooperation=self.entered("cooperation"),
            stage=self.entered("stage") or None,
        )


class OfferFilter(EntryFilter):
    """What offers are narrowed by."""

    kind = forms.ChoiceField(label=_("类型"), choices=[ANY, *Kind.choices], required=False)
    field_order = ["q", "region", "industry", "subject", "kind", "stage"]

    def narrowed(self) -> offers.Filter:
        """Return what the selectors understand."""
        return offers.Filter(
            region=self.entered("region"),
            industry=self.entered("industry"),
            subject=self.entered("subject"),
            kind=self.entered("kind"),
            stage=self.entered("stage") or None,
        )
