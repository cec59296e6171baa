"""Forms of dispatches."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.articles.models import Dispatch
from keqiao.web.forms import base


class DispatchForm(base.SeenForm):
    """A dispatch as its editor checks it."""

    headline = forms.CharField(label=_("标题"))
    body = forms.CharField(label=_("正文"), widget=forms.Textarea(attrs={"rows": 14}))
    region = base.CodeField(label=_("地区"))
    byline = forms.CharField(label=_("署名"), required=False)
    dated = forms.CharField(label=_("日期（按原文）"), required=False)

    def __init__(self, *args: Any, dispatch: Dispatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, row = self.fields["region"], dispatch.region
        if isinstance(field, base.CodeField):
            field.offer(base.region_choices(), (row.pk, row.name) if row is not None else None)

    def content(self) -> dict[str, str]:
        """Return what was entered, for ``articles.types.Content``."""
        entered = self.cleaned_data
        plain = {name: entered[name] for name in ("headline", "body", "byline", "dated")}
        return {**plain, "region_id": entered["region"]}


def initial(dispatch: Dispatch) -> dict[str, Any]:
    """Return a kept dispatch as the form shows it."""
    plain = {name: getattr(dispatch, name) for name in ("headline", "body", "byline", "dated")}
    return {**plain, "revision": dispatch.revision, "region": dispatch.region_id or ""}
