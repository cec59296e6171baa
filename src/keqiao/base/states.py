"""State machines as tables: what may follow what, and by which verb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from keqiao.base.errors import Refused
from keqiao.base.phrases import N_


class WrongState(Refused):
    """The verb does not apply to the state that the thing is in."""

    text = N_("内容的状态已经改变，这一步现在不能进行。请刷新页面后再看。")


@dataclass(frozen=True, slots=True)
class Machine:
    """A table: verb → (states it applies to, state it leads to)."""

    start: str
    moves: Mapping[str, tuple[frozenset[str], str]]

    def after(self, verb: str, state: str) -> str:
        """Return the state that ``verb`` leads to from ``state``; raise WrongState when it does not apply."""
        sources, target = self.moves[verb]
        if state not in sources:
            raise WrongState
        return target

    def sources(self, verb: str) -> frozenset[str]:
        """Return the states in which ``verb`` applies."""
        return self.moves[verb][0]

    def allows(self, verb: str, state: str) -> bool:
        """Tell whether ``verb`` applies in ``state``."""
        return state in self.moves[verb][0]


def move(sources: str, target: str) -> tuple[frozenset[str], str]:
    """Write one row of a table: ``move("draft review", "closed")``."""
    return frozenset(sources.split()), target
