"""Which days to choose: a linear programme over the routes of all experts finds what matters, a whole one decides.

Each way in which an expert can spend a day is one column; a plan takes columns so that no firm gets more than it
wants, no expert more days or stops than there are. Few pairs of an expert and a firm matter, so the columns are built
from each side's best ones. The optimum of the linear programme gives every firm and every expert a price. A route with
a firm that was left out for this expert is worth at most the same route without it, plus that firm's score less both
prices; so when no pair left out beats its prices, the optimum holds over all pairs, and is what no plan can exceed.
Pairs that do are taken in and the programme is solved again (column generation; Desrosiers and Lübbecke 2005).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from ortools.linear_solver import pywraplp

from keqiao.engine.types import Reason
from keqiao.engine.visits.routes import Roads, Route, of_day
from keqiao.engine.visits.types import Impossible, Problem

FIRST_FIRMS, FIRST_EXPERTS = (
    8,
    5,
)  # each expert's best firms and each firm's best experts, to begin with
NEAREST = 2500  # columns that a whole choice is first made among
TOLERANCE = 1e-6  # points
HOUR = 60
NEAR_ENOUGH = 0.001  # of the bound: a whole programme stops there, and the plan says how far it is
SERVED, POINTS = "served", "points"


@dataclass(frozen=True, slots=True)
class Column:
    """A way to spend one of `days`, which are alike for this expert, and what it is worth in points."""

    route: Route
    days: tuple[int, ...]
    points: float

    def firms(self) -> list[str]:
        """Return the keys of the firms on the way."""
        return [visit.firm.key for visit in self.route.visits]


@dataclass(frozen=True, slots=True)
class Solution:
    """The chosen columns, what no plan can exceed, and what the best plan without fairness is worth, in points."""

    columns: tuple[Column, ...]
    bound: float
    without_fairness: float
    served: int


@dataclass(slots=True)
class _Prices:
    """What one more place would be worth: at a firm, and among an expert's stops."""

    firms: dict[str, float]
    experts: dict[str, float]


@dataclass(slots=True)
class _Answer:
    """What a programme came to: its worth, how much of each column it takes; of a linear one also the prices.

    `reduced` is what each column is worth beyond the prices of what it uses: 0 for those in use, less for others.
    """

    worth: float
    taken: list[float]
    prices: _Prices = field(default_factory=lambda: _Prices({}, {}))
    reduced: list[float] = field(default_factory=list)


def solve(problem: Problem) -> Solution:
    """Return the best plan under all rules. Needs what `refuse_contradictions` let pass."""
    search = _Search(problem)
    chosen, bound, without = search.best(POINTS, least=0)
    if problem.rules.is_fair:
        served, _bound, _worth = search.best(SERVED, least=0)
        least = search.count(served)
        if search.count(chosen) < least:
            chosen, bound, _worth = search.best(POINTS, least=least)
    return Solution(chosen, bound, without, search.count(chosen))


class _Search:
    """The pairs and columns found to matter so far: what one question needed helps the next."""

    def __init__(self, problem: Problem) -> None:
        self.rules = problem.rules
        self.firms = {firm.key: firm for firm in problem.firms if firm.wanted}
        self.experts = {expert.key: expert for expert in problem.experts}
        self.locks = sorted({(one.expert, one.firm) for one in problem.locks})
        named = (one for one in problem.locks if one.day is not None)
        self.held = {(one.expert, one.firm): one.day for one in named}
        self.scores = _scores(problem, self.locks)
        self.roads = Roads(problem.rules)
        self.pairs = self._first()
        self.columns: list[Column] = []
        for expert in sorted(self.experts):
            self._build(expert)

    def best(self, aim: str, *, least: int) -> tuple[tuple[Column, ...], float, float]:
        """Return the best columns that serve `least` firms, the bound over all pairs, and their worth."""
        while True:
            linear = _Programme(self, self.columns, aim, least, is_whole=False)
            relaxed = linear.solved(self.rules.seconds)
            if relaxed is None:
                raise Impossible([Reason("lock.together")])
            missed = self._missed(aim, relaxed.prices)
            if not missed:
                break
            for expert, firms in missed.items():
                self.pairs[expert] |= firms
                self._build(expert)
        chosen, worth = self._whole(aim, least, relaxed)
        return chosen, max(relaxed.worth, worth), worth

    def _whole(self, aim: str, least: int, relaxed: _Answer) -> tuple[tuple[Column, ...], float]:
        """Return a whole choice and its worth: among the columns nearest to their prices, else among all.

        Raise `Impossible` when the locks do not fit together.
        """
        order = sorted(range(len(self.columns)), key=lambda at: (-relaxed.reduced[at], at))
        for places in (sorted(order[:NEAREST]), range(len(self.columns))):
            columns = [self.columns[at] for at in places]
            answer = _Programme(self, columns, aim, least, is_whole=True).solved(self.rules.seconds)
            if answer is not None:
                taken = zip(columns, answer.taken, strict=True)
                return tuple(one for one, share in taken if share > 1 / 2), answer.worth
        raise Impossible([Reason("lock.together")])

    def count(self, chosen: tuple[Column, ...]) -> int:
        """Return how many firms get anybody."""
        return len({firm for column in chosen for firm in column.firms()})

    def _first(self) -> dict[str, set[str]]:
        """Return the pairs to begin with: the locks, every expert's best firms, every firm's best experts."""
        by_expert: defaultdict[str, list[str]] = defaultdict(list)
        by_firm: defaultdict[str, list[str]] = defaultdict(list)
        for expert, firm in sorted(self.scores, key=lambda pair: (-self.scores[pair], pair)):
            by_expert[expert].append(firm)
            by_firm[firm].append(expert)
        pairs = {expert: set(by_expert[expert][:FIRST_FIRMS]) for expert in self.experts}
        for firm, experts in by_firm.items():
            for expert in experts[:FIRST_EXPERTS]:
                pairs[expert].add(firm)
        for expert, firm in self.locks:
            pairs[expert].add(firm)
        return pairs

    def _build(self, key: str) -> None:
        """Make the columns of one expert anew, days that are alike for it together."""
        kept = [column for column in self.columns if column.route.expert.key != key]
        expert = self.experts[key]
        alike: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for day in sorted(expert.days):
            open_ = sorted(
                firm
                for firm in self.pairs[key]
                if day in self.firms[firm].days and self.held.get((key, firm), day) == day
            )
            if open_:
                alike[tuple(open_)].append(day)
        for open_firms, days in alike.items():
            firms = [self.firms[firm] for firm in open_firms]
            routes = of_day(expert, firms, self.roads)
            kept += [Column(route, tuple(days), self._points(route)) for route in routes]
        self.columns = kept

    def _points(self, route: Route) -> float:
        scores = (self.scores[route.expert.key, visit.firm.key] for visit in route.visits)
        return round(sum(scores) - self.rules.hour * route.minutes / HOUR, 6)

    def _missed(self, aim: str, prices: _Prices) -> dict[str, set[str]]:
        """Return the pairs left out that may better the optimum."""
        missed: defaultdict[str, set[str]] = defaultdict(set)
        for (expert, firm), score in self.scores.items():
            if firm in self.pairs[expert]:
                continue
            worth = score if aim == POINTS else 0.0
            if worth > prices.firms[firm] + prices.experts[expert] + TOLERANCE:
                missed[expert].add(firm)
        return missed


class _Programme:
    """One programme over the columns of a search: linear (GLOP) or whole (SCIP)."""

    def __init__(
        self, search: _Search, columns: list[Column], aim: str, least: int, *, is_whole: bool
    ) -> None:
        self.solver = pywraplp.Solver.CreateSolver("SCIP" if is_whole else "GLOP")
        self.is_whole, self.aim = is_whole, aim
        self.columns = columns
        high = self.solver.infinity()
        make = self.solver.BoolVar if is_whole else (lambda name: self.solver.NumVar(0, high, name))
        self.takes = [make("") for _column in self.columns]
        self.served = {key: self.solver.NumVar(0, 1, "") for key in search.firms}
        self.places = {
            key: self.solver.Constraint(-high, firm.wanted) for key, firm in search.firms.items()
        }
        self.covers = {key: self.solver.Constraint(-high, 0) for key in search.firms}
        self.stops = {
            key: self.solver.Constraint(-high, expert.stops)
            for key, expert in search.experts.items()
        }
        count = self.solver.Constraint(least, high)
        for key, served in self.served.items():
            self.covers[key].SetCoefficient(served, 1)
            count.SetCoefficient(served, 1)
        self._bound_columns(search)
        objective = self.solver.Objective()
        if aim == SERVED:
            for served in self.served.values():
                objective.SetCoefficient(served, 1)
        else:
            for take, column in zip(self.takes, self.columns, strict=True):
                objective.SetCoefficient(take, column.points)
        objective.SetMaximization()

    def _bound_columns(self, search: _Search) -> None:
        """Bound the days and stops of every expert, the places of every firm, and keep the locks."""
        high = self.solver.infinity()
        days: dict[tuple[str, tuple[int, ...]], pywraplp.Constraint] = {}
        together: dict[tuple[str, str], pywraplp.Constraint] = {}
        for pair in search.locks:
            together[pair] = self.solver.Constraint(1, 1)
        for take, column in zip(self.takes, self.columns, strict=True):
            expert = column.route.expert.key
            alike = (expert, column.days)
            if alike not in days:
                days[alike] = self.solver.Constraint(-high, len(column.days))
            days[alike].SetCoefficient(take, 1)
            self.stops[expert].SetCoefficient(take, len(column.route.visits))
            for firm in column.firms():
                self.places[firm].SetCoefficient(take, 1)
                self.covers[firm].SetCoefficient(take, -1)
                pair = (expert, firm)
                if pair not in together and search.firms[firm].wanted > 1:
                    together[pair] = self.solver.Constraint(-high, 1)
                if pair in together:
                    together[pair].SetCoefficient(take, 1)

    def solved(self, seconds: float) -> _Answer | None:
        """Return the answer; None when there is none, or none was found in time."""
        self.solver.SetTimeLimit(round(seconds * 1000))
        parameters = pywraplp.MPSolverParameters()
        if self.is_whole:
            near = NEAR_ENOUGH if self.aim == POINTS else 0.0
            parameters.SetDoubleParam(parameters.RELATIVE_MIP_GAP, near)
        status = self.solver.Solve(parameters)
        if status not in {pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE}:
            return None
        worth = self.solver.Objective().Value()
        taken = [take.solution_value() for take in self.takes]
        if self.is_whole:
            return _Answer(worth, taken)
        firms = {
            key: self.places[key].dual_value() - self.covers[key].dual_value()
            for key in self.places
        }
        experts = {key: row.dual_value() for key, row in self.stops.items()}
        reduced = [take.reduced_cost() for take in self.takes]
        return _Answer(worth, taken, _Prices(firms, experts), reduced)


def _scores(problem: Problem, locks: list[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """Return the score of every pair that may be chosen, by expert and firm; a lock that nobody scored has 0."""
    barred = {(one.expert, one.firm) for one in problem.conflicts}
    wanted = {firm.key for firm in problem.firms if firm.wanted}
    scores = {
        (pair.expert, pair.firm): pair.score
        for pair in problem.pairs
        if pair.firm in wanted
        and (pair.expert, pair.firm) not in barred
        and (pair.score >= problem.rules.threshold or (pair.expert, pair.firm) in set(locks))
    }
    return {**dict.fromkeys(locks, 0.0), **scores}
