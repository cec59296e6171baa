"""Time and memory as timings."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from keqiao.engine.speeds import Timing

WARM_UP = 20  # calls that are not counted
ROLLUP = Path("/proc/self/smaps_rollup")


def spread(part: str, size: int, ask: Callable[[int], object], count: int) -> list[Timing]:
    """Call ``ask(0…count-1)`` once each after some warm-up; return p50 and p99 of wall-clock time."""
    for number in range(min(WARM_UP, count)):
        ask(number)
    took = []
    for number in range(count):
        started = time.perf_counter()
        ask(number)
        took.append((time.perf_counter() - started) * 1000)
    return quantiles(part, size, "", took)


def quantiles(part: str, size: int, of: str, took: Sequence[float]) -> list[Timing]:
    """Return p50 and p99 of milliseconds."""
    p50, p99 = statistics.median(took), float(np.percentile(took, 99))
    return [
        Timing(part, size, f"{of} p50".strip(), p50, "ms"),
        Timing(part, size, f"{of} p99".strip(), p99, "ms"),
    ]


def seconds(part: str, size: int, measure: str, work: Callable[[], object]) -> Timing:
    """Do some work and return how long it took."""
    started = time.perf_counter()
    work()
    return Timing(part, size, measure, time.perf_counter() - started, "s")


def memory(part: str, size: int, measure: str = "") -> list[Timing]:
    """Return what this process holds in mebibytes: all, and without pages of files that others may share."""
    if not ROLLUP.exists():
        return []
    fields = {
        line.split(":")[0]: int(line.split()[1]) / 1024
        for line in ROLLUP.read_text(encoding="ascii").splitlines()[1:]
    }
    own = fields["Private_Dirty"] + fields.get("Swap", 0)
    return [
        Timing(part, size, f"memory, resident, {measure}".strip(", "), fields["Rss"], "MiB"),
        Timing(part, size, f"memory, its own, {measure}".strip(", "), own, "MiB"),
    ]


def megabytes(part: str, size: int, folder: Path) -> Timing:
    """Return what a folder takes on the disk."""
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Timing(part, size, "on disk", total / 2**20, "MiB")
