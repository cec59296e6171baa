"""The interface put together: a line for each router, and the answers for what is not there."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from keqiao.api import asking, feed, own, problems, public
from keqiao.api.callers import Bearer

VERSION = "1"
DESCRIPTION = "What a person's programs may read and ask. Tokens, pages, limits, errors: docs/reference/api.md"


class Renderer(JSONRenderer):
    """JSON with Chinese as it is written."""

    json_dumps_params = {"ensure_ascii": False}


class Api(NinjaAPI):
    """The interface; operations are named by their functions."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of an operation in the reference."""
        return operation.view_func.__name__


api = Api(
    title="Keqiao",
    version=VERSION,
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    auth=Bearer(),
    renderer=Renderer(),
    urls_namespace="api-1",
)
api.add_router("", public.router)
api.add_router("", asking.router)
api.add_router("", own.router)
api.add_router("/feed", feed.router)

for raised in (Exception, Http404, HttpError, ValidationError):
    api.add_exception_handler(raised, problems.answer)


@csrf_exempt
def unknown(_request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """Answer for every address below /api/ that is none."""
    return problems.problem(404)
