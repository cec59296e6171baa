"""A problem that contradicts itself: what every planner of the engine refuses, in the words of its own sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from keqiao.base.errors import Refused
from keqiao.engine.types import Reason


class Contradicted(Refused):
    """Contradictions as reasons; ``sentence`` is how a planner says one of them."""

    sentence: ClassVar[Callable[..., str]]

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__()
        self.reasons = tuple(reasons)

    def say(self, translate: Callable[[str], str] = str) -> str:
        """Return all contradictions as one text in the language of ``translate``."""
        return " ".join(self.sentence(reason, translate) for reason in self.reasons)

    def __str__(self) -> str:
        return self.say()
