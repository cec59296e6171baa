"""``keqiao bench codes``: labels that are facts only, levels, and what is said when no need is there."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from keqiao.ops import cli
from keqiao.ops.bench import codes
from keqiao.places import reference


def test_the_labels_are_known_codes_of_needs_in_fixed_parts() -> None:
    labels = codes.labels()
    trees = reference.load_trees()
    assert Counter(one.part for one in labels) == {
        "development": 30, "test": 30, "unseen": 19, "demonstration": 20,
    }  # fmt: skip
    for one in labels:
        assert one.industry
        assert {code for code in one.industry if len(code) == 4} <= set(trees.industries.names)
        assert set(one.subject) <= set(trees.subjects.names)
    assert len({one.key for one in labels}) == len(labels)


def test_the_demonstration_is_measured_without_any_data_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bench", "codes", "--no-vectors", "--data", str(tmp_path)]) == 0
    said, told = capsys.readouterr()
    assert "only the needs of the demonstration" in told
    assert "demonstration, 20 needs" in said
    assert "development" not in said
    for word in ("commonest", "names", "keqiao-words", "letter + 2 top-3", "ms a need"):
        assert word in said


def test_a_machine_gets_the_same_and_keqiao_is_better_than_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["bench", "codes", "--no-vectors", "--json", "--data", str(tmp_path)])
    scores = json.loads(capsys.readouterr().out)["scores"]
    found = {
        one["system"]: one["value"]
        for one in scores
        if (one["tree"], one["digits"], one["top"], one["is_accepted"]) == ("industry", 4, 3, True)
    }
    assert found["keqiao-words"] > found["names"]


def test_a_code_is_right_as_far_as_its_level_goes() -> None:
    assert codes._is_hit(["C3841"], ["C384"], 4) == 1.0
    assert codes._is_hit(["C3849"], ["C3841"], 3) == 1.0
    assert codes._is_hit(["C38"], ["C384"], 4) == 0.0
    assert codes._is_hit([], ["C384"], 3) == 0.0


def test_to_keep_these_figures_is_refused_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bench", "codes", "--record", "--data", str(tmp_path)]) == 2
    assert "RESULTS.md" in capsys.readouterr().err
