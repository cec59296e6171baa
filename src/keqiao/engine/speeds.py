"""Times and sizes of the last recorded speed bench, shipped beside the figures of quality.

`keqiao bench speed --record` writes them; the page on quality and the bench itself read them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

WHOLE_FROM = 100  # numbers without decimals
FILE = Path(__file__).parent / "speeds.json"


@dataclass(frozen=True, slots=True)
class Timing:
    """One number with its unit: of a part (words, vectors, ...) at a size in documents."""

    part: str
    size: int
    measure: str
    value: float
    unit: str

    @property
    def key(self) -> tuple[str, int, str]:
        """Return what there is one timing of."""
        return self.part, self.size, self.measure

    def __str__(self) -> str:
        number = f"{self.value:,.0f}" if self.value >= WHOLE_FROM else f"{self.value:.3g}"
        return f"{number} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Kept:
    """Timings with the command that took them, the commit and the day; ``about`` says on what."""

    command: str
    commit: str
    day: str
    about: str
    timings: tuple[Timing, ...]


def read(path: Path = FILE) -> Kept | None:
    """Return what is kept; None when there is nothing."""
    if not path.is_file():
        return None
    said = json.loads(path.read_text(encoding="utf-8"))
    timings = tuple(Timing(*row) for row in said.pop("timings"))
    return Kept(**said, timings=timings)


def write(kept: Kept, path: Path = FILE) -> None:
    """Write, one timing a line, so that a change is easy to read."""
    said = asdict(kept)
    rows = [json.dumps(list(row.values()), ensure_ascii=False) for row in said.pop("timings")]
    head = json.dumps(said, ensure_ascii=False)[:-1]
    path.write_text(head + ', "timings": [\n' + ",\n".join(rows) + "\n]}\n", encoding="utf-8")


def rounded(timings: Iterable[Timing]) -> tuple[Timing, ...]:
    """Return timings with as many digits as they are worth: three."""
    return tuple(replace(one, value=float(f"{one.value:.3g}")) for one in timings)
