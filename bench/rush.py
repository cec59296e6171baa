"""The rush: so many persons for so few places in the same moment, beside pretix in one run on the same machine.

    .venv/bin/python bench/rush.py ours                 2,000 persons × 5 presses for 100 places, on both databases
    .venv/bin/python bench/rush.py both                 500 persons once each, ours and pretix by turns, on both
    … --database sqlite --persons 200 --presses 1 --places 20 --waiting 40 --rounds 1

pretix is fetched from PyPI by pip into an environment of its own (var/rush/pretix-venv) when it is wanted, and driven
as a stranger would: cart, e-mail, confirmation. Both have two gunicorn processes over the same kind of database; a
PostgreSQL is started for the run with its own durability. Everybody has loaded the page before nine o'clock; that is
not counted. An attempt ends with an answer: a place, a turn, or none left.
"""  # fmt: skip

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import rush_client as client
import rush_sides as sides

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var" / "rush"
PROBE_SECONDS = 0.5  # between two visits of the home page during the rush
HEAD = (
    "| side | database | attempts | s | attempts/s | answers/s | attempt p50, ms | p99, ms | home page median, ms "
    "| sold | oversold | twice | false | 5xx or none | waiting pages |\n" + "|---" * 15 + "|"
)

sys.path.insert(0, str(ROOT / "tools"))
import postgres  # noqa: E402 - one of our tools


def main() -> int:
    """Run what is asked for and print the table; return 1 if one of ours was not as it must be."""
    asked = arguments()
    rounds, persons, presses = (1, 2000, 5) if asked.sides == "ours" else (2, 500, 1)
    rounds, persons = asked.rounds or rounds, asked.persons or persons
    presses = asked.presses or presses
    if asked.sides != "ours":
        sides.fetch_pretix(HOME)
    print(f"{platform.machine()}, Python {platform.python_version()}; places {asked.places}")
    print(HEAD, flush=True)
    rates: dict[tuple[str, str], list[float]] = {}
    is_right = True
    for database in asked.database.split(","):
        with served(database) as address:
            running = sides.made(asked.sides, HOME / database, address, asked.pretix_threads)
            for _round in range(rounds):
                for side in running:
                    result = one(side, persons, presses, asked.places, asked.waiting)
                    print(result.row(side.name, database), flush=True)
                    rates.setdefault((side.name, database), []).append(result.rate)
                    is_right &= side.name != "Keqiao" or result.is_right
    for database in {database for _name, database in rates}:
        if asked.sides == "both":
            ours, theirs = (
                statistics.median(rates[name, database]) for name in ("Keqiao", "pretix")
            )
            print(
                f"\n{database}: {ours:.1f} against {theirs:.1f} attempts/s, {ours / theirs:.1f} ×"
            )
    return 0 if is_right else 1


def arguments() -> argparse.Namespace:
    """Return what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sides", choices=("ours", "pretix", "both"))
    parser.add_argument("--database", default="sqlite,postgresql")
    parser.add_argument("--places", type=int, default=100)
    parser.add_argument("--waiting", type=int, default=200)
    parser.add_argument("--pretix-threads", type=int, default=16)
    for name in ("--persons", "--presses", "--rounds"):
        parser.add_argument(name, type=int)
    return parser.parse_args()


@contextmanager
def served(database: str) -> Iterator[str]:
    """Yield the address of a fresh server, or nothing for SQLite, whose file stays; each rush has rows of its own."""
    home = HOME / database
    home.mkdir(parents=True, exist_ok=True)
    if database == "sqlite":
        yield ""
        return
    with postgres.running(home / "server") as address:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM RESET ALL")  # durable again, for both alike
            connection.execute("SELECT pg_reload_conf()")
            for name in ("keqiao", "pretix"):
                connection.execute(f"CREATE DATABASE {name}")
        yield address


def one(side: sides.Side, persons: int, presses: int, places: int, waiting: int) -> Result:
    """Let everybody come once; return what was seen."""
    doors = side.open(persons, places, waiting)
    with side.serving() as base:
        return asyncio.run(rush(side, doors, base, presses))


class Result:
    """What was seen in one rush, and what the rows say after it."""

    def __init__(self, seen: client.Seen, attempts: list[float], probes: list[float]) -> None:
        self.seen, self.attempts, self.probes = seen, sorted(attempts), probes
        self.rows: dict[str, object] = {}
        self.rate = len(attempts) / (seen.ended - seen.started)

    @property
    def broken(self) -> int:
        """Return how many answers were errors of the server, or none at all."""
        return sum(n for status, n in self.seen.statuses.items() if status == 0 or status >= 500)  # noqa: PLR2004

    @property
    def is_right(self) -> bool:
        """Tell whether nothing was oversold, given twice, told falsely or broken."""
        wrong = ("oversold", "twice", "false", "uncounted", "gaps")
        return not self.broken and not any(self.rows.get(name) for name in wrong)

    def row(self, name: str, database: str) -> str:
        """Return the row of the table."""
        took = self.seen.ended - self.seen.started
        told = self.rows["false"]
        cells = [
            name, database, len(self.attempts), f"{took:.1f}", f"{self.rate:.1f}",
            f"{len(self.seen.milliseconds) / took:.0f}", f"{statistics.median(self.attempts):.0f}",
            f"{at(self.attempts, 0.99):.0f}", f"{statistics.median(self.probes):.0f}", self.rows["sold"],
            self.rows["oversold"], self.rows["twice"], len(told) if isinstance(told, list) else told, self.broken,
            self.seen.waits,
        ]  # fmt: skip
        return "| " + " | ".join(str(cell) for cell in cells) + " |"


def at(values: list[float], share: float) -> float:
    """Return the value below which a share of the sorted values lies."""
    return values[min(len(values) - 1, int(share * len(values)))]


async def rush(side: sides.Side, doors: sides.Doors, base: str, presses: int) -> Result:
    """Set all off at once, look at the home page meanwhile, and ask the rows afterwards."""
    seen, attempts, probes = client.Seen(), list[float](), list[float]()
    last: dict[str, str] = {}
    kinds = Counter[str]()
    is_over = asyncio.Event()

    async def attempt(email: str) -> None:
        browser = client.Browser(base, seen, dict(doors.cookies[email]), doors.token)
        started = time.perf_counter()
        answer = await side.sign_up(browser, doors, email)
        attempts.append(1000 * (time.perf_counter() - started))
        kinds[answer.partition(" ")[0]] += 1
        last[email] = answer

    async def probe() -> None:
        while not is_over.is_set():
            browser = client.Browser(base, client.Seen())
            await browser.get(doors.home)
            probes.extend(browser.seen.milliseconds[:1])
            await asyncio.sleep(PROBE_SECONDS)

    watching = asyncio.create_task(probe())
    await client.crowd(
        [partial(attempt, email) for email in doors.cookies for _n in range(presses)]
    )
    is_over.set()
    await watching
    result = Result(seen, attempts, probes)
    result.rows = side.count(doors, last)
    print(
        f"answers {dict(kinds)}, statuses {seen.statuses}, rows {shortened(result.rows)}",
        file=sys.stderr,
    )
    return result


def shortened(rows: dict[str, object]) -> str:
    """Return the rows in one line, of false answers the first few."""
    told = {name: value[:5] if isinstance(value, list) else value for name, value in rows.items()}
    return json.dumps(told, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
