"""The contracts of imports break when broken: one bad line in a copy of the package, and the linter says no."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BROKEN = {
    "a room looks up": ("journal/services.py", "from keqiao.needs import selectors"),
    "neighbours know each other": ("needs/models.py", "from keqiao.offers import types"),
    "a room knows its pages": ("matching/services.py", "from keqiao.web import deeds"),
    "the engine knows Django": ("engine/text.py", "import django"),
    "the kernel knows Django": ("base/text.py", "from django.conf import settings"),
    "a page writes into the journal": ("web/views/home.py", "from keqiao.journal import services"),
    "the interface records": ("api/own.py", "from keqiao.journal import services"),
    "the interface knows the pages": ("api/own.py", "from keqiao.web import deeds"),
    "a policy records": ("needs/policies.py", "from keqiao.journal import services"),
    "models call services": ("needs/models.py", "from keqiao.needs import services"),
    "selectors write": ("needs/selectors.py", "from keqiao.needs import services"),
    "a room has a file of its own kind": ("needs/helpers.py", "X = 1"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the package with the project's own contracts beside it."""
    leave_out = shutil.ignore_patterns("__pycache__", "static", "templates", "data", "locale")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=leave_out)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the package in ``folder``."""
    program = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        [program, "--no-cache"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_contracts_hold(copy: Path) -> None:
    said = lint(copy)
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_contract_is_seen(name: str, copy: Path) -> None:
    path, line = BROKEN[name]
    file = copy / "src" / "keqiao" / path
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(f"{before}\n{line}\n", encoding="utf-8")
    said = lint(copy)
    assert said.returncode == 1, said.stdout
    assert "BROKEN" in said.stdout or "exhaustive" in said.stdout.lower(), said.stdout
