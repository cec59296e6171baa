"""``keqiao bench`` from its words to its tables, its figures, and what it says when something is missing."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from keqiao.engine import figures
from keqiao.engine.figures import Figure
from keqiao.engine.matching import SURE_ENOUGH
from keqiao.ops import cli
from keqiao.ops.bench import datasets, gate, report, running
from keqiao.ops.bench.datasets import Choice
from keqiao.ops.bench.gate import Answer


def bench(*words: str) -> int:
    return cli.main(["bench", *words, "--no-vectors"])


def measured(*systems: str) -> report.Bench:
    sample = datasets.load("sample", Path(), Choice())
    runs = [running.run(sample, name, None) for name in systems]
    return report.Bench(sample, runs, running.results(runs))


def figure(**changed: Any) -> Figure:
    sample = datasets.load("sample", Path(), Choice())
    given = {
        "dataset": "sample", "task": "sample", "measure": "nDCG@10", "system": "random", "value": 0.5, "low": 0.4,
        "high": 0.8, "queries": 12, "questions": sample.fingerprint(), "command": "keqiao bench sample",
        "commit": "abc", "day": "2026-07-01",
    }  # fmt: skip
    return Figure(**{**given, **changed})


def test_the_tables_name_every_system_with_interval_test_time_and_memory(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert bench("sample") == 0
    said = capsys.readouterr().out
    for word in (
        "random",
        "bm25-words",
        "bm25",
        "keqiao-words",
        "95 % interval",
        "peak MiB",
        "seed",
    ):
        assert word in said
    assert "(shipped)" in said


def test_a_machine_gets_the_same_and_the_same_again(capsys: pytest.CaptureFixture[str]) -> None:
    seen = []
    for _time in range(2):
        assert bench("sample", "--json", "--system", "random") == 0
        seen.append(json.loads(capsys.readouterr().out))
    assert seen[0]["results"] == seen[1]["results"]
    assert [run["system"] for run in seen[0]["runs"]] == ["random", "bm25"]  # and the baseline
    assert seen[0]["questions"] == 12


def test_a_limit_asks_only_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench("sample", "--limit", "3", "--system", "bm25") == 0
    assert "3 questions" in capsys.readouterr().out


def test_queries_and_judgements_of_others_are_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(datasets.SAMPLE, tmp_path / "needs-offers")
    kept = (tmp_path / "needs-offers" / "qrels.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "needs-offers" / "qrels.jsonl").write_text("\n".join(kept[:18]), encoding="utf-8")
    assert bench("needs-offers", "--data", str(tmp_path), "--system", "bm25") == 0
    said = capsys.readouterr().out
    assert "3 questions" in said
    assert "9 queries have no judged document" in said


def test_without_data_all_says_so_and_runs_our_own_sample(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench("all", "--data", str(tmp_path), "--system", "bm25") == 0
    captured = capsys.readouterr()
    assert "KEQIAO_DATA" in captured.err
    assert "sample: 12 questions" in captured.out


def test_what_cannot_be_run_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench("papers", "--data", str(tmp_path)) == 2
    assert bench("sample", "--system", "nobody") == 2
    assert bench("sample", "--record", "--half", "development") == 2
    said = capsys.readouterr().err
    assert "KEQIAO_DATA" in said
    assert "nobody" in said
    assert "--half" in said


def test_a_folder_that_cannot_be_written_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    words = ["sample", "--system", "e5", "--vectors", str(tmp_path / "file" / "vectors")]
    assert cli.main(["bench", *words]) == 2
    assert "file" in capsys.readouterr().err


def test_without_a_segmenter_the_others_run_and_it_is_said_how_to_get_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)
    assert bench("sample") == 0
    captured = capsys.readouterr()
    assert "pip install rjieba" in captured.err
    assert "bm25-words" not in captured.out
    assert bench("sample", "--system", "bm25-words") == 2


def test_a_killed_bench_leaves_no_process_behind() -> None:
    script = (
        "import signal; from keqiao.ops.bench import running; pool = running.own_process();"
        "pool.submit(signal.pause); print(*pool._processes, flush=True); signal.pause()"
    )
    words = [sys.executable, "-c", script]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        child = psutil.Process(int(started.stdout.readline()))
        started.kill()
    assert psutil.wait_procs([child], timeout=60)[1] == []


def test_what_is_beyond_the_committed_interval_is_told() -> None:
    made = measured("random", "bm25")
    same, worse = figure(system="bm25", low=0, high=1), figure(value=0.9, low=0.88, high=0.92)
    said = "\n".join(report.lines(made, [same, worse]))
    assert "random: before 0.9000, now" in said
    assert "0.9000 *" in said
    assert "0.5000 *" not in said
    quiet = "\n".join(report.lines(made, [same]))
    assert "nothing differs" in quiet


def test_a_figure_that_was_rounded_is_not_called_another() -> None:
    made = measured("bm25")  # four good ones of ten, for every need: the interval has no width
    kept = report.figures(made, command="c", commit="abc", day=dt.date(2026, 7, 1))
    assert "nothing differs" in "\n".join(report.lines(made, kept))


def test_figures_of_other_questions_are_not_compared_with() -> None:
    made = measured("random")
    assert "of other questions" in "\n".join(report.lines(made, [figure(questions="x")]))
    assert "not there" in "\n".join(report.lines(made, []))


def test_a_figure_is_kept_and_read_again_in_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    assert figures.read(path) == ()
    old = [figure(), figure(system="bm25", value=0.6)]
    figures.write(old, path)
    assert figures.read(path) == tuple(old)
    new = figure(value=0.7, commit="def")
    assert figures.joined(old, [new]) == [new, old[1]]
    kept = report.figures(measured("bm25"), command="c", commit="abc", day=dt.date(2026, 7, 1))
    assert [one.measure for one in kept] == ["nDCG@10", "P@5, 2 or better"]
    assert kept[0].low <= kept[0].value <= kept[0].high


def test_the_curve_falls_in_coverage_as_evidence_is_asked_for() -> None:
    given = [
        Answer(evidence, grade) for evidence, grade in ((0.5, 3), (0.4, 2), (0.3, 1), (0.05, 0))
    ]
    points = gate.curve(given)
    assert [(point.coverage, point.good) for point in points[:3]] == [
        (0.25, 1.0),
        (0.5, 1.0),
        (0.75, 2 / 3),
    ]
    assert points[-1].sure == SURE_ENOUGH
    assert (points[-1].coverage, points[-1].related) == (0.75, 1.0)
    assert gate.curve([]) == []


def test_the_committed_figures_can_be_read_and_are_in_order() -> None:
    for one in figures.read():
        assert 0 <= one.low <= one.value <= one.high <= 1
        assert one.queries > 0
        assert one.command.startswith("keqiao bench ")
    keys = [one.key for one in figures.read()]
    assert len(keys) == len(set(keys))
