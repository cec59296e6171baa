"""Times of the desk of visits for a large plan: 40 experts, 120 firms with needs, 5 days, from rows to rows.

Needs the demonstration in KEQIAO_HOME (keqiao demo --no-serve); the home is of no other use afterwards:

    KEQIAO_HOME=var/tour KEQIAO_ENCODER=none .venv/bin/keqiao demo --no-serve
    KEQIAO_HOME=var/tour KEQIAO_ENCODER=none KEQIAO_DEMO=1 KEQIAO_DEBUG=1 KEQIAO_STAFF_SECOND_FACTOR=0 \
        .venv/bin/python bench/tours_desk.py

Organisations, needs and studios are copied from the demonstration's, without the journal; counties of 雅安, 乐山 and
眉山, days away, stops and wanted experts are drawn, seed fixed. One firm in four has only an industry. A time is that
of the service or the whole request in one process, no socket.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
django.setup()

from django.db import connection  # noqa: E402 - after the set-up
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from keqiao.accounts.models import Person  # noqa: E402
from keqiao.needs.models import Need  # noqa: E402
from keqiao.offers.models import Offer, Studio  # noqa: E402
from keqiao.organisations.models import Organisation  # noqa: E402
from keqiao.places import selectors as places  # noqa: E402
from keqiao.places.models import Region  # noqa: E402
from keqiao.tours import planning, services  # noqa: E402
from keqiao.tours.models import Expert, Firm, Plan  # noqa: E402
from keqiao.tours.types import Receiving, Terms  # noqa: E402

EXPERTS, FIRMS, DAYS, SEED, TRIES = 40, 120, 5, 7, 5
INDUSTRIES = ("C2613", "C3011", "C3841", "A0164", "C1530", "C3311")


def _copy(row: Any, code: str, **changes: Any) -> Any:
    names = [field.attname for field in row._meta.concrete_fields if field.name != "id"]  # noqa: SLF001 - documented
    made = type(row)(**{name: getattr(row, name) for name in names})
    made.code = code
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def fill(plan: Plan) -> None:
    """Give a plan its two sides."""
    dice = random.Random(SEED)  # noqa: S311 - made rows
    counties = list(
        Region.objects.filter(code__regex="^51(18|11|14)", level="county", valid_to=None)
    )
    body = Organisation.objects.order_by("pk")[0]
    Firm.objects.bulk_create(_firms(plan, body, counties, dice))
    Expert.objects.bulk_create(_experts(plan, body, counties, dice))


def _firms(
    plan: Plan, body: Organisation, counties: list[Region], dice: random.Random
) -> list[Firm]:
    needs = list(Need.objects.filter(state="open").order_by("pk"))
    usual, firms = Receiving(""), []
    for at in range(FIRMS):
        county = dice.choice(counties)
        own = _copy(
            body, f"O-B{at:07}", name=f"第 {at} 企业", credit_code=None, region=county,
            standing="verified", merged_into=None,
        )  # fmt: skip
        own.save()
        need = _copy(dice.choice(needs), f"N-B{at:07}", organisation=own)
        need.save()
        has_need = dice.random() < 3 / 4
        firms.append(
            Firm(
                plan=plan, organisation=own, need=need if has_need else None,
                industry_id=None if has_need else dice.choice(INDUSTRIES), region=county,
                hours=[list(span) for span in usual.hours], away=_away(plan, 0.8, dice),
                wanted=1 + int(dice.random() < 1 / 7),
            )
        )  # fmt: skip
    return firms


def _experts(
    plan: Plan, body: Organisation, counties: list[Region], dice: random.Random
) -> list[Expert]:
    offers = list(Offer.objects.filter(state="open").select_related("studio").order_by("pk"))
    experts = []
    for at in range(EXPERTS):
        county = dice.choice(counties)
        studio = Studio(
            code=f"S-B{at:07}", name=f"第 {at} 工作室", region=county, organisation=body
        )
        studio.save()
        for number, offer in enumerate(dice.sample(offers, 2)):
            made = _copy(offer, f"F-B{at:05}{number}", studio=studio)
            made.save()
            made.industries.set(offer.industries.all())
        away, count = _away(plan, 0.6, dice), dice.randint(2, 7)
        experts.append(Expert(plan=plan, studio=studio, home=county, stops_count=count, away=away))
    return experts


def _away(plan: Plan, share: float, dice: random.Random) -> list[str]:
    """Return the days of the plan on which somebody is away, about ``1 - share`` of them."""
    return [day.isoformat() for day in plan.days if dice.random() > share]


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
            times.append(time.perf_counter() - started)
    times = times[1:] or times
    print(f"| {name} | {statistics.median(times):.2f} | {max(times):.2f} | {asked[0]} |")


def main() -> None:
    """Fill, then time what a broker and the worker do."""
    broker = Person.objects.get(email="wuqiao@keqiao.example")
    node = places.association_for("511800")
    if node is None:
        return
    today = timezone.localdate()
    monday = today + dt.timedelta(days=7 - today.weekday())
    terms = Terms("大计划", monday, monday + dt.timedelta(days=DAYS - 1))
    plan = services.draft(node, terms, by=broker)
    fill(plan)
    print(f"{connection.vendor}\n| deed | median, s | largest, s | questions |\n|---|---|---|---|")
    made: list[planning.Run] = []
    _timed("weigh and solve (the worker)", lambda: made.append(planning.run(plan)), 1)
    _timed("keep (the worker)", lambda: services.keep(plan, made[0], by=None), 1)
    plan.refresh_from_db()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(broker)
    for show in ("", "firms", "experts"):
        address = f"/tours/{plan.code}/?show={show}"
        _timed(f"the page, {show or 'days'}", partial(_page, client, address))
    firm, expert = plan.firms.order_by("pk")[0], plan.experts.order_by("pk")[0]
    _timed(
        "exclude (in the request)",
        lambda: services.exclude(firm, expert, by=broker, revision=_seen(plan)),
    )
    services.solve(plan.code)
    _timed("apply", lambda: services.apply(plan, by=broker, revision=_seen(plan)), 1)
    plan.refresh_from_db()
    found = made[0].found
    if found is not None:
        stops = sum(len(day.stops) for day in found.days)
        print(
            f"{found.served} firms served, {stops} stops, {found.points:,.1f} points, bound {found.bound:,.1f}, "
            f"gap {found.gap:.2%}, fairness took {found.without_fairness - found.points:.1f}"
        )


def _page(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200, response.headers.get("Location")  # noqa: PLR2004, S101 - a page was drawn


def _seen(plan: Plan) -> int:
    plan.refresh_from_db()
    return plan.revision


if __name__ == "__main__":
    main()
