"""Every way in which one expert can spend one day: the sets of firms that fit into it, each in its shortest order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keqiao.engine.visits import road
from keqiao.engine.visits.types import Expert, Firm, Point, Rules


@dataclass(frozen=True, slots=True)
class Visit:
    """A firm in a route: when the visit begins and ends, and the minutes on the road before it."""

    firm: Firm
    arrives: int
    departs: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Route:
    """An expert's stops of a day in their order, home again at `returns`; `minutes` on the road in all."""

    expert: Expert
    visits: tuple[Visit, ...]
    leaves: int
    returns: int
    minutes: int


class Roads:
    """Minutes on the road between places, each pair of places worked out once."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._known: dict[tuple[Point, Point], int] = {}

    def minutes(self, start: Point, end: Point) -> int:
        """Return the minutes from one place to another; both ways take the same time."""
        if start == end:
            return self._rules.local
        ends = (start, end)
        if ends not in self._known:
            took = road.minutes(start, end, self._rules)
            self._known[ends] = self._known[end, start] = took
        return self._known[ends]


def of_day(expert: Expert, firms: Sequence[Firm], roads: Roads) -> list[Route]:
    """Return, for every set of `firms` that fits into one of the expert's days, the order with the shortest road.

    The firms are those that receive on that day. Between two orders with equal roads the earlier return is taken, then
    the smaller keys.
    """
    best: dict[frozenset[str], Route] = {}
    if expert.stops_a_day < 1:
        return []
    for route in _extended(expert, (), sorted(firms, key=lambda firm: firm.key), roads):
        visited = frozenset(visit.firm.key for visit in route.visits)
        known = best.get(visited)
        if known is None or (route.minutes, route.returns) < (known.minutes, known.returns):
            best[visited] = route
    return list(best.values())


def _extended(
    expert: Expert, visits: tuple[Visit, ...], firms: Sequence[Firm], roads: Roads
) -> Iterator[Route]:
    """Yield every route that begins with `visits` and goes on with some of `firms`."""
    at, ready = expert.home, expert.leaves
    if visits:
        at, ready = visits[-1].firm.place, visits[-1].departs
    for firm in firms:
        minutes = roads.minutes(at, firm.place)
        arrives = first_span(firm, ready + minutes)
        home = roads.minutes(firm.place, expert.home)
        if arrives is None or arrives + firm.stay + home > expert.returns:
            continue
        longer = (*visits, Visit(firm, arrives, arrives + firm.stay, minutes))
        yield _closed(expert, longer, home)
        if len(longer) < expert.stops_a_day:
            yield from _extended(expert, longer, [one for one in firms if one is not firm], roads)


def first_span(firm: Firm, ready: int) -> int | None:
    """Return when a visit can begin that nobody can begin before `ready`; None when it is too late for the day."""
    for opens, closes in sorted(firm.hours):
        begins = max(opens, ready)
        if begins + firm.stay <= closes:
            return begins
    return None


def _closed(expert: Expert, visits: tuple[Visit, ...], home: int) -> Route:
    first = visits[0]
    return Route(
        expert=expert,
        visits=visits,
        leaves=first.arrives - first.minutes,
        returns=visits[-1].departs + home,
        minutes=sum(visit.minutes for visit in visits) + home,
    )
