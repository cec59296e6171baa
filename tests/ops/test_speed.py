"""The speed bench: what it is made of, that it runs from one end to the other, what it keeps and prints."""

from __future__ import annotations

import dataclasses
import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from keqiao.engine import speeds
from keqiao.engine.gathered import Gathered
from keqiao.engine.speeds import Kept, Timing
from keqiao.ops import cli
from keqiao.ops.bench import datasets, made, speed, speed_run

SIZE = 600
KEPT = Kept("keqiao bench speed", "abc1234", "2026-07-01", "40 real texts", (
    Timing("hybrid", 10_000, "p50", 2.5, "ms"), Timing("hybrid", 1_000_000, "p50", 6.25, "ms"),
    Timing("hybrid", 10_000, "of the exact top 10", 0.987, ""),
))  # fmt: skip


@pytest.fixture(scope="module")
def material() -> made.Material:
    return made.material(datasets.SAMPLE.parent, questions=8)


def test_a_folder_that_is_a_data_set_is_taken_for_one(tmp_path: Path) -> None:
    said = {
        "docs": {"id": "d", "text": "锂渣做掺合料。"},
        "queries": {"id": "q", "text": "锂渣"},
        "qrels": {"query": "q", "doc": "d", "grade": 2},
    }
    for name, line in said.items():
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(line), encoding="utf-8")
    own = made.material(tmp_path, questions=5)
    assert (own.texts, own.questions) == (("锂渣做掺合料。",), ("锂渣",))


def test_made_texts_are_the_same_every_time_and_say_only_what_real_texts_say(
    material: made.Material,
) -> None:
    first, again = (list(islice(made.entries(material, 50), 50)) for _time in range(2))
    assert first == again
    assert len({entry.key for entry in first}) == 50
    said = {piece for pieces in material.pieces for piece in pieces}
    for entry in first:
        assert any(entry.text.startswith(piece) for piece in said)
    assert len(material.questions) == 8


def test_made_vectors_are_unit_rows_near_real_ones() -> None:
    real = np.eye(16, dtype=np.float32)
    blocks = list(made.rows(real, 12_000))
    assert [len(keys) for keys, _rows in blocks] == [10_000, 2_000]
    keys, rows = blocks[1]
    assert keys[0] == made.key_of(10_000)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert (rows @ real.T).max(axis=1).min() > 0.7


def test_a_small_index_is_built_asked_and_changed(tmp_path: Path, material: made.Material) -> None:
    draw = np.random.default_rng(1)
    rows = draw.standard_normal((40, 32), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    told = [
        *speed.build(tmp_path, SIZE, material, rows),
        *speed.serve(tmp_path, SIZE, material.questions, rows[:8]),
        *speed.fresh(tmp_path, SIZE),
    ]
    by_key = {(one.part, one.measure): one.value for one in told}
    assert len(by_key) == len(told)
    assert {one.size for one in told} == {SIZE}
    assert by_key["hybrid", "of the exact top 10"] == pytest.approx(1)
    assert by_key["words", "of the top 10, none dropped"] == pytest.approx(1)
    assert all(one.value > 0 for one in told)
    assert len(Gathered.open(tmp_path / speed.VECTORS)) == SIZE


def test_the_whole_runs_from_the_command_and_keeps_its_files_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KEQIAO_HOME", str(tmp_path))
    words = ["bench", "speed", "--sizes", "60", "--real", "4", "--data", str(tmp_path), "--json"]
    assert cli.main(words) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["about"] == "40 texts of sample"
    parts = {timing["part"] for timing in said["timings"]}
    assert {"encoder", "words", "vectors", "hybrid", "fresh", "SQLite FTS5", "tantivy"} <= parts
    assert not list((tmp_path / "bench" / "speed").glob("*"))


def test_what_is_kept_reads_as_it_was_written(tmp_path: Path) -> None:
    speeds.write(KEPT, tmp_path / "speeds.json")
    assert speeds.read(tmp_path / "speeds.json") == KEPT
    assert speeds.read(tmp_path / "nothing") is None
    assert speeds.rounded([Timing("a", 1, "b", 1234.567, "ms")])[0].value == 1230
    assert str(Timing("a", 1, "b", 1234.567, "ms")) == "1,235 ms"


def test_a_table_shows_every_size_and_what_was_committed() -> None:
    now = [
        dataclasses.replace(KEPT.timings[0], value=3.14159),
        Timing("encoder", 0, "p50", 35, "ms"),
    ]
    table = speed_run.lines(now, [10_000, 100_000], KEPT)
    assert table[0] == "| part | measure | — | 10,000 | 100,000 |"
    assert "| hybrid | p50 |  | 3.14 ms (2.5 ms) |  |" in table
    assert "| encoder | p50 | 35 ms |  |  |" in table
