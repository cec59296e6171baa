"""Form fields as the component wants them: what kind they are, and widgets that name their help and errors."""

from __future__ import annotations

from django import forms, template
from django.utils.safestring import SafeString

from keqiao.reviews.types import Criterion, Scores
from keqiao.web.forms import codes

register = template.Library()


@register.simple_tag
def code_list(tree: str) -> SafeString:
    """Return the list that the fields of a tree of codes pick from; once in a page."""
    return codes.code_list(tree)


@register.filter
def field_kind(field: forms.BoundField) -> str:
    """Return group (several boxes), check (one box) or plain."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "group"
    return "check" if isinstance(widget, forms.CheckboxInput) else "plain"


@register.filter
def described(field: forms.BoundField) -> SafeString:
    """Return the widget with the ids of its help and its error, so that a screen reader says them."""
    attributes: dict[str, str | bool] = {}
    if field_kind(field) != "group":
        ids = [f"{field.auto_id}-help"] if field.help_text else []
        ids += [f"{field.auto_id}-error"] if field.errors else []
        if ids:
            attributes["aria-describedby"] = " ".join(ids)
        if field.errors:
            attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.filter
def scored(scores: Scores) -> list[tuple[str, int]]:
    """Return (criterion, points) for every score of a review."""
    return [(str(one.label), getattr(scores, one.value)) for one in Criterion]
