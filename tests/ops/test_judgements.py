"""Brokers' judgements become a data set that the bench reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cast import SECRET, Cast

from keqiao.matching import services as matching
from keqiao.matching.types import Grade
from keqiao.ops import cli
from keqiao.ops.bench import files

pytestmark = pytest.mark.django_db


def test_the_last_grade_of_each_pair_is_written_in_public_words(cast: Cast, tmp_path: Path) -> None:
    need, offer = cast.open_need(), cast.open_offer()
    matching.judge(need, offer, Grade.BEST, why="做过千吨级。", by=cast.wu)
    matching.judge(need, offer, Grade.FITTING, why="对方产能不足。", by=cast.wu)
    assert cli.main(["judgements", str(tmp_path)]) == 0
    found = files.read(tmp_path)
    assert found.grades == {need.code: {offer.code: 2}}
    assert found.queries[need.code].title == need.public_title
    assert SECRET not in (tmp_path / "queries.jsonl").read_text(encoding="utf-8")


def test_nothing_judged_is_said(cast: Cast, tmp_path: Path) -> None:  # noqa: ARG001 - the tables
    assert cli.main(["judgements", str(tmp_path / "none")]) == 1
    assert not (tmp_path / "none").exists()
