"""``keqiao tour``: solve a plan of visits now, without the worker, and print who goes where."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from keqiao.base.phrases import N_, Phrase

if TYPE_CHECKING:
    from keqiao.tours.models import Day, Firm, Plan

HELP = "Solve a plan of visits now and print its days, what is missing, and how far it is from the best."
NEEDS_DATABASE = True
NO_PLAN = N_("没有编号为 %(code)s 的计划。")
DAY = N_("%(day)s　%(expert)s　%(leaves)s 出发，%(returns)s 回到，约 %(km)s 公里（估算）")
STOP = N_("  %(starts)s—%(ends)s　%(firm)s　%(score)s 分")
EMPTY = N_("✗ %(firm)s 还缺 %(missing)s 位：%(reasons)s")
SUMS = N_(
    "%(served)s 家企业有人去，%(points)s 分，离上限最多还差 %(gap)s%%；先照顾每家让出 %(cost)s 分；用时 %(took)s 秒。"
)
STOPPED = N_("排不出来：%(reasons)s")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("code", help="code of the plan, such as T-7K3M9QXA")


def run(arguments: argparse.Namespace) -> int:
    """Solve unless it is solved; 0 with a proposal, 1 when none can be made, 2 when there is no such plan."""
    from keqiao.base.codes import is_code
    from keqiao.tours import selectors, services
    from keqiao.tours.models import Plan

    code = str(arguments.code).strip().upper()
    if is_code(code):
        services.solve(code)
    plan = Plan.objects.filter(code=code).first() if is_code(code) else None
    if plan is None:
        print(Phrase(NO_PLAN, {"code": code}), file=sys.stderr)
        return 2
    firms = list(selectors.firms(plan, only_missing=True))
    names = selectors.names_for(plan, firms)
    if plan.problems:
        print(Phrase(STOPPED, {"reasons": _said(plan.problems, names)}))
        return 1
    for day in selectors.days(plan):
        print("\n".join(_day(day)))
    for firm in firms:
        print(_missing(firm, names))
    print(_sums(plan))
    return 0


def _day(day: Day) -> list[str]:
    from django.utils import timezone

    leaves, returns = timezone.localtime(day.leaves_at), timezone.localtime(day.returns_at)
    told = {
        "day": day.day_on.isoformat(),
        "expert": day.expert.body.name,
        "leaves": f"{leaves:%H:%M}",
        "returns": f"{returns:%H:%M}",
        "km": f"{day.kilometres:.0f}",
    }
    stops = [
        {
            "starts": f"{timezone.localtime(stop.starts_at):%H:%M}",
            "ends": f"{timezone.localtime(stop.ends_at):%H:%M}",
            "firm": stop.firm.organisation.name,
            "score": f"{stop.score:.1f}",
        }
        for stop in day.stops.all()
    ]
    return [str(Phrase(DAY, told)), *(str(Phrase(STOP, one)) for one in stops)]


def _missing(firm: Firm, names: dict[str, str]) -> Phrase:
    told = {
        "firm": firm.organisation.name,
        "missing": firm.missing_count,
        "reasons": _said(firm.gaps, names),
    }
    return Phrase(EMPTY, told)


def _sums(plan: Plan) -> Phrase:
    told = {
        "served": plan.served_count,
        "points": f"{plan.points:.1f}",
        "gap": f"{plan.gap:.2f}",
        "cost": f"{plan.cost:.1f}",
        "took": f"{plan.took:.1f}",
    }
    return Phrase(SUMS, told)


def _said(kept: list[dict[str, object]], names: dict[str, str]) -> str:
    from keqiao.matching.types import reason_from_json
    from keqiao.tours.types import sentence

    return "；".join(sentence(reason_from_json(one), names) for one in kept)
