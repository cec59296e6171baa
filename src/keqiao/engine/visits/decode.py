"""From chosen columns back to words: whose day goes where, which firm stays empty and what to relax, who else fits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keqiao.engine.types import Reason
from keqiao.engine.visits import road
from keqiao.engine.visits.routes import Roads, Route, of_day
from keqiao.engine.visits.solve import Column, Solution
from keqiao.engine.visits.types import (
    Alternate,
    Day,
    Expert,
    Firm,
    Gap,
    Pair,
    Plan,
    Point,
    Problem,
    Rules,
    Stop,
)

NAMED = 3  # experts that a gap names
COULD_COME = ("gap.stops", "gap.time", "gap.road")


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What the plan holds: its days, who visits each firm, and what each expert has used."""

    days: tuple[Day, ...]
    visitors: Mapping[str, frozenset[str]]
    stops: Counter[str]
    busy: Mapping[str, frozenset[int]]


def decode(problem: Problem, solution: Solution) -> Plan:
    """Return the plan in the words of the problem: days by expert and date, gaps and alternates by firm."""
    pairs = {(pair.firm, pair.expert): pair for pair in problem.pairs}
    chosen = _chosen(problem, solution.columns, pairs)
    by_firm: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in sorted(problem.pairs, key=lambda one: (-one.score, one.expert)):
        by_firm[pair.firm].append(pair)
    judge = _Judge(problem, chosen)
    alternates: dict[str, tuple[Alternate, ...]] = {}
    gaps: list[Gap] = []
    for firm in sorted(problem.firms, key=lambda one: one.key):
        others = [one for one in by_firm[firm.key] if one.expert not in chosen.visitors[firm.key]]
        verdicts = [(one, judge.why_not(firm, one)) for one in others]
        free = [one for one, reason in verdicts if reason.code in COULD_COME]
        alternates[firm.key] = tuple(
            Alternate(one.expert, one.score, one.parts, judge.free(one.expert))
            for one in free[: problem.rules.alternates]
        )
        missing = firm.wanted - len(chosen.visitors[firm.key])
        if missing > 0:
            gaps.append(Gap(firm.key, missing, _reasons(verdicts)))
    return Plan(
        days=chosen.days,
        gaps=tuple(gaps),
        alternates=alternates,
        points=round(sum(column.points for column in solution.columns), 4),
        bound=round(solution.bound, 4),
        without_fairness=round(solution.without_fairness, 4),
        served=solution.served,
    )


class _Judge:
    """Why an expert does not come to a firm in a plan."""

    def __init__(self, problem: Problem, chosen: _Chosen) -> None:
        self.problem = problem
        self.chosen = chosen
        self.experts = {expert.key: expert for expert in problem.experts}
        self.barred = {(one.firm, one.expert) for one in problem.conflicts}
        self.roads = Roads(problem.rules)

    def free(self, expert: str) -> int:
        """Return how many stops an expert has left."""
        return self.experts[expert].stops - self.chosen.stops[expert]

    def why_not(self, firm: Firm, pair: Pair) -> Reason:
        """Return the first constraint that keeps the expert away; if none does, the road costs more than it brings."""
        expert = self.experts[pair.expert]
        named: dict[str, str | int | float] = {"expert": expert.key}
        threshold = self.problem.rules.threshold
        if (firm.key, expert.key) in self.barred:
            return Reason("gap.conflict", named)
        if pair.score < threshold:
            return Reason("gap.weak", {**named, "score": pair.score, "threshold": threshold})
        if self.free(expert.key) < 1 and self._could_come(firm, expert):
            return Reason("gap.stops", {**named, "stops": expert.stops})
        return Reason(self._of_time(firm, expert), named)

    def _could_come(self, firm: Firm, expert: Expert) -> bool:
        """Tell whether a day of the expert has room for this firm alone."""
        return bool(firm.days & expert.days and of_day(expert, [firm], self.roads))

    def _of_time(self, firm: Firm, expert: Expert) -> str:
        common = firm.days & expert.days
        if not common:
            return "gap.days"
        if not self._could_come(firm, expert):
            return "gap.far"
        is_full = common <= self.chosen.busy.get(expert.key, frozenset())
        return "gap.time" if is_full else "gap.road"


def _reasons(verdicts: Sequence[tuple[Pair, Reason]]) -> tuple[Reason, ...]:
    """Return what to relax: what keeps the best experts away, the sort of each reason once."""
    if not verdicts:
        return (Reason("gap.nothing"),)
    order = (*COULD_COME, "gap.days", "gap.far", "gap.weak", "gap.conflict")
    first: dict[str, Reason] = {}
    for _pair, reason in verdicts:
        first.setdefault(reason.code, reason)
    return tuple(first[code] for code in order if code in first)[:NAMED]


def _chosen(
    problem: Problem, columns: Sequence[Column], pairs: Mapping[tuple[str, str], Pair]
) -> _Chosen:
    experts = {expert.key: expert for expert in problem.experts}
    locks = {(one.firm, one.expert) for one in problem.locks}
    days: list[Day] = []
    visitors: defaultdict[str, set[str]] = defaultdict(set)
    busy: defaultdict[str, set[int]] = defaultdict(set)
    for column in sorted(columns, key=lambda one: (one.route.expert.key, one.days, one.firms())):
        expert = experts[column.route.expert.key]
        day = next(day for day in column.days if day not in busy[expert.key])
        busy[expert.key].add(day)
        days.append(_day(column.route, day, problem.rules, pairs, locks))
        for firm in column.firms():
            visitors[firm].add(expert.key)
    stops = Counter(day.expert for day in days for _stop in day.stops)
    return _Chosen(
        tuple(sorted(days, key=lambda day: (day.expert, day.day))),
        {firm.key: frozenset(visitors[firm.key]) for firm in problem.firms},
        stops,
        {key: frozenset(taken) for key, taken in busy.items()},
    )


def _day(
    route: Route,
    day: int,
    rules: Rules,
    pairs: Mapping[tuple[str, str], Pair],
    locks: set[tuple[str, str]],
) -> Day:
    expert: Expert = route.expert
    at: Point = expert.home
    stops: list[Stop] = []
    length = 0.0
    for visit in route.visits:
        way = road.kilometres(at, visit.firm.place, rules)
        pair = pairs.get((visit.firm.key, expert.key), Pair(visit.firm.key, expert.key, 0.0))
        stops.append(
            Stop(
                firm=visit.firm.key,
                arrives=visit.arrives,
                departs=visit.departs,
                kilometres=round(way, 1),
                minutes=visit.minutes,
                score=pair.score,
                parts=pair.parts,
                is_locked=(visit.firm.key, expert.key) in locks,
            )
        )
        at, length = visit.firm.place, length + way
    length += road.kilometres(at, expert.home, rules)
    return Day(
        expert=expert.key,
        day=day,
        leaves=route.leaves,
        stops=tuple(stops),
        returns=route.returns,
        minutes=route.minutes,
        kilometres=round(length, 1),
    )
