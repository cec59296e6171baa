"""What a bench says: tables for a terminal, an object for a machine, figures to keep."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

from keqiao.engine.figures import Figure
from keqiao.engine.ranker import Ranker
from keqiao.ops.bench import systems
from keqiao.ops.bench.datasets import CUT, CUT_GOOD, GOOD, Dataset
from keqiao.ops.bench.running import Result, Run
from keqiao.ops.bench.training import FOLDS, REPEATS, Validated
from keqiao.ops.tables import aligned

LEAST_P = 0.0001  # what the rounds of the test can tell
BEYOND = " *"
DIGITS = 4  # of a figure that is kept
ROUNDED = 0.5 * 10**-DIGITS


@dataclass(frozen=True, slots=True)
class Bench:
    """A data set with what every system made of it."""

    dataset: Dataset
    runs: Sequence[Run]
    results: Sequence[Result]

    def before(self, committed: Iterable[Figure]) -> dict[tuple[str, str, str], Figure]:
        """Return the committed figures of the very same questions."""
        asked = self.dataset.fingerprint()
        return {figure.key: figure for figure in committed if figure.questions == asked}


def lines(bench: Bench, committed: Sequence[Figure]) -> Iterator[str]:
    """Yield what people read."""
    dataset, before = bench.dataset, bench.before(committed)
    counts = f"{len(dataset.questions)} questions, {len(dataset.documents)} documents"
    yield f"\n{dataset.name}: {counts}, seed {systems.SEED}"
    yield f"  {dataset.about}"
    yield from (f"  {note}" for note in dataset.notes)
    if not dataset.questions:
        yield "  no question can be measured"
        return
    for (task, measure), group in groupby(bench.results, lambda one: (one.task, one.measure)):
        rows = list(group)
        yield f"\n{task}, {measure}, {rows[0].queries} questions"
        head = ("system", "mean", "95 % interval", f"p against {systems.BASELINE}", "committed")
        yield from aligned([head, *(_row(row, before) for row in rows)])
    yield ""
    costs = ("system", "prepare s", "answer ms a question", "peak MiB")
    yield from aligned([costs, *(_costs(run, len(dataset.questions)) for run in bench.runs)])
    for run in bench.runs:
        yield from _gate(run)
    yield from _compared(bench, before, committed)


def _row(one: Result, before: Mapping[tuple[str, str, str], Figure]) -> tuple[str, ...]:
    figure = before.get((one.task, one.measure, one.system))
    p = "" if one.p is None else f"< {LEAST_P}" if one.p <= LEAST_P else f"{one.p:.4f}"
    was = "" if figure is None else f"{figure.value:.4f}{BEYOND * _is_beyond(one, figure)}"
    return one.system, f"{one.value:.4f}", f"{one.low:.4f}–{one.high:.4f}", p, was


def _is_beyond(one: Result, figure: Figure) -> bool:
    """Tell whether a value lies outside the interval that is committed."""
    return not figure.low - ROUNDED <= one.value <= figure.high + ROUNDED


def _costs(run: Run, count: int) -> tuple[str, ...]:
    each = 1000 * run.answer_seconds / max(1, count)
    return run.system, f"{run.prepare_seconds:.1f}", f"{each:.1f}", f"{run.peak_mib:.0f}"


def _gate(run: Run) -> Iterator[str]:
    if not run.gate:
        return
    *points, shipped = run.gate
    yield f"\n{run.system}: the first answer, when only the questions it is surest of are answered"
    head = ("sure", "answered", f"graded {GOOD} or better", "graded 1 or better")
    named = [(f"{point.sure:.3f}", point) for point in points]
    named.append((f"{shipped.sure:g} (shipped)", shipped))
    yield from aligned(
        [
            head,
            *(
                (name, f"{point.coverage:.2f}", f"{point.good:.2f}", f"{point.related:.2f}")
                for name, point in named
            ),
        ]
    )


def _compared(
    bench: Bench, before: Mapping[tuple[str, str, str], Figure], committed: Sequence[Figure]
) -> Iterator[str]:
    yield ""
    if not before:
        known = any(figure.dataset == bench.dataset.name for figure in committed)
        why = "of other questions" if known else "not there"
        yield f"the committed figures are {why}: nothing to compare with"
        return
    beyond = 0
    for one in bench.results:
        figure = before.get((one.task, one.measure, one.system))
        if figure is not None and _is_beyond(one, figure):
            beyond += 1
            yield (
                f"*{one.task}, {one.measure}, {one.system}: before {figure.value:.4f}, now {one.value:.4f}, beyond "
                f"{figure.low:.4f}–{figure.high:.4f} ({figure.commit}, {figure.day})"
            )
    if not beyond:
        yield "nothing differs from the committed figures by more than their intervals"


def trained(model: Ranker, given: Sequence[Validated]) -> Iterator[str]:
    """Yield the ranker of all judged pairs, and what cross-validation says of rankers made the same way."""
    yield f"\nthe ranker of all these needs: {model}"
    yield f"\n{FOLDS} folds of needs, {REPEATS} times, seed {systems.SEED}; relevant: graded {GOOD} or better"
    head = ("left out", f"nDCG@{CUT}", f"P@{CUT_GOOD}", "calibration error")
    rows = [
        (one.without or "nothing", f"{one.ndcg:.4f}", f"{one.precision:.4f}", f"{one.error:.4f}")
        for one in given
    ]
    yield from aligned([head, *rows])
    whole = given[0]
    yield "\nsaid to be relevant with a probability of, and how often it was so"
    bins = [
        (
            f"{one.low:.1f}–{one.high:.1f}",
            f"{one.predicted:.3f}",
            f"{one.observed:.3f}",
            str(one.count),
        )
        for one in whole.bins
    ]
    yield from aligned([("probability", "mean", "observed", "pairs"), *bins])
    yield "\nanswering only needs with an answer at least so probable: first answers"
    curve = [tuple(f"{value:.3f}" for value in row) for row in whole.curve]
    yield from aligned(
        [("probability", "answered", f"graded {GOOD} or better", "1 or better"), *curve]
    )


def as_json(bench: Bench, committed: Sequence[Figure]) -> dict[str, Any]:
    """Return the same for a machine."""
    dataset, before = bench.dataset, bench.before(committed)
    rows = []
    for one in bench.results:
        figure = before.get((one.task, one.measure, one.system))
        rows.append({**asdict(one), "committed": None if figure is None else figure.value})
    return {
        "dataset": dataset.name,
        "about": dataset.about,
        "notes": list(dataset.notes),
        "documents": len(dataset.documents),
        "questions": len(dataset.questions),
        "fingerprint": dataset.fingerprint(),
        "seed": systems.SEED,
        "baseline": systems.BASELINE,
        "results": rows,
        "runs": [
            {
                "system": run.system,
                "prepare_seconds": round(run.prepare_seconds, 3),
                "answer_seconds": round(run.answer_seconds, 3),
                "peak_mib": round(run.peak_mib, 1),
                "gate": [asdict(point) for point in run.gate],
            }
            for run in bench.runs
        ],
    }


def figures(bench: Bench, *, command: str, commit: str, day: dt.date) -> list[Figure]:
    """Return what is kept of a bench."""
    asked = bench.dataset.fingerprint()
    return [
        Figure(
            dataset=bench.dataset.name,
            task=one.task,
            measure=one.measure,
            system=one.system,
            value=round(one.value, DIGITS),
            low=round(one.low, DIGITS),
            high=round(one.high, DIGITS),
            queries=one.queries,
            questions=asked,
            command=command,
            commit=commit,
            day=day.isoformat(),
        )
        for one in bench.results
    ]


def commit() -> str:
    """Return the commit that is measured, with a plus when files differ from it; outside a checkout the version."""

    def git(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", *words], cwd=here.parent, check=False, capture_output=True, text=True
        )

    here = Path(__file__)
    try:
        if git("ls-files", "--error-unmatch", here.name).returncode == 0:
            changed = git("diff", "--quiet", "HEAD").returncode
            return git("rev-parse", "--short=10", "HEAD").stdout.strip() + "+" * bool(changed)
    except OSError:  # there is no git here
        pass
    return version("keqiao")
