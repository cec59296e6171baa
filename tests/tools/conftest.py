"""Tools are scripts, not a package: a test loads one by its file."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
Load = Callable[[str], ModuleType]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Return how to load a tool as ``make`` runs it, with its neighbours importable."""
    monkeypatch.syspath_prepend(str(TOOLS))

    def tool(name: str) -> ModuleType:
        place = importlib.util.spec_from_file_location(f"tool_{name}", TOOLS / f"{name}.py")
        assert place is not None
        assert place.loader is not None
        module = importlib.util.module_from_spec(place)
        monkeypatch.setitem(sys.modules, place.name, module)
        place.loader.exec_module(module)
        return module

    return tool
