"""From a plan's rows to its proposal, and the proposal back to rows: days, stops, gaps, others who could come."""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from keqiao.engine import visits as engine
from keqiao.engine.types import Reason
from keqiao.engine.visits.types import Impossible
from keqiao.engine.visits.types import Plan as Found
from keqiao.matching.types import part_as_json, reason_as_json
from keqiao.tours import weighing
from keqiao.tours.models import Alternate, Day, Firm, Plan, Stop

log = logging.getLogger("keqiao.tours")


@dataclass(frozen=True, slots=True)
class Run:
    """What the engine found, None with the ``problems`` that kept it from finding anything; ``took`` in seconds."""

    weighed: weighing.Weighed
    found: Found | None
    problems: tuple[Reason, ...]
    took: float


def run(plan: Plan) -> Run:
    """Ask the engine; takes as long as the plan's terms allow, and so never inside a request or a transaction."""
    started = time.perf_counter()
    weighed = weighing.weigh(plan)
    found, problems = None, weighed.problems
    if not problems:
        try:
            found = engine.plan(weighed.problem)
        except Impossible as refusal:
            problems = tuple(refusal.reasons)
        except Exception:
            log.exception("the plan %s could not be solved", plan.code)
            problems = (Reason("solve.failed"),)
    return Run(weighed, found, problems, time.perf_counter() - started)


def values(made: Run) -> dict[str, Any]:
    """Return the plan's own columns."""
    found = made.found
    return {
        "problems": [reason_as_json(one) for one in made.problems],
        "notes": [reason_as_json(one) for one in made.weighed.notes],
        "points": found.points if found else 0.0,
        "bound": found.bound if found else 0.0,
        "without_fairness": found.without_fairness if found else 0.0,
        "served_count": found.served if found else 0,
        "solved_at": timezone.now(),
        "took": round(made.took, 2),
    }


def keep(plan: Plan, made: Run) -> None:
    """Write days, stops, gaps and alternates of a plan anew."""
    Day.objects.filter(expert__plan=plan).delete()
    Alternate.objects.filter(firm__plan=plan).delete()
    Firm.objects.filter(plan=plan).update(missing_count=0, gaps=[])
    if made.found is None:
        return
    firms = made.weighed.firms
    _keep_days(plan, made.weighed, made.found)
    Alternate.objects.bulk_create(
        Alternate(
            firm=firms[key],
            expert=made.weighed.experts[one.expert],
            rank=rank,
            score=one.score,
            parts=[part_as_json(part) for part in one.parts],
            free=max(0, one.free),
        )
        for key, others in made.found.alternates.items()
        for rank, one in enumerate(others, start=1)
    )
    short = []
    for gap in made.found.gaps:
        firm = firms[gap.firm]
        firm.missing_count = gap.missing
        firm.gaps = [reason_as_json(one) for one in gap.reasons]
        short.append(firm)
    Firm.objects.bulk_update(short, ["missing_count", "gaps"], batch_size=100)


def _keep_days(plan: Plan, weighed: weighing.Weighed, found: Found) -> None:
    dates = plan.days
    days, stops = [], []
    for one in found.days:
        on = dates[one.day]
        day = Day(
            expert=weighed.experts[one.expert],
            day_on=on,
            leaves_at=moment(on, one.leaves),
            returns_at=moment(on, one.returns),
            minutes=one.minutes,
            kilometres=one.kilometres,
        )
        days.append(day)
        stops += [
            Stop(
                day=day,
                firm=weighed.firms[stop.firm],
                starts_at=moment(on, stop.arrives),
                ends_at=moment(on, stop.departs),
                minutes=stop.minutes,
                kilometres=stop.kilometres,
                score=stop.score,
                parts=[part_as_json(part) for part in stop.parts],
                is_locked=stop.is_locked,
            )
            for stop in one.stops
        ]
    Day.objects.bulk_create(days)
    Stop.objects.bulk_create(stops)


def moment(day: dt.date, minutes: int) -> dt.datetime:
    """Return a moment so many minutes after the local midnight of a day."""
    midnight = dt.datetime.combine(day, dt.time())
    return timezone.make_aware(midnight + dt.timedelta(minutes=minutes))
