"""What contradicts itself in a problem, all of it at once, each with what to relax."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from keqiao.engine.types import Reason
from keqiao.engine.visits.routes import Roads, of_day
from keqiao.engine.visits.types import (
    MOST_DAYS,
    MOST_STOPS,
    Couple,
    Expert,
    Firm,
    Impossible,
    Pair,
    Point,
    Problem,
    Rules,
)

MIDNIGHT = 24 * 60
MOST_SCORE = 100.0
MOST_EXPERTS = 5  # at one firm
MOST_TOLD = 20


def refuse_contradictions(problem: Problem) -> None:
    """Raise `Impossible` when the problem contradicts itself."""
    for look in (_sides, _names, _locks):
        found = sorted(
            look(problem), key=lambda one: (one.code, sorted(map(str, one.values.values())))
        )
        if found:
            raise Impossible(found[:MOST_TOLD])


def _sides(problem: Problem) -> Iterable[Reason]:
    firms = Counter(firm.key for firm in problem.firms)
    experts = Counter(expert.key for expert in problem.experts)
    yield from (Reason("input.firm_twice", {"firm": key}) for key in firms if firms[key] > 1)
    yield from (
        Reason("input.expert_twice", {"expert": key}) for key in experts if experts[key] > 1
    )
    for firm in problem.firms:
        if not _is_firm(firm):
            yield Reason("input.firm", {"firm": firm.key})
    for expert in problem.experts:
        if not _is_expert(expert):
            yield Reason("input.expert", {"expert": expert.key, "most": MOST_STOPS})
    if not _is_rules(problem.rules):
        yield Reason("input.rules")


def _is_firm(firm: Firm) -> bool:
    in_day = all(0 <= opens < closes <= MIDNIGHT for opens, closes in firm.hours)
    is_whole = 0 < firm.stay <= MIDNIGHT and 0 <= firm.wanted <= MOST_EXPERTS
    return _is_point(firm.place) and _are_days(firm.days) and in_day and is_whole


def _is_expert(expert: Expert) -> bool:
    in_day = 0 <= expert.leaves < expert.returns <= MIDNIGHT
    is_whole = 0 <= expert.stops_a_day <= MOST_STOPS and expert.stops >= 0
    return _is_point(expert.home) and _are_days(expert.days) and in_day and is_whole


def _is_point(place: Point) -> bool:
    return abs(place.latitude) <= 90 and abs(place.longitude) <= 180  # noqa: PLR2004 - degrees


def _are_days(days: frozenset[int]) -> bool:
    return all(0 <= day < MOST_DAYS for day in days)


def _is_rules(rules: Rules) -> bool:
    numbers = (rules.threshold, rules.hour, rules.speed, rules.detour, rules.seconds)
    is_finite = all(math.isfinite(number) for number in numbers)
    return (
        is_finite
        and 0 <= rules.threshold <= MOST_SCORE
        and min(rules.hour, rules.local) >= 0
        and min(rules.speed, rules.detour, rules.seconds) > 0
        and rules.alternates >= 0
    )


def _names(problem: Problem) -> Iterable[Reason]:
    firms = {firm.key for firm in problem.firms}
    experts = {expert.key for expert in problem.experts}
    named: list[Couple | Pair] = [*problem.pairs, *problem.locks, *problem.conflicts]
    unknown = sorted({one.firm for one in named} - firms)
    yield from (Reason("input.firm_unknown", {"firm": key}) for key in unknown)
    unknown = sorted({one.expert for one in named} - experts)
    yield from (Reason("input.expert_unknown", {"expert": key}) for key in unknown)
    counts = Counter((pair.firm, pair.expert) for pair in problem.pairs)
    for pair in problem.pairs:
        couple = {"firm": pair.firm, "expert": pair.expert}
        if not 0 <= pair.score <= MOST_SCORE:
            yield Reason("input.score", couple)
        if counts[pair.firm, pair.expert] > 1:
            yield Reason("input.pair_twice", couple)


def _locks(problem: Problem) -> Iterable[Reason]:
    firms = {firm.key: firm for firm in problem.firms}
    experts = {expert.key: expert for expert in problem.experts}
    conflicts = {(one.firm, one.expert) for one in problem.conflicts}
    days = _locked_days(problem)
    locks = sorted(days)
    roads = Roads(problem.rules)
    for firm, expert in locks:
        couple = {"firm": firm, "expert": expert}
        if (firm, expert) in conflicts:
            yield Reason("lock.conflict", couple)
        elif code := _misfit(firms[firm], experts[expert], days[firm, expert]):
            yield Reason(code, couple)
        elif not of_day(experts[expert], [firms[firm]], roads):
            yield Reason("lock.far", couple)
    for expert, count in Counter(expert for _firm, expert in locks).items():
        if count > experts[expert].stops:
            stops = experts[expert].stops
            yield Reason("lock.stops", {"expert": expert, "stops": stops, "count": count})
    for firm, count in Counter(firm for firm, _expert in locks).items():
        if count > firms[firm].wanted:
            wanted = firms[firm].wanted
            yield Reason("lock.wanted", {"firm": firm, "wanted": wanted, "count": count})


def _misfit(firm: Firm, expert: Expert, named: set[int]) -> str:
    """Return why a lock and its `named` days do not fit the days of both; empty when they do."""
    common = firm.days & expert.days
    if len(named) > 1:
        return "lock.twice"
    if not common:
        return "lock.days"
    return "" if named <= common else "lock.day"


def _locked_days(problem: Problem) -> dict[tuple[str, str], set[int]]:
    """Return the days that the locks of each pair name."""
    found: dict[tuple[str, str], set[int]] = {}
    for one in problem.locks:
        named = found.setdefault((one.firm, one.expert), set())
        named |= set() if one.day is None else {one.day}
    return found
