"""The description that is committed is the one that the code gives, and the one that is served."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from django.test import Client

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


def test_the_page_for_people_tells_every_address_and_every_scope() -> None:
    page = PAGE.read_text(encoding="utf-8")
    described = json.loads(reference.document())
    for path, methods in described["paths"].items():
        assert f"`{path.removeprefix('/api/v1')}`" in page, path
        for one in methods.values():
            assert f"`{one.get('x-scope', '')}`" in page or "x-scope" not in one, path
