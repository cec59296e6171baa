"""Forms of who does what at which node."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.access.types import OFFERED
from keqiao.places.models import Association
from keqiao.web.forms import base


class RoleForm(base.Form):
    """A role for somebody at a node."""

    email = forms.EmailField(label=_("对方的登录邮箱"), help_text=_("对方需要先注册账号。"))
    role = forms.ChoiceField(
        label=_("职责"), choices=[base.NO_CHOICE, *((one.value, one.label) for one in OFFERED)]
    )
    node = forms.ChoiceField(label=_("在哪一级"))

    def __init__(self, *args: Any, nodes: list[Association], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["node"], nodes)


class SocietyForm(base.Form):
    """A society under an association."""

    name = forms.CharField(label=_("学会全称"))
    under = forms.ChoiceField(label=_("挂在哪个科协下面"))

    def __init__(self, *args: Any, nodes: list[Association], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = [one for one in nodes if one.kind == Association.Kind.ASSOCIATION]
        offer(self.fields["under"], kept)


def offer(field: forms.Field, nodes: list[Association]) -> None:
    """Offer nodes, the only one chosen; a county stands indented below its city."""
    top = min((one.depth for one in nodes), default=0)
    listed = [(one.code, "　" * (one.depth - top) + one.name) for one in nodes]
    field.choices = listed if len(listed) == 1 else [base.NO_CHOICE, *listed]  # type: ignore[attr-defined]
