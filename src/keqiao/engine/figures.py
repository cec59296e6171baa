"""The figures of the last recorded bench, shipped with the engine that they speak of.

`keqiao bench --record` writes them; the page on quality and the bench itself read them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path(__file__).parent / "figures.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of one measure, 0–1, with its 95 % interval over `queries`; `questions` tells their set apart."""

    dataset: str
    task: str
    measure: str
    system: str
    value: float
    low: float
    high: float
    queries: int
    questions: str
    command: str
    commit: str
    day: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what there is one figure of."""
        return self.task, self.measure, self.system


def read(path: Path = FILE) -> tuple[Figure, ...]:
    """Return the figures in the order of the file; none when there is no file."""
    if not path.is_file():
        return ()
    return tuple(Figure(**row) for row in json.loads(path.read_text(encoding="utf-8")))


def write(figures: Iterable[Figure], path: Path = FILE) -> None:
    """Write figures, one a line, so that a change is easy to read."""
    lines = [json.dumps(asdict(figure), ensure_ascii=False) for figure in figures]
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def joined(old: Iterable[Figure], new: Iterable[Figure]) -> list[Figure]:
    """Return the new figures in the place of the old ones of the same key, the others kept."""
    by_key = {figure.key: figure for figure in old}
    by_key |= {figure.key: figure for figure in new}
    return list(by_key.values())
