"""Time, memory and the price of fairness of an assignment, and other solvers on the same problem.

    .venv/bin/python bench/assignment.py

Made scores, seed fixed: needs and experts are points in eight dimensions, a score is how near they are, and every
expert has a fame that all needs like. One expert in five is a newcomer and has none. Needs want one or two experts,
experts take one to three needs; one pair in a hundred is a conflict, ten pairs are locked. Every case runs in a process
of its own; memory is the largest that the process had. Times are of one run, without the making of the scores.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from keqiao.engine.assignment import assign
from keqiao.engine.assignment.encode import UNIT, Encoded, encode
from keqiao.engine.assignment.types import Couple, Expert, Grid, Need, Pair, Problem, Rules

SEED, DIMENSIONS, LOCKS, CONFLICTS = 7, 8, 10, 0.01
NEWCOMERS = 0.2
PLAIN = Rules(threshold=20.0)
FAIR = Rules(threshold=20.0, floor=100.0, newcomers=0.3)
SHARE = Rules(threshold=20.0, newcomers=0.3)
# name: needs, experts, candidates a need (0: all), fame in points, rules, solver
CASES: dict[str, tuple[int, int, int, float, Rules, str]] = {
    "50 candidates, no rules": (1000, 5000, 50, 10, PLAIN, "flow"),
    "50 candidates, all rules": (1000, 5000, 50, 10, FAIR, "flow"),
    "5,000,000 pairs, no rules": (1000, 5000, 0, 10, PLAIN, "flow"),
    "5,000,000 pairs, all rules": (1000, 5000, 0, 10, FAIR, "flow"),
    "5,000,000 pairs, fame counts, all rules": (1000, 5000, 0, 40, FAIR, "flow"),
    "5,000 needs × 1,000 experts, all rules": (5000, 1000, 0, 10, FAIR, "flow"),
    "50 candidates, newcomers": (1000, 5000, 50, 10, SHARE, "flow"),
    "50 candidates, newcomers, GLOP": (1000, 5000, 50, 10, SHARE, "GLOP"),
    "50 candidates, newcomers, CP-SAT": (1000, 5000, 50, 10, SHARE, "CP-SAT"),
}


def problem(needs: int, experts: int, candidates: int, fame: float, rules: Rules) -> Problem:
    """Return the made problem."""
    random = np.random.default_rng(SEED)
    here, there = (random.normal(size=(count, DIMENSIONS)) for count in (needs, experts))
    here /= np.linalg.norm(here, axis=1, keepdims=True)
    there /= np.linalg.norm(there, axis=1, keepdims=True)
    is_new = random.random(experts) < NEWCOMERS
    liked = np.where(is_new, 0.0, random.random(experts) * fame)
    scores = np.clip(50 + 50 * (here @ there.T) - fame + liked[None, :], 0, 100)
    wanted, capacity = random.integers(1, 3, needs), random.integers(1, 4, experts)
    barred = np.argwhere(random.random((needs, experts)) < CONFLICTS)
    locked = [(place, place) for place in range(LOCKS)]
    conflicts = [(need, expert) for need, expert in barred.tolist() if need != expert]
    asks = [Need(f"n{place:05}", int(count)) for place, count in enumerate(wanted)]
    people = [
        Expert(f"e{place:05}", int(count), is_newcomer=bool(is_new[place]))
        for place, count in enumerate(capacity)
    ]
    given: Grid | list[Pair] = Grid(scores)
    if candidates:
        best = np.argpartition(-scores, candidates, axis=1)[:, :candidates]
        given = [
            Pair(asks[need].key, people[expert].key, float(scores[need, expert]))
            for need in range(needs)
            for expert in best[need].tolist()
        ]

    def couples(places: list[tuple[int, int]]) -> list[Couple]:
        return [Couple(asks[need].key, people[expert].key) for need, expert in places]

    return Problem(asks, people, given, couples(conflicts), couples(locked), rules)


def with_locks(made: Problem) -> tuple[Encoded, list[int], int]:
    """Return the problem in numbers, the pairs that may be chosen, and how many newcomers the flow was asked for."""
    encoded = encode(made)
    free = np.flatnonzero(encoded.is_strong | encoded.is_locked).tolist()
    base = assign(replace(made, rules=replace(made.rules, newcomers=0.0)))
    return encoded, free, int(np.ceil(made.rules.newcomers * len(base.assignments) - 1e-9))


def by_glop(made: Problem) -> float:
    """Return the total by a linear programme with the newcomers' share as a side constraint."""
    encoded, free, new = with_locks(made)
    solver = pywraplp.Solver.CreateSolver("GLOP")
    chosen = {at: solver.NumVar(float(encoded.is_locked[at]), 1, "") for at in free}
    rows = [solver.Constraint(0, int(count)) for count in encoded.wanted]
    columns = [solver.Constraint(0, int(count)) for count in encoded.capacity]
    share = solver.Constraint(new, solver.infinity())
    for at, variable in chosen.items():
        rows[encoded.need[at]].SetCoefficient(variable, 1)
        columns[encoded.expert[at]].SetCoefficient(variable, 1)
        share.SetCoefficient(variable, int(encoded.is_newcomer[encoded.expert[at]]))
        solver.Objective().SetCoefficient(variable, int(encoded.units[at]))
    solver.Objective().SetMaximization()
    solver.Solve()
    return float(solver.Objective().Value()) / UNIT


def by_sat(made: Problem) -> float:
    """Return the total by CP-SAT on two workers, at most a minute."""
    encoded, free, new = with_locks(made)
    model = cp_model.CpModel()
    chosen = {at: model.new_bool_var("") for at in free}
    for sides, most in ((encoded.need, encoded.wanted), (encoded.expert, encoded.capacity)):
        groups: list[list[cp_model.IntVar]] = [[] for _ in most]
        for at, variable in chosen.items():
            groups[sides[at]].append(variable)
        for group, count in zip(groups, most, strict=True):
            model.add(sum(group) <= int(count))
    model.add(sum(chosen[at] for at in free if encoded.is_newcomer[encoded.expert[at]]) >= new)
    for at in free:
        if encoded.is_locked[at]:
            model.add(chosen[at] == 1)
    model.maximize(sum(int(encoded.units[at]) * chosen[at] for at in free))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.max_time_in_seconds = 2, 60
    solver.solve(model)
    return solver.objective_value / UNIT


def measured(name: str) -> list[str]:
    """Run one case here; return its row."""
    needs, experts, candidates, fame, rules, solver = CASES[name]
    made = problem(needs, experts, candidates, fame, rules)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started, used = time.monotonic(), time.process_time()
    if solver == "flow":
        plan = assign(made)
        filled, total = str(len(plan.assignments)), plan.total
        price = plan.price
        costs = [f"{points:.1f}" for points in (price.locks, price.floor, price.newcomers)]
        lowest = f"{plan.lowest:.1f}"
        new = f"{sum(item.is_newcomer for item in plan.assignments)}"
    else:
        total = (by_glop if solver == "GLOP" else by_sat)(made)
        filled, costs, lowest, new = "", ["", "", ""], "", ""
    took, work = time.monotonic() - started, time.process_time() - used
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times = [f"{took:.1f}", f"{work:.1f}", f"{before:.0f}", f"{after:.0f}"]
    return [name, *times, filled, new, lowest, f"{total:.1f}", *costs]


def main() -> None:
    """Print the table, one process a case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", choices=CASES)
    case = parser.parse_args().case
    if case:
        print(json.dumps(measured(case), ensure_ascii=False))
        return
    heads = "case|s|processor s|MB before|MB|filled|new|lowest|total|locks|floor|newcomers"
    print(f"| {heads.replace('|', ' | ')} |\n|{'---|' * 12}", flush=True)
    for name in CASES:
        words = [sys.executable, __file__, "--case", name]
        row = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        print(f"| {' | '.join(json.loads(row))} |", flush=True)


if __name__ == "__main__":
    main()
