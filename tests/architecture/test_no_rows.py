"""What the suite runs once, on the first database only, opens no database at all."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import test as suite  # noqa: E402 - a tool, not a package

ASKS = re.compile(
    r"django_db|\((?:.*[ (])?(?:db|cast|crew|reference|live_server|transactional_db)\b[:,)]"
)


@pytest.mark.parametrize("folder", suite.NO_ROWS)
def test_a_folder_that_runs_once_asks_for_no_database(folder: str) -> None:
    files = sorted((ROOT / "tests" / folder).rglob("*.py"))
    assert files
    for path in files:
        found = ASKS.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.name}: {found and found.group()}"


@pytest.mark.parametrize(
    "text", ["@pytest.mark.django_db", "def test_it(cast: Cast)", "def test_it(client, db)"]
)
def test_a_test_that_asks_is_seen(text: str) -> None:
    assert ASKS.search(text)
