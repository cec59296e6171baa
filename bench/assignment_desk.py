"""Times of the assignment desk for a large week: 200 needs, 400 studios, 10 suggestions a need, 16 brokers.

Needs the demonstration in KEQIAO_HOME (keqiao demo --no-serve); the home is of no other use afterwards:

    KEQIAO_HOME=var/week KEQIAO_ENCODER=none .venv/bin/keqiao demo --no-serve
    KEQIAO_HOME=var/week KEQIAO_ENCODER=none KEQIAO_DEMO=1 KEQIAO_DEBUG=1 .venv/bin/python bench/assignment_desk.py

Rows are copied from the demonstration's, without the journal; scores are made, seed fixed. A tenth of the studios is
liked by all needs, and is no newcomer. A time is that of the service or the whole request in one process, no socket.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
django.setup()

from django.db import connection  # noqa: E402 - after the set-up
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from keqiao.access import services as access  # noqa: E402
from keqiao.access.types import Role  # noqa: E402
from keqiao.accounts.models import Person  # noqa: E402
from keqiao.assignments import selectors, services  # noqa: E402
from keqiao.assignments.models import Choice, Plan  # noqa: E402
from keqiao.assignments.types import Terms  # noqa: E402
from keqiao.casework.models import Case, Party  # noqa: E402
from keqiao.casework.types import Side  # noqa: E402
from keqiao.matching.models import Run, Suggestion  # noqa: E402
from keqiao.needs.models import Need  # noqa: E402
from keqiao.offers.models import Offer, Studio  # noqa: E402
from keqiao.places import selectors as places  # noqa: E402

NEEDS, STUDIOS, SUGGESTED, BROKERS, SEED, TRIES = 200, 400, 10, 15, 7, 7
PARTS = [
    {"code": code, "points": 0.0, "reason": {"code": "words", "values": {}}}
    for code in ("title", "words", "meaning", "subject", "region")
]


def fill(broker: Person) -> None:
    """Copy a need, a studio and its offer until there are enough; make suggestions and brokers."""
    dice = random.Random(SEED)  # noqa: S311 - made scores
    seed = Need.objects.get(code="N-DEM00001")
    offer = Offer.objects.select_related("studio").get(code="F-DEM00001")
    needs = Need.objects.bulk_create(_copy(seed, f"N-B{at:07}") for at in range(NEEDS))
    studios = [
        Studio(code=f"S-B{at:07}", name=f"第 {at} 工作室", region=offer.region, capacity=3,
               organisation=offer.studio.organisation or seed.organisation)
        for at in range(STUDIOS)
    ]  # fmt: skip
    other = Need.objects.exclude(organisation=seed.organisation).exclude(organisation=None).first()
    for studio in studios:
        studio.organisation = other.organisation if other is not None else None
    Studio.objects.bulk_create(studios)
    offers = []
    for at, studio in enumerate(studios):
        made = _copy(offer, f"F-B{at:07}")
        made.studio, made.capacity = studio, dice.randint(1, 3)
        offers.append(made)
    Offer.objects.bulk_create(offers)
    now = timezone.now()
    rows = []
    for need in needs:
        run = Run.objects.create(
            subject_kind="need", need=need, engine="bench", position=1, candidates_count=STUDIOS,
            is_good=True, started_at=now, finished_at=now,
        )  # fmt: skip
        liked = dice.sample(offers[: STUDIOS // 10], 4) + dice.sample(offers[STUDIOS // 10 :], 6)
        for rank, one in enumerate(liked, start=1):
            score = round(dice.uniform(40, 95) - 4 * rank, 2)
            parts = [{**part, "points": score / len(PARTS)} for part in PARTS]
            rows.append(
                Suggestion(run=run, rank=rank, need=need, offer=one, score=score, parts=parts)
            )
    Suggestion.objects.bulk_create(rows)
    done = Case.objects.create(
        code="C-B0000000", title="done", region=offer.region, broker=broker, state="confirmed",
        closed_at=now,
    )  # fmt: skip
    known = studios[: STUDIOS // 10]
    Party.objects.bulk_create(Party(case=done, side=Side.ANSWERS, studio=one) for one in known)
    node = places.association_for(seed.region_id or "")
    for at in range(BROKERS):
        person = Person.objects.create(email=f"broker{at}@keqiao.example", name=f"经纪人{at}")
        if node is not None:
            access.grant(person, Role.BROKER, node, by=None)
    services.discard(_plan(broker), by=broker, revision=_plan(broker).revision)


def _plan(broker: Person) -> Plan:
    found: Plan = selectors.plans(broker).get(state="draft")
    return found


def _copy(row: Any, code: str) -> Any:
    names = [field.attname for field in row._meta.concrete_fields if field.name != "id"]  # noqa: SLF001 - documented
    made = type(row)(**{name: getattr(row, name) for name in names})
    made.code = code
    return made


def _timed(name: str, act: Callable[[], object], tries: int = TRIES) -> None:
    """Print the times of a deed, the first of several left out, and how often the database was asked."""
    times, asked = [], [0]

    def count(execute: Any, *arguments: Any) -> Any:
        asked[0] += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        for _try in range(tries):
            asked[0] = 0
            started = time.perf_counter()
            act()
            times.append((time.perf_counter() - started) * 1000)
    times = times[1:] or times
    print(f"| {name} | {statistics.median(times):.0f} | {max(times):.0f} | {asked[0]} |")


def main() -> None:
    """Fill, then time what a broker does."""
    broker = Person.objects.get(email="wuqiao@keqiao.example")
    if not Need.objects.filter(code="N-B0000000").exists():
        fill(broker)
    node = places.association_for("511800")
    if node is None:
        return
    print(
        f"{connection.vendor}\n| deed | median, ms | largest, ms | questions |\n|---|---|---|---|"
    )
    terms = Terms(threshold=30, newcomers=30, wanted=1)
    made: list[Plan] = []
    today = timezone.localdate()
    _timed("draft", lambda: made.append(services.draft(node, today, terms, by=broker)), 1)
    plan = made[0]

    def again(terms: Terms) -> None:
        services.set_terms(plan, terms, by=broker, revision=plan.revision)

    _timed(
        "rerun, nothing changed", lambda: services.rerun(plan, by=broker, revision=plan.revision)
    )
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(broker)
    _timed("the page", lambda: client.get(f"/assignments/{plan.code}/"))
    _timed("rerun, floor 100", lambda: again(replace(terms, floor=100)))
    _timed("rerun, 3 studios a need", lambda: again(replace(terms, floor=100, wanted=3)))

    def lock() -> None:
        rows = Choice.objects.filter(item__plan=plan, is_chosen=True, is_locked=False)
        row = rows.exclude(studio=None).select_related("item__plan__association").first()
        if row is not None:
            plan.refresh_from_db()
            services.lock(row, by=broker, revision=plan.revision)

    _timed("lock", lock)
    _timed("the page, 3 studios a need", lambda: client.get(f"/assignments/{plan.code}/"))
    plan.refresh_from_db()
    print(
        f"price: {plan.best:.1f} less {plan.price:.1f}, of it newcomers {plan.price_newcomers:.1f}"
    )
    _timed("apply", lambda: services.apply(plan, by=broker, revision=plan.revision), 1)
    print(f"{plan.needs_count} needs, {plan.places_count} places, {plan.newcomers_count} newcomers")


if __name__ == "__main__":
    main()
