"""Times of the feed's pages with 10,000 open needs, and how many questions each costs.

Needs the demonstration in KEQIAO_HOME (keqiao demo --no-serve); the home is of no other use afterwards:

    KEQIAO_HOME=var/feed KEQIAO_ENCODER=none .venv/bin/keqiao demo --no-serve
    KEQIAO_HOME=var/feed KEQIAO_ENCODER=none KEQIAO_DEMO=1 KEQIAO_DEBUG=1 .venv/bin/python bench/feed.py --fill

Needs are made by copying the demonstration's, each with the three journal entries of a need that was reviewed. A page's
time is that of the whole request in one process, without a socket, signature included.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402 - after the set-up
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from keqiao.journal import selectors as journal_selectors  # noqa: E402
from keqiao.journal import services as journal  # noqa: E402
from keqiao.needs import services as needs  # noqa: E402
from keqiao.needs.models import Need  # noqa: E402

NEEDS, BATCH, TRIES = 10_000, 500, 15
ACTIONS = ("need.drafted", "need.submitted", "need.opened")


def fill() -> None:
    """Copy one need of the demonstration until there are enough; each was drafted, submitted and opened."""
    seed = Need.objects.get(code="N-DEM00001")
    columns = [field.attname for field in Need._meta.concrete_fields if field.name != "id"]  # noqa: SLF001 - documented
    for start in range(0, NEEDS, BATCH):
        rows = [Need(**{name: getattr(seed, name) for name in columns}) for _number in range(BATCH)]
        for number, row in enumerate(rows, start):
            row.code = f"N-X{number:07}"
        with transaction.atomic():
            Need.objects.bulk_create(rows)
            for row in rows:
                for action in ACTIONS:
                    journal.record(action, needs.subject_of(row), by=None)


def measure(name: str, after: int) -> None:
    """Print the times, the questions and the size of one page."""
    client, spent = Client(headers={"host": "localhost"}), []
    client.get("/api/v1/feed", {"after": after})
    for _number in range(TRIES):
        started = time.perf_counter()
        client.get("/api/v1/feed", {"after": after})
        spent.append(1000 * (time.perf_counter() - started))
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/api/v1/feed", {"after": after})
    told = len(page.json()["entries"])
    size = len(page.content) / 1024
    print(
        f"| {name} | {told} | {statistics.median(spent):.0f} | {max(spent):.0f} | {len(asked)} | {size:.0f} |"
    )


def walk() -> None:
    """Print what reading everything takes."""
    client, after, count, pages = Client(headers={"host": "localhost"}), 0, 0, 0
    started = time.perf_counter()
    while True:
        page = client.get("/api/v1/feed", {"after": after}).json()
        count, pages, after = count + len(page["entries"]), pages + 1, page["next"]
        if page["is_last"]:
            break
    print(f"all: {count} entries, {pages} pages, {time.perf_counter() - started:.1f} s")


def main() -> None:
    """Fill when asked, then print a row a page."""
    if sys.argv[1:] == ["--fill"]:
        fill()
    last = journal_selectors.last_position()
    print(f"{Need.objects.count()} needs, {last} journal entries")
    print(
        "| page | entries | median, ms | largest, ms | questions | KiB |\n|---|---|---|---|---|---|"
    )
    for name, after in (
        ("the first", 0),
        ("in the middle", last // 2),
        ("the last", last - 300),
        ("nothing new", last),
    ):
        measure(name, after)
    walk()


if __name__ == "__main__":
    main()
