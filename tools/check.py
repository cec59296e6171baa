"""Every check that needs no run of the whole suite, two at once: each prints a line with its time, then a summary.

Arguments choose checks by their first word: ``tools/check.py lint types``.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
AUDIT = "audit"
AUDIT_SECONDS = 90
AT_ONCE = 2  # checks
MOST_LINES = 80  # of what a failed check says


@dataclass(frozen=True, slots=True)
class Check:
    """A command that exits with 0 when all is well, and the settings it runs under."""

    name: str
    words: list[str]
    settings: dict[str, str]


def main(chosen: list[str]) -> int:
    """Run the checks; return 1 if one failed, 2 if one that was asked for does not exist."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        checks = checks_in(folder)
        names = [check.name.split()[0] for check in checks] + [AUDIT]
        unknown = set(chosen) - set(names)
        if unknown:
            print(f"no such check: {', '.join(sorted(unknown))}; there are: {', '.join(names)}")
            return 2
        wanted = [check for check in checks if not chosen or check.name.split()[0] in chosen]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            passed = pool.map(passes, wanted)
            if not chosen or AUDIT in chosen:
                pool.submit(audit).result()
        faults = [
            check.name for check, is_passed in zip(wanted, passed, strict=True) if not is_passed
        ]
    took = f"{time.monotonic() - started:.0f} s"
    if faults:
        print(f"\n{len(faults)} of {len(wanted)} checks failed: {', '.join(faults)} ({took})")
        return 1
    if wanted:
        print(f"\nall {len(wanted)} checks passed ({took})")
    return 0


def checks_in(folder: str) -> list[Check]:
    """Return every check; what they write goes into ``folder``."""
    keqiao = [PYTHON, "-m", "keqiao.ops"]
    develop = {"KEQIAO_DEBUG": "1", "KEQIAO_HOME": folder}
    mkdocs = [str(BIN / "mkdocs"), "build", "--strict", "--quiet", "--site-dir", f"{folder}/site"]
    pytest = [
        PYTHON,
        "-m",
        "pytest",
        "-q",
        "--no-header",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
    ]
    return [
        Check("lint", [str(BIN / "ruff"), "check", "--quiet"], develop),
        Check("format", [str(BIN / "ruff"), "format", "--check", "--quiet"], develop),
        Check("types", [str(BIN / "mypy"), "--no-error-summary"], develop),
        Check("contracts of imports", [str(BIN / "lint-imports"), "--no-cache"], develop),
        Check("house rules", [*pytest, "tests/architecture"], develop),
        Check("templates", [str(BIN / "djlint"), "src", "--lint", "--quiet"], develop),
        Check("migrations", [*keqiao, "makemigrations", "--check", "--dry-run"], develop),
        Check("translations", [PYTHON, "tools/messages.py", "check"], develop),
        Check("settings documented", [PYTHON, "tools/settings_page.py"], develop),
        Check("documentation", mkdocs, develop),
        Check("deployment", [*keqiao, "check", "--deploy", "--fail-level", "WARNING"], production(folder)),
    ]  # fmt: skip


def production(folder: str) -> dict[str, str]:
    """Return settings as a province would run them."""
    return {
        "KEQIAO_DEBUG": "0",
        "KEQIAO_HTTPS": "1",
        "KEQIAO_SECRET_KEY": secrets.token_urlsafe(60),
        "KEQIAO_ALLOWED_HOSTS": "keqiao.example",
        "KEQIAO_HOME": folder,
    }


def passes(check: Check) -> bool:
    """Run one check; print its line, and what it said if it failed."""
    started = time.monotonic()
    kept = {name: text for name, text in os.environ.items() if not name.startswith("KEQIAO_")}
    done = subprocess.run(
        check.words,
        check=False,
        env={**kept, **check.settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    said = (done.stdout + done.stderr).splitlines()[-MOST_LINES:] if done.returncode else []
    line("ok" if done.returncode == 0 else "FAILED", check.name, started, said)
    return done.returncode == 0


def audit() -> None:
    """Look the locked packages up among the known weaknesses, where those can be reached.

    It tells and never fails: the same commit must not be right today and wrong tomorrow.
    """
    started = time.monotonic()
    words = [str(BIN / "pip-audit"), "--requirement", "requirements.lock", "--require-hashes"]
    words += ["--disable-pip", "--progress-spinner", "off", "--timeout", "10", "--format", "json"]
    try:
        done = subprocess.run(
            words, check=False, cwd=ROOT, capture_output=True, text=True, timeout=AUDIT_SECONDS
        )
        found = weaknesses(done.stdout)
    except subprocess.TimeoutExpired:
        line("skipped", f"audit: no answer within {AUDIT_SECONDS} s", started)
        return
    except ValueError:
        last = [text for text in done.stderr.splitlines() if text.strip()] or ["it said nothing"]
        said = [f"         ({last[-1].strip()[:70]} …)"]
        line("skipped", "audit: no list of weaknesses to be had", started, said)
        return
    said = [f"         {weakness}" for weakness in found]
    line("LOOK" if found else "ok", f"audit: {len(found)} known weaknesses", started, said)


def weaknesses(report: str) -> list[str]:
    """Return package, version, weakness and the versions that mend it; raise ValueError if it is no report."""
    packages = json.loads(report)["dependencies"]
    return [
        f"{package['name']} {package['version']}: {one['id']}, mended in {', '.join(one['fix_versions']) or 'none'}"
        for package in packages
        for one in package.get("vulns", [])
    ]


def line(verdict: str, name: str, started: float, said: Sequence[str] = ()) -> None:
    """Print one line (what came of it, its name, its time) and what was said; in one piece, for two run at once."""
    first = f"{verdict:<8} {name:<44}{time.monotonic() - started:6.1f} s"
    print("\n".join([first, *said]), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
