"""The whole suite on SQLite, then on a PostgreSQL that is started for it and stopped after it.

What opens no database (the engine, the papers, the kernel, the tools, the bench) runs once, in the first of the two.

Arguments go to pytest. ``KEQIAO_TEST_ON=sqlite`` or ``postgresql`` runs one of the two; ``KEQIAO_TEST_WORKERS`` says
how many processes share the work (2). Every run has a folder of its own below ``var/test``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

import browser
import postgres

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var" / "test"
DATABASES = ("sqlite", "postgresql")
NOTHING_LEFT = 5  # pytest's word when no test was chosen
CHUNK = 4  # tests that a worker is given at a time: long ones at the end do not all wait for one of them
COUNTED = ("tests", "failures", "errors", "skipped")
WRONG = "KEQIAO_TEST_ON is {wanted!r}: expected sqlite, postgresql, or both."


@dataclass(frozen=True, slots=True)
class Result:
    """How one run of the suite ended; ``counts`` is empty when pytest did not get as far as a report."""

    database: str
    status: int
    seconds: float
    counts: dict[str, int] = field(default_factory=dict)

    def line(self) -> str:
        """Return the run in one line."""
        word = "passed" if self.status == 0 else "FAILED"
        return f"{self.database:<12}{word}  {self.told():<46}{self.seconds:5.0f} s"

    def told(self) -> str:
        """Return the counts in words."""
        if not self.counts:
            return "no report"
        failed = self.counts["failures"] + self.counts["errors"]
        passed = self.counts["tests"] - failed - self.counts["skipped"]
        return f"{passed} passed, {failed} failed, {self.counts['skipped']} skipped"


def main(words: list[str]) -> int:
    """Run the suite on each database; return 1 if one failed."""
    wanted = os.environ.get("KEQIAO_TEST_ON", " ".join(DATABASES)).replace(",", " ").split()
    if not wanted or set(wanted) - set(DATABASES):
        print(WRONG.format(wanted=" ".join(wanted)), file=sys.stderr)
        return 2
    remove_left_overs()
    chromium = "" if "not browser" in words else browser.provide()
    print(f"browser: {chromium or 'none, as asked'}", flush=True)
    home = HOME / str(os.getpid())
    try:
        results: list[Result] = []
        for database in wanted:
            once = bool(results)
            results.append(run_on(database, home / database, chromium, words, only_rows=once))
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print()
    for result in results:
        print(result.line())
    if len(results) > 1:
        print(f"What opens no database ran once, with {wanted[0]}.")
    return int(any(result.status for result in results))


def run_on(
    database: str, home: Path, chromium: str, words: list[str], *, only_rows: bool = False
) -> Result:
    """Run the suite on one database; ``only_rows`` leaves out what opens none."""
    print(f"\n== {database} ==", flush=True)
    home.mkdir(parents=True)
    started = time.monotonic()
    try:
        with served(database, home) as url:
            status = suite(home, url, chromium, words, only_rows=only_rows)
            if only_rows and status == NOTHING_LEFT:
                status = 0
    except Exception:  # noqa: BLE001 - a database that does not start is a failed run, and the other still runs
        traceback.print_exc()
        status = 1
    return Result(database, status, time.monotonic() - started, counted(home / "report.xml"))


@contextmanager
def served(database: str, home: Path) -> Iterator[str]:
    """Yield the address of a database for the suite."""
    if database == "sqlite":
        yield ""
        return
    with postgres.running(home / "server") as address:
        yield address


def suite(home: Path, url: str, chromium: str, words: list[str], *, only_rows: bool) -> int:
    """Run pytest once; return its exit status."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("KEQIAO_")}
    ours = {
        "KEQIAO_HOME": str(home),
        "KEQIAO_DATABASE_URL": url,
        "KEQIAO_CHROMIUM": chromium,
        "KEQIAO_DATA": os.environ.get("KEQIAO_DATA", ""),
        "KEQIAO_DEBUG": "0",
        "KEQIAO_HTTPS": "0",
        "KEQIAO_TEST_ONLY_ROWS": "1" if only_rows else "",
        "KEQIAO_SECRET_KEY": "for-tests-only-" + "k" * 50,
    }
    workers = os.environ.get("KEQIAO_TEST_WORKERS", "2")
    pytest = [sys.executable, "-m", "pytest", "-n", workers, f"--maxschedchunk={CHUNK}"]
    pytest += [f"--junitxml={home / 'report.xml'}"]
    environment = {**kept, **{name: text for name, text in ours.items() if text}}
    return subprocess.run([*pytest, *words], check=False, env=environment, cwd=ROOT).returncode


def counted(report: Path) -> dict[str, int]:
    """Return how many tests ran, failed, broke and were skipped, from pytest's report."""
    if not report.exists():
        return {}
    suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - our own pytest wrote it
    totals = dict.fromkeys(COUNTED, 0)
    for one in suites:
        for name in COUNTED:
            totals[name] += int(one.get(name, "0"))
    return totals


def remove_left_overs() -> None:
    """Clear what killed runs left behind: their servers and their folders."""
    for folder in HOME.glob("*"):
        if folder.name.isdecimal() and not is_running(int(folder.name)):
            postgres.stop_left_over(folder / "postgresql" / "server")
            shutil.rmtree(folder, ignore_errors=True)


def is_running(process: int) -> bool:
    """Tell whether a process with this number exists."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
