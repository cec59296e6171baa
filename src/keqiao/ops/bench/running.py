"""One system over one data set: the worth of every answer, the time, the memory."""

from __future__ import annotations

import os
import resource
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path

from keqiao.engine import measures
from keqiao.ops.bench import datasets, systems
from keqiao.ops.bench import gate as gates
from keqiao.ops.bench.datasets import Choice, Dataset

PATIENCE = 10  # seconds between two lines of progress
UNIT = 1024 if sys.platform != "darwin" else 1024 * 1024  # of ru_maxrss, in a mebibyte
Asked = tuple[str, str]  # (task, measure)


@dataclass(frozen=True, slots=True)
class Run:
    """What a system did: for each measure one value a question (None: does not count), seconds, MiB at the peak.

    `gate` tells, where judged offers are ordered by Keqiao, what its first answers are worth.
    """

    system: str
    values: Mapping[Asked, Sequence[float | None]]
    prepare_seconds: float
    answer_seconds: float
    peak_mib: float
    gate: Sequence[gates.Point] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The mean of a system in one measure, its 95 % interval over queries, and p against the baseline if it ran."""

    task: str
    measure: str
    system: str
    value: float
    low: float
    high: float
    queries: int
    p: float | None


def run(dataset: Dataset, name: str, vectors: Path | None) -> Run:
    """Run a system by name over a data set, in this process; `vectors` is the folder that keeps them."""
    started = time.perf_counter()
    system = systems.SYSTEMS[name](vectors)
    system.prepare(dataset.documents)
    prepared = time.perf_counter()
    values: dict[Asked, list[float | None]] = {(one.task, one.name): [] for one in dataset.measures}
    seconds, told = 0.0, prepared
    for number, question in enumerate(dataset.questions, start=1):
        begun = time.perf_counter()
        found = system.order(question.query, question.among, dataset.top)
        ended = time.perf_counter()
        seconds += ended - begun
        if question.among is not None:
            said = {key for key, _score in found}
            found = [*found, *((key, 0.0) for key in question.among if key not in said)]
        for one in dataset.measures:
            values[one.task, one.name].append(one.value(question, found))
        if ended - told > PATIENCE:
            told = ended
            print(f"  {name}: {number}/{len(dataset.questions)}", file=sys.stderr, flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNIT
    curve = _curve(dataset, system) if isinstance(system, systems.Keqiao) else []
    return Run(name, values, prepared - started, seconds, peak, curve)


def _curve(dataset: Dataset, system: systems.Keqiao) -> list[gates.Point]:
    if not any(question.among for question in dataset.questions):
        return []
    return gates.curve(gates.answers(dataset, system))


def run_alone(dataset: str, data: Path, choice: Choice, name: str, vectors: Path | None) -> Run:
    """Run a system in a process of its own, so that time and memory are its own; it reads the data set itself."""
    with own_process() as pool:
        return pool.submit(_load_and_run, dataset, data, choice, name, vectors).result()


def own_process() -> ProcessPoolExecutor:
    """Return a fresh process to run one thing in; it ends with this one, even when this one is killed."""
    return ProcessPoolExecutor(1, get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    def wait() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _load_and_run(dataset: str, data: Path, choice: Choice, name: str, vectors: Path | None) -> Run:
    return run(datasets.load(dataset, data, choice), name, vectors)


def results(runs: Sequence[Run]) -> list[Result]:
    """Return means with intervals and tests, by measure, then by system, without those in which no question counts."""
    baseline = next((one for one in runs if one.system == systems.BASELINE), None)
    found = []
    for asked in runs[0].values if runs else ():
        for one in runs:
            values = _counted(one, asked)
            if not values:
                continue
            low, high = measures.bootstrap_interval(values, seed=systems.SEED)
            p = None
            if baseline is not None and baseline is not one:
                p = measures.paired_p(values, _counted(baseline, asked), seed=systems.SEED)
            mean = sum(values) / len(values)
            found.append(Result(*asked, one.system, mean, low, high, len(values), p))
    return found


def _counted(one: Run, asked: Asked) -> list[float]:
    return [value for value in one.values[asked] if value is not None]
