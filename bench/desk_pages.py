"""Times of the pages of the desks with many needs, offers and cases, as one person sees them.

Needs the demonstration in KEQIAO_HOME (keqiao demo --no-serve); the home is of no other use afterwards:

    KEQIAO_HOME=var/many KEQIAO_ENCODER=none .venv/bin/keqiao demo --no-serve
    export KEQIAO_HOME=var/many KEQIAO_ENCODER=none KEQIAO_DEMO=1 KEQIAO_DEBUG=1 KEQIAO_STAFF_SECOND_FACTOR=0
    .venv/bin/python bench/desk_pages.py --fill

Rows are made by copying the demonstration's (texts repeat), without the journal: 10,000 needs, 20,000 offers, 3,000
cases, all of them the broker's own. A page's time is that of the whole request in one process, without a socket, after
one request that is not counted.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from datetime import timedelta
from typing import Any, TypeVar

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
django.setup()

from django.db import connection  # noqa: E402 - after the set-up
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from keqiao.accounts.models import Person  # noqa: E402
from keqiao.casework.models import Case, Concern, Party, Step, Task  # noqa: E402
from keqiao.casework.states import LIVE  # noqa: E402
from keqiao.casework.types import Side  # noqa: E402
from keqiao.needs.models import Need  # noqa: E402
from keqiao.offers.models import Offer  # noqa: E402
from keqiao.outcomes.models import Outcome  # noqa: E402
from keqiao.outcomes.types import Kind  # noqa: E402

NEEDS, OFFERS, CASES = 10_000, 20_000, 3_000
TRIES = 15
BATCH = 1000
Row = TypeVar("Row", Need, Offer)


def fill() -> None:
    """Copy the demonstration's needs and offers until there are enough, and make cases of the first needs."""
    broker = Person.objects.get(email="wuqiao@keqiao.example")
    seed = Need.objects.get(code="N-DEM00001")
    needs = [_copy(seed, f"N-B{number:07}") for number in range(NEEDS)]
    Need.objects.bulk_create(needs, batch_size=BATCH)
    offer = Offer.objects.get(code="F-DEM00001")
    offers = [_copy(offer, f"F-B{number:07}") for number in range(OFFERS)]
    Offer.objects.bulk_create(offers, batch_size=BATCH)
    today = timezone.localdate()
    cases = [
        Case(
            code=f"C-B{number:07}",
            title=f"{seed.public_title} {number}",
            region=seed.region,
            broker=broker,
            state=LIVE[number % len(LIVE)],
            next_on=today + timedelta(days=number % 60 - 5),
        )
        for number in range(CASES)
    ]
    Case.objects.bulk_create(cases, batch_size=BATCH)
    pairs = list(zip(cases, needs, strict=False))
    Concern.objects.bulk_create((Concern(case=c, need=n) for c, n in pairs), batch_size=BATCH)
    parties = [Party(case=c, side=Side.ASKS, organisation=seed.organisation) for c in cases]
    parties += [Party(case=c, side=Side.ANSWERS, studio=offer.studio) for c in cases]
    Party.objects.bulk_create(parties, batch_size=BATCH)
    steps = [
        Step(case=c, number=1, verb="contact", came_from="found", went_to="contacted", by=broker)
        for c in cases
    ]
    Step.objects.bulk_create(steps, batch_size=BATCH)
    tasks = [Task(case=c, text="寄样品", due_on=c.next_on, added_by=broker) for c in cases]
    Task.objects.bulk_create(tasks, batch_size=BATCH)
    told = {
        "kind": Kind.ADVICE,
        "text": "给出三条建议。",
        "happened_on": today,
        "entered_by": broker,
    }
    outcomes = [
        Outcome(code=f"R-B{number:07}", case=case, **told) for number, case in enumerate(cases)
    ]
    Outcome.objects.bulk_create(outcomes, batch_size=BATCH)


def _copy(row: Row, code: str) -> Row:
    names = [field.attname for field in row._meta.concrete_fields if field.name != "id"]  # noqa: SLF001 - documented
    made = type(row)(**{name: getattr(row, name) for name in names})
    made.code = code
    return made


def main() -> None:
    """Fill if told to, then ask for each page and print a table."""
    if "--fill" in sys.argv:
        fill()
    case, need = "C-B0000007", "N-B0000007"
    pages = {
        "wuqiao": ("/cases/", "/cases/?all=1", "/cases/?stage=meeting", f"/cases/{case}/",
                   f"/cases/{case}/match/{need}/", f"/cases/{case}/contract/", "/review/", "/desk/",
                   f"/needs/{need}/private/", "/assignments/", "/notices/", "/complaints/"),
        "chenyan": ("/desk/", "/cases/", f"/cases/{case}/", "/outcomes/R-B0000007/"),
        "linxiaoman": ("/desk/", "/needs/", "/offers/", "/needs/new/", "/privacy/erase/"),
    }  # fmt: skip
    counts = [f"{model.objects.count():,} {model.__name__}" for model in (Need, Offer, Case)]
    print(f"{connection.vendor}; {', '.join(counts)}")
    print("| page | as | median, ms | largest, ms | questions |\n|---|---|---|---|---|")
    for name, paths in pages.items():
        client = Client(SERVER_NAME="localhost")
        client.force_login(Person.objects.get(email=f"{name}@keqiao.example"))
        for path in paths:
            times, asked = _timed(client, path)
            middle = statistics.median(times)
            print(f"| `{path}` | {name} | {middle:.0f} | {max(times):.0f} | {asked} |")


def _timed(client: Client, path: str) -> tuple[list[float], int]:
    asked = []

    def count(execute: Any, *arguments: Any) -> Any:
        asked.append(1)
        return execute(*arguments)

    with connection.execute_wrapper(count):
        if client.get(path).status_code != 200:  # noqa: PLR2004 - the page
            sys.exit(f"{path}: not shown")
    times = []
    for _try in range(TRIES):
        started = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - started) * 1000)
    return times, len(asked)


if __name__ == "__main__":
    main()
