"""Many needs to many experts, and cases to brokers, in three steps: encode, solve, decode.

It owns the rules of a fair assignment and what they cost. Values in and values out; no argument is changed, and the
order in which things are given changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keqiao.engine.assignment.types import Plan, Problem

__all__ = ["assign"]


def assign(problem: Problem) -> Plan:
    """Return the best plan under the rules of `problem`; raises `Impossible` for what contradicts itself."""
    from keqiao.engine.assignment.decode import decode
    from keqiao.engine.assignment.encode import encode
    from keqiao.engine.assignment.solve import solve

    encoded = encode(problem)
    return decode(problem, encoded, solve(encoded, problem.rules))
