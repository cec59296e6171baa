"""How experts of a visit are named on pages."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def expert_names(names: Iterable[str]) -> list[str]:
    """Return what the experts are called; who keeps the name private is an expert."""
    return [name or _("一位专家（未公开姓名）") for name in names]
