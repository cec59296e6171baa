"""Every operation × everybody × scopes: who is answered, who needs a token, for whom there is no such thing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.api.programs import ALL, PROBLEM, ask, laid, program
from tests.cast import SECRET, Cast, browser

from keqiao.api import reference
from keqiao.reactions import services as reactions

pytestmark = pytest.mark.django_db
EVERYBODY = ("stranger", "lin", "zhou", "chen", "gu", "wu", "zheng", "sun", "he", "ji")
OK, TOKEN, SCOPE, NONE = 200, 401, 403, 404


def everyone(status: int = OK) -> dict[str, int]:
    return dict.fromkeys(EVERYBODY, status)


def holders() -> dict[str, int]:
    return {**everyone(), "stranger": TOKEN}


def only(*names: str) -> dict[str, int]:
    return {**everyone(NONE), "stranger": TOKEN, **dict.fromkeys(names, OK)}


TABLE: dict[str, dict[str, int]] = {
    "list_regions": everyone(),
    "list_industries": everyone(),
    "list_subjects": everyone(),
    "list_needs": everyone(),
    "get_need open": everyone(),
    "get_need draft": everyone(NONE),
    "get_need review": everyone(NONE),
    "list_offers": everyone(),
    "get_offer open": everyone(),
    "get_offer draft": everyone(NONE),
    "get_studio open": everyone(),
    "get_studio hidden": everyone(NONE),
    "list_activities": everyone(),
    "get_activity open": everyone(),
    "get_activity draft": everyone(NONE),
    "match": holders(),
    "get_me": holders(),
    "list_cases": holders(),
    "get_case table": only("lin", "chen", "wu", "he"),
    "list_outcomes": holders(),
    "get_outcome table": only("lin", "chen", "wu", "he"),
    "list_deeds": holders(),
    "read_feed": everyone(),
    "read_feed_key": everyone(),
}


def operations() -> dict[str, dict[str, Any]]:
    described = json.loads(reference.document())
    return {
        operation["operationId"]: {**operation, "method": method}
        for methods in described["paths"].values()
        for method, operation in methods.items()
    }


def answered(client: Client, row: str, path: str) -> Any:
    return ask(client) if row == "match" else client.get(path)


@pytest.fixture
def paths(cast: Cast) -> dict[str, str]:
    found = laid(cast)
    reactions.run("default")
    return found


@pytest.fixture
def as_somebody(cast: Cast) -> dict[str, Client]:
    programs = {name: program(getattr(cast, name), *ALL) for name in EVERYBODY[1:]}
    return {"stranger": Client(), **programs}


def test_every_operation_answers_everybody_as_expected(
    paths: dict[str, str], as_somebody: dict[str, Client]
) -> None:
    wrong = []
    for row, expected in TABLE.items():
        for name, client in as_somebody.items():
            status = answered(client, row, paths[row]).status_code
            if status != expected[name]:
                wrong.append(f"{row} for {name}: {status}, expected {expected[name]}")
    assert wrong == []


def test_no_operation_is_left_out() -> None:
    assert {row.split()[0] for row in TABLE} == set(operations())
    assert {one["method"] for one in operations().values()} == {"get", "post"}
    assert [name for name, one in operations().items() if one["method"] == "post"] == ["match"]


def test_without_its_scope_an_operation_answers_nobody(cast: Cast, paths: dict[str, str]) -> None:
    scoped = {name: one["x-scope"] for name, one in operations().items() if "x-scope" in one}
    assert set(scoped.values()) == set(ALL)
    for row, path in paths.items():
        scope = scoped.get(row.split()[0])
        if scope is None:
            continue
        others = [one for one in ALL if one != scope]
        for who in (cast.lin, cast.wu, cast.he):
            response = answered(program(who, *others), row, path)
            assert response.status_code == SCOPE, row
            assert response.json()["type"] == "urn:keqiao:problem:scope"
            assert f'scope="{scope}"' in response.headers["WWW-Authenticate"]


def test_what_everybody_may_read_says_of_itself_that_it_needs_no_token() -> None:
    for name, one in operations().items():
        is_open = TABLE[next(row for row in TABLE if row.split()[0] == name)]["stranger"] != TOKEN
        assert ({} in one["security"]) == is_open, name
        assert {"Bearer": []} in one["security"], name


@pytest.mark.parametrize("name", ["stranger", "zhou", "chen", "gu", "sun", "ji"])
def test_the_secret_and_what_the_staff_wrote_reach_nobody_they_should_not(
    name: str, paths: dict[str, str], as_somebody: dict[str, Client]
) -> None:
    for row, path in paths.items():
        body = answered(as_somebody[name], row, path).content.decode()
        assert SECRET not in body, row
        assert "只给经办人看的话" not in body, row


def test_not_even_the_owner_reads_a_private_version_here(
    paths: dict[str, str], as_somebody: dict[str, Client]
) -> None:
    for row, path in paths.items():
        assert SECRET not in answered(as_somebody["lin"], row, path).content.decode(), row


def test_a_log_in_at_the_site_opens_nothing_here(cast: Cast, paths: dict[str, str]) -> None:
    client = browser(cast.he)
    for row in ("list_cases", "get_case table", "get_me", "list_deeds"):
        response = client.get(paths[row])
        assert response.status_code == TOKEN, row
        assert not response.cookies
    response = client.get(paths["list_needs"])
    assert "Cookie" not in response.headers["Vary"]


def test_staff_without_a_second_factor_have_no_use_of_a_token(
    cast: Cast, paths: dict[str, str], settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    for who in (cast.wu, cast.zheng, cast.he):
        response = program(who, *ALL).get(paths["list_needs"])
        assert (response.status_code, response.headers["Content-Type"]) == (SCOPE, PROBLEM)
        assert response.json()["type"] == "urn:keqiao:problem:second-factor"
    assert program(cast.lin, *ALL).get(paths["list_cases"]).status_code == OK
    assert browser(cast.zheng).get(paths["list_needs"]).status_code == OK
