"""Small problems of visits, all their plans one by one, and a judge of plans that shares nothing with the planner."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict

from hypothesis import strategies as st

from keqiao.engine.visits.types import Couple, Expert, Firm, Pair, Plan, Point, Problem, Rules

YAAN, MINGSHAN, YINGJING, SHIMIAN = (
    Point(29.98, 103.01),
    Point(30.08, 103.11),
    Point(29.79, 102.85),
    Point(29.23, 102.36),
)
PLACES = (YAAN, MINGSHAN, YINGJING, SHIMIAN)
HOURS = (
    ((540, 720), (840, 1080)),
    ((840, 1080),),
    ((540, 660),),
)
Ways = dict[tuple[int, ...], tuple[int, float]]


def days(most: int) -> st.SearchStrategy[frozenset[int]]:
    """Draw the days on which somebody is free."""
    return st.frozensets(st.integers(0, most - 1), max_size=most)


@st.composite
def problems(draw: st.DrawFn, *, locks: bool = False, fair: bool = True) -> Problem:
    """Draw a problem small enough for all its plans to be walked over; a lock is one that is possible alone."""
    firms = [
        Firm(
            f"企业{number}",
            draw(st.sampled_from(PLACES)),
            draw(days(2)),
            draw(st.sampled_from(HOURS)),
            draw(st.sampled_from([60, 120])),
            draw(st.integers(0, 2)),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    experts = [
        Expert(
            f"专家{number}",
            draw(st.sampled_from(PLACES)),
            draw(days(2)),
            draw(st.integers(0, 3)),
            draw(st.integers(0, 3)),
        )
        for number in range(draw(st.integers(1, 2)))
    ]
    couples = [(firm.key, expert.key) for firm in firms for expert in experts]
    scored = draw(st.lists(st.sampled_from(couples), unique=True))
    pairs = [Pair(firm, expert, draw(st.integers(0, 100))) for firm, expert in scored]
    barred = draw(st.lists(st.sampled_from(couples), unique=True, max_size=1))
    bound = draw(st.lists(st.sampled_from(couples), unique=True, max_size=2)) if locks else []
    named = st.sampled_from([None, 0, 1])
    rules = Rules(
        threshold=draw(st.sampled_from([0.0, 40.0])),
        is_fair=fair and draw(st.booleans()),
        hour=draw(st.sampled_from([0.0, 5.0, 60.0])),
        local=draw(st.sampled_from([0, 15])),
    )
    return Problem(
        firms,
        experts,
        pairs,
        locks=[Couple(*one, draw(named)) for one in bound],
        conflicts=[Couple(*one) for one in barred if one not in bound],
        rules=rules,
    )


def drive(start: Point, end: Point, rules: Rules) -> int:
    """Return minutes on the road by the law of cosines: another formula than the planner's."""
    if start == end:
        return rules.local
    a, b = math.radians(start.latitude), math.radians(end.latitude)
    east = math.radians(end.longitude - start.longitude)
    angle = math.acos(
        min(1.0, math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(east))
    )
    return math.ceil(round(angle * 6371.0088 * rules.detour / rules.speed * 60, 6))


def faults(problem: Problem, plan: Plan) -> list[str]:
    """Return every rule that a plan breaks."""
    firms = {one.key: one for one in problem.firms}
    experts = {one.key: one for one in problem.experts}
    scores = {(one.firm, one.expert): one.score for one in problem.pairs}
    locks = {(one.firm, one.expert) for one in problem.locks}
    barred = {(one.firm, one.expert) for one in problem.conflicts}
    found: list[str] = []
    met = Counter((stop.firm, day.expert) for day in plan.days for stop in day.stops)
    on = {(stop.firm, day.expert): day.day for day in plan.days for stop in day.stops}
    found += ["a lock on another day"] * any(
        on.get((one.firm, one.expert)) != one.day for one in problem.locks if one.day is not None
    )
    for day in plan.days:
        expert = experts[day.expert]
        at, ready = expert.home, day.leaves
        found += ["leaves too early"] * (day.leaves < expert.leaves)
        found += ["is not free"] * (day.day not in expert.days)
        found += ["too many stops a day"] * (len(day.stops) > expert.stops_a_day)
        for stop in day.stops:
            firm = firms[stop.firm]
            ready += drive(at, firm.place, problem.rules)
            found += ["arrives before it can"] * (stop.arrives < ready)
            found += ["stays another time"] * (stop.departs - stop.arrives != firm.stay)
            inside = any(a <= stop.arrives and stop.departs <= b for a, b in firm.hours)
            found += ["outside the hours"] * (not inside)
            found += ["the firm does not receive"] * (day.day not in firm.days)
            pair = (stop.firm, day.expert)
            found += ["a conflict"] * (pair in barred)
            weak = scores.get(pair, -1) < problem.rules.threshold
            found += ["a weak pair"] * (weak and pair not in locks)
            at, ready = firm.place, stop.departs
        found += ["home too late"] * (
            ready + drive(at, expert.home, problem.rules) > expert.returns
        )
    found += ["two days in one"] * (len({(d.expert, d.day) for d in plan.days}) < len(plan.days))
    by_firm, by_expert = Counter[str](), Counter[str]()
    for (firm_key, expert_key), count in met.items():
        by_firm[firm_key] += count
        by_expert[expert_key] += count
    found += ["met twice"] * any(count > 1 for count in met.values())
    found += ["a lock broken"] * (not locks <= set(met))
    found += ["more than wanted"] * any(by_firm[key] > firms[key].wanted for key in by_firm)
    found += ["too many stops"] * any(by_expert[key] > experts[key].stops for key in by_expert)
    return found


def best(problem: Problem) -> tuple[int, float] | None:
    """Return how many firms the best plan serves and its points, by walking over all plans; None without any."""
    locks = {(one.firm, one.expert) for one in problem.locks}
    slots = [(expert, day) for expert in problem.experts for day in sorted(expert.days)]
    ways = [_ways(problem, expert, day) for expert, day in slots]
    found: list[tuple[int, float]] = []
    for choice in itertools.product(*(way.items() for way in ways)):
        met: defaultdict[str, list[str]] = defaultdict(list)
        for (expert, _day), (visited, _worth) in zip(slots, choice, strict=True):
            for place in visited:
                met[problem.firms[place].key].append(expert.key)
        if any(len(met[firm.key]) > firm.wanted for firm in problem.firms):
            continue
        if any(len(set(who)) < len(who) for who in met.values()):
            continue
        used = Counter(key for who in met.values() for key in who)
        if any(used[expert.key] > expert.stops for expert in problem.experts):
            continue
        if not locks <= {(firm, key) for firm, who in met.items() for key in who}:
            continue
        served = sum(bool(who) for who in met.values())
        found.append((served, sum(worth for _visited, (_road, worth) in choice)))
    if not found:
        return None
    if problem.rules.is_fair:
        return max(found)
    return max(found, key=lambda one: one[1])


def _ways(problem: Problem, expert: Expert, day: int) -> Ways:
    """Return what each set of firms is worth in one day of an expert, the empty one too, in its shortest order."""
    scores = {(one.firm, one.expert): one.score for one in problem.pairs}
    locks = {(one.firm, one.expert): one.day for one in problem.locks}
    barred = {(one.firm, one.expert) for one in problem.conflicts}
    ways: Ways = {(): (0, 0.0)}
    for count in range(1, expert.stops_a_day + 1):
        for order in itertools.permutations(range(len(problem.firms)), count):
            firms = [problem.firms[place] for place in order]
            pairs = [(firm.key, expert.key) for firm in firms]
            if any(
                pair in barred or day not in firm.days or locks.get(pair) not in {None, day}
                for pair, firm in zip(pairs, firms, strict=True)
            ):
                continue
            if any(
                scores.get(pair, -1.0) < problem.rules.threshold and pair not in locks
                for pair in pairs
            ):
                continue
            road = _walk(expert, firms, problem.rules)
            if road is None:
                continue
            worth = sum(scores.get(pair, 0.0) for pair in pairs) - problem.rules.hour * road / 60
            key = tuple(sorted(order))
            if key not in ways or road < ways[key][0]:
                ways[key] = (road, worth)
    return ways


def _walk(expert: Expert, firms: list[Firm], rules: Rules) -> int | None:
    """Return the minutes on the road of one order of firms; None when it does not fit into the day."""
    at, ready, road = expert.home, expert.leaves, 0
    for firm in firms:
        minutes = drive(at, firm.place, rules)
        begins = [
            max(a, ready + minutes)
            for a, b in firm.hours
            if max(a, ready + minutes) + firm.stay <= b
        ]
        if not begins:
            return None
        at, ready, road = firm.place, min(begins) + firm.stay, road + minutes
    home = drive(at, expert.home, rules)
    return None if ready + home > expert.returns else road + home
