"""The ledger of outcomes, verified by the program that knows nothing of Keqiao."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cast import Cast
from tests.outcomes.test_outcomes import confirmed

from keqiao.ops import cli

pytestmark = pytest.mark.django_db
VERIFIER = Path(__file__).parents[2] / "docs" / "verify_ledger.py"


def verify(path: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.fixture
def ledger(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    confirmed(cast)
    path = tmp_path / "ledger.csv"
    assert cli.main(["ledger", str(path)]) == 0
    assert "4 entries about outcomes" in capsys.readouterr().out
    return path


def test_a_ledger_holds_and_tells_nothing_but_outcomes(ledger: Path) -> None:
    status, said = verify(ledger)
    assert (status, "0 faults" in said) == (0, True)
    with ledger.open(encoding="utf-8", newline="") as stream:
        told = {row["subject_kind"] for row in csv.DictReader(stream)}
    assert told == {"", "outcome"}


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("360000.00", "960000.00", "the content was changed"),
        ("outcome.confirmed", "outcome.voided", "the content was changed"),
    ],
)
def test_a_changed_figure_is_found(ledger: Path, before: str, after: str, why: str) -> None:
    text = ledger.read_text(encoding="utf-8")
    assert before in text
    ledger.write_text(text.replace(before, after), encoding="utf-8")
    status, said = verify(ledger)
    assert status == 1
    assert why in said


def test_a_row_that_is_taken_out_is_missed(ledger: Path) -> None:
    lines = ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    ledger.write_text("".join(lines[:-3] + lines[-2:]), encoding="utf-8")
    status, said = verify(ledger)
    assert status == 1
    assert "rows are missing" in said


def test_a_folder_that_is_not_there_is_named(cast: Cast, tmp_path: Path) -> None:  # noqa: ARG001 - the tables
    assert cli.main(["ledger", str(tmp_path / "none" / "ledger.csv")]) == 2
