"""Where a visitor is: the navigation marks the page, or the section that the page is in."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], href: str, *more: str) -> SafeString:
    """Return the attribute that says this link leads here ("page") or to the section above ("true").

    ``more``: what other addresses of the section begin with.
    """
    request = context.get("request")
    if request is None or not request.path.startswith((href, *more)):
        return SafeString()
    return format_html(' aria-current="{}"', "page" if request.path == href else "true")
