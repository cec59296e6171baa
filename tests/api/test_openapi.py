"""The description that is committed is the one that the code gives, and the one that is served."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from django.test import Client
from ninja import Schema

import keqiao.api
from keqiao.api import reference

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "docs" / "reference" / "openapi.json"
PAGE = ROOT / "docs" / "reference" / "api.md"


def test_the_committed_description_is_what_the_code_says() -> None:
    renew = "python -m keqiao.api > docs/reference/openapi.json"
    assert KEPT.read_text(encoding="utf-8") == reference.document(), renew


def test_a_process_of_its_own_writes_the_same() -> None:
    words = [sys.executable, "-m", "keqiao.api"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == reference.document()


def test_it_is_served_to_everybody(client: Client) -> None:
    response = client.get("/api/v1/openapi.json")
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(response.content) == json.loads(reference.document())
    assert client.post("/api/v1/openapi.json").status_code == 405


def test_it_is_openapi_3_1_and_every_reference_in_it_leads_somewhere() -> None:
    described = json.loads(reference.document())
    assert described["openapi"] == "3.1.0"
    schemas = described["components"]["schemas"]
    for text in reference.document().split('"$ref": "')[1:]:
        target = text.split('"')[0]
        assert target.removeprefix("#/components/schemas/") in schemas


def test_no_two_shapes_share_a_name() -> None:
    """A second one of a name would silently take the place of the first in the description."""
    modules = [import_module(f"keqiao.api.{one.name}") for one in iter_modules(keqiao.api.__path__)]
    shapes = {
        shape
        for module in modules
        for shape in vars(module).values()
        if isinstance(shape, type) and issubclass(shape, Schema) and shape is not Schema
    }
    names = [shape.__name__ for shape in shapes]
    assert sorted(names) == sorted(set(names))


def test_the_page_for_people_tells_every_address_and_every_scope() -> None:
    page = PAGE.read_text(encoding="utf-8")
    described = json.loads(reference.document())
    for path, methods in described["paths"].items():
        assert f"`{path.removeprefix('/api/v1')}`" in page, path
        for one in methods.values():
            assert f"`{one.get('x-scope', '')}`" in page or "x-scope" not in one, path
