"""``keqiao assign``: a table of scores becomes a plan: who takes what, who else could, what is empty, what it costs."""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from keqiao.base.phrases import N_, Phrase
from keqiao.base.rows import BadRow
from keqiao.engine import reasons
from keqiao.ops.commands.match import BAD_ROW, BAD_ROWS

if TYPE_CHECKING:
    from keqiao.engine.assignment.types import (
        Alternate,
        Assignment,
        Couple,
        Pair,
        Plan,
        Problem,
    )
    from keqiao.engine.types import Part

HELP = "Assign many needs to many experts from a table of scores, within capacities and fair rules; no database."
NEEDS_DATABASE = False
READ = N_("读入需求 %(needs)s 条、专家 %(experts)s 位、分数 %(pairs)s 个。")
NEED = N_("需求 %(need)s")
GIVEN = N_("  → %(expert)s　%(score)s 分")
LOCKED, NEWCOMER = N_("（锁定）"), N_("（新人）")
OTHER = N_("    备选 %(expert)s　%(score)s 分，还有 %(free)s 个名额")
EMPTY = N_("  ✗ 还缺 %(missing)s 人：%(reasons)s")
TOTAL = N_(
    "合计 %(places)s 个名额、%(total)s 分；还缺 %(missing)s 人；最弱的一条得 %(lowest)s 分。"
)
PRICE = N_(
    "公平的代价 %(total)s 分（不加规则最多 %(best)s 分）："
    "锁定 %(locks)s，底线 %(floor)s，新人 %(newcomers)s。"
)
NOBODY = N_("——")

Value = TypeVar("Value")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    tables = (
        ("--needs", "table: need,wanted,owner; only these needs may be named then"),
        ("--experts", "table: expert,capacity,owner,newcomer; only these may be named then"),
        ("--conflicts", "table: need,expert; never put together"),
        ("--locks", "table: need,expert; always put together"),
    )
    parser.add_argument("scores", type=Path, help="table: need,expert,score (0 to 100),why")
    for name, told in tables:
        parser.add_argument(name, type=Path, help=told)
    for name, told in (
        ("--wanted", "experts a need wants when its table does not say (default 1)"),
        ("--capacity", "needs an expert takes when the table does not say (default 1)"),
    ):
        parser.add_argument(name, type=_places, default=1, help=told)
    parser.add_argument(
        "--threshold", type=_points, default=0.0, help="no pair below this score (0 to 100)"
    )
    parser.add_argument(
        "--floor",
        type=_points,
        help="first serve as many needs as can be, the worst-off up to this score (100: as high as can be)",
    )
    parser.add_argument(
        "--newcomers", type=_share, default=0.0, help="share of places for newcomers (0 to 1)"
    )
    parser.add_argument(
        "--alternates", type=int, choices=range(4), default=3, help="others told a need (default 3)"
    )
    parser.add_argument("--json", action="store_true", help="print the plan as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Read, assign, print; 0 when all went well, 1 when some rows were bad; what cannot be raises (2)."""
    from keqiao.engine.assignment import assign

    problem, bad_count = _problem(arguments)
    plan = assign(problem)
    if arguments.json:
        print(json.dumps(_as_json(plan), ensure_ascii=False))
    else:
        print("\n".join(_as_text(plan, [need.key for need in problem.needs])))
    if bad_count:
        _say(Phrase(BAD_ROWS, {"count": bad_count}))
    return int(bool(bad_count))


def _problem(arguments: argparse.Namespace) -> tuple[Problem, int]:
    """Return the problem of all tables and how many rows were bad; each is told with file, line and reason."""
    from keqiao.engine.assignment.types import Expert, Need, Problem, Rules
    from keqiao.ops import pairs as tables

    bad: list[int] = []

    def kept(path: Path | None, rows: Iterable[Value | BadRow]) -> list[Value]:
        return _kept(path, rows, bad)

    needs = experts = None
    if arguments.needs:
        rows = tables.read_needs(arguments.needs, wanted=arguments.wanted)
        needs = kept(arguments.needs, rows)
    if arguments.experts:
        people = tables.read_experts(arguments.experts, capacity=arguments.capacity)
        experts = kept(arguments.experts, people)
    known = tables.Known(
        None if needs is None else frozenset(need.key for need in needs),
        None if experts is None else frozenset(expert.key for expert in experts),
    )
    pairs = kept(arguments.scores, tables.read_pairs(arguments.scores, known))
    couples = [
        kept(path, tables.read_couples(path, known)) if path else []
        for path in (arguments.conflicts, arguments.locks)
    ]
    named: list[Pair | Couple] = [*pairs, *couples[0], *couples[1]]
    if needs is None:
        needs = [Need(key, arguments.wanted) for key in dict.fromkeys(item.need for item in named)]
    if experts is None:
        keys = dict.fromkeys(item.expert for item in named)
        experts = [Expert(key, arguments.capacity) for key in keys]
    rules = Rules(arguments.threshold, arguments.floor, arguments.newcomers, arguments.alternates)
    counts = {"needs": len(needs), "experts": len(experts), "pairs": len(pairs)}
    _say(Phrase(READ, counts))
    return Problem(needs, experts, pairs, couples[0], couples[1], rules), len(bad)


def _kept(path: Path | None, rows: Iterable[Value | BadRow], bad: list[int]) -> list[Value]:
    """Return the good rows of a table; the bad ones are told, their lines added to `bad`."""
    taken: list[Value] = []
    for item in rows:
        if isinstance(item, BadRow):
            bad.append(item.line)
            name = path.name if path else ""
            _say(Phrase(BAD_ROW, {"file": name, "line": item.line, "reason": str(item.reason)}))
        else:
            taken.append(item)
    return taken


def _as_text(plan: Plan, needs: Sequence[str]) -> list[str]:
    from keqiao.engine.assignment.wording import sentence

    given: defaultdict[str, list[Assignment]] = defaultdict(list)
    for item in plan.assignments:
        given[item.need].append(item)
    gaps = {gap.need: gap for gap in plan.gaps}
    lines: list[str] = []
    for need in sorted(needs):
        lines.append(str(Phrase(NEED, {"need": need})))
        for item in given[need]:
            lines += _given(item)
        lines += [_other(other) for other in plan.alternates[need]]
        if need in gaps:
            why = "；".join(sentence(reason) for reason in gaps[need].reasons)
            lines.append(str(Phrase(EMPTY, {"missing": gaps[need].missing, "reasons": why})))
    return [*lines, "", *_sums(plan), *(sentence(note) for note in plan.notes)]


def _given(item: Assignment) -> list[str]:
    line = str(Phrase(GIVEN, {"expert": item.expert, "score": f"{item.score:g}"}))
    line += LOCKED * item.is_locked + NEWCOMER * item.is_newcomer
    return [line, *(f"      {reasons.sentence(part.reason)}" for part in item.parts)]


def _other(other: Alternate) -> str:
    values = {"expert": other.expert, "score": f"{other.score:g}", "free": other.free}
    return str(Phrase(OTHER, values))


def _sums(plan: Plan) -> list[str]:
    missing = sum(gap.missing for gap in plan.gaps)
    lowest = NOBODY if plan.lowest is None else f"{plan.lowest:.10g}"
    counts = {"places": len(plan.assignments), "total": f"{plan.total:.10g}"}
    price = plan.price
    parts = {"locks": price.locks, "floor": price.floor, "newcomers": price.newcomers}
    costs = {**parts, "total": price.total, "best": price.best}
    return [
        str(Phrase(TOTAL, {**counts, "missing": missing, "lowest": lowest})),
        str(Phrase(PRICE, {name: f"{points:.10g}" for name, points in costs.items()})),
    ]


def _as_json(plan: Plan) -> dict[str, Any]:
    """Return the plan as plain values, with every reason as its sentence."""
    from keqiao.engine.assignment.wording import sentence

    return {
        "assignments": [
            {
                "need": item.need,
                "expert": item.expert,
                "score": item.score,
                "parts": _parts(item.parts),
                "is_locked": item.is_locked,
                "is_newcomer": item.is_newcomer,
            }
            for item in plan.assignments
        ],
        "alternates": {
            need: [
                {
                    "expert": other.expert,
                    "score": other.score,
                    "parts": _parts(other.parts),
                    "free": other.free,
                }
                for other in others
            ]
            for need, others in plan.alternates.items()
        },
        "gaps": [
            {
                "need": gap.need,
                "missing": gap.missing,
                "reasons": [sentence(reason) for reason in gap.reasons],
            }
            for gap in plan.gaps
        ],
        "total": plan.total,
        "lowest": plan.lowest,
        "price": {**asdict(plan.price), "total": plan.price.total},
        "notes": [sentence(note) for note in plan.notes],
    }


def _parts(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [
        {"part": part.code, "points": part.points, "reason": reasons.sentence(part.reason)}
        for part in parts
    ]


def _places(text: str) -> int:
    from keqiao.ops.pairs import places

    number = places(text)
    if number is None:
        raise argparse.ArgumentTypeError("应为 0 到 10000 的整数 (a whole number from 0 to 10000)")
    return number


def _points(text: str) -> float:
    return _between(text, 100)


def _share(text: str) -> float:
    return _between(text, 1)


def _between(text: str, most: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise argparse.ArgumentTypeError(f"应为 0 到 {most} 的数 (a number from 0 to {most})")
    return number


def _say(phrase: Phrase) -> None:
    print(phrase, file=sys.stderr, flush=True)
