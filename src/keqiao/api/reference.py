"""The description of the interface, OpenAPI 3.1: served at ``/api/v1/openapi.json``, kept in ``docs/reference``."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from keqiao.api.mount import api
from keqiao.api.problems import MEDIA

PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457. `type` is urn:keqiao:problem: and a word; sentences are in the language asked for.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "sentence"],
                "properties": {"field": {"type": "string"}, "sentence": {"type": "string"}},
            },
        },
    },
}
DEFAULT = {
    "description": "A problem: what is wrong and what to do about it.",
    "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


@cache
def document() -> str:
    """Return the description as text, the same from every machine."""
    described: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="api/v1/"))
    described["components"]["schemas"]["Problem"] = PROBLEM
    for operations in described["paths"].values():
        for operation in operations.values():
            answers = {str(status): told for status, told in operation["responses"].items()}
            operation["responses"] = answers | {"default": DEFAULT}
    return json.dumps(described, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


@require_safe
def served(_request: HttpRequest) -> HttpResponse:
    """Answer with the description."""
    return HttpResponse(document(), content_type="application/json; charset=utf-8")
