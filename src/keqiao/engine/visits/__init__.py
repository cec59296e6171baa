"""Who visits which enterprise, on which day and in which order: routes of a day, then the best choice among them.

It owns the rules of a plan of visits and what they cost. Values in and values out; no argument is changed, and the
order in which things are given changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keqiao.engine.visits.types import Plan, Problem

__all__ = ["plan"]


def plan(problem: Problem) -> Plan:
    """Return the best plan under the rules of `problem`; raises `Impossible` for what contradicts itself."""
    from keqiao.engine.visits.checking import refuse_contradictions
    from keqiao.engine.visits.decode import decode
    from keqiao.engine.visits.solve import solve

    refuse_contradictions(problem)
    return decode(problem, solve(problem))
