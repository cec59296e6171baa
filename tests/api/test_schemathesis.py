"""The interface against its own description: whatever is sent, right or wrong, the answer is one that is described."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, seed
from hypothesis import settings as examples
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from tests.api.programs import ALL, laid
from tests.cast import Cast

from keqiao.api import reference
from keqiao.config.wsgi import application
from keqiao.reactions import services as reactions
from keqiao.tokens import services
from keqiao.tokens.types import Content

pytestmark = pytest.mark.django_db
SEED, EXAMPLES = 20_261_130, 10
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
OPERATIONS = [
    (path, method)
    for path, methods in sorted(json.loads(reference.document())["paths"].items())
    for method in sorted(methods)
]


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Let the requests of a test see its transaction, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def explored(operation: Any, mode: GenerationMode, check: Callable[[Any], None]) -> None:
    """Send what the description allows, or what it does not, the same every time."""

    @seed(SEED)
    @examples(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def sent(case: Any) -> None:
        check(case)

    sent()


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_as_described(cast: Cast, path: str, method: str) -> None:
    rows = laid(cast)
    reactions.run("default")
    codes = {row.split()[0]: at.rsplit("/", 1)[1] for row, at in reversed(rows.items())}
    _token, secret = services.issue(Content("程序", 90, ALL), by=cast.wu)
    bearer = {"Authorization": f"Bearer {secret}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operation = schema[path][method]
    asked = operation.definition.raw
    known = codes[asked["operationId"]]
    statuses: set[int] = set()

    def check(case: Any) -> None:
        for headers in (bearer, {}):
            response = case.call_and_validate(headers=headers, checks=CHECKS)
            statuses.add(response.status_code)

    def check_known(case: Any) -> None:
        case.path_parameters = {"code": known}
        check(case)

    if "{code}" in path:
        explored(operation, GenerationMode.POSITIVE, check_known)
        explored(operation, GenerationMode.POSITIVE, check)
    else:
        explored(operation, GenerationMode.POSITIVE, check)
    if "{code}" not in path and (asked.get("parameters") or "requestBody" in asked):
        explored(operation, GenerationMode.NEGATIVE, check)
    assert 200 in statuses
    assert max(statuses) < 500
