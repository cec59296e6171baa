"""Every check that needs no test run: each prints a line with its time; all run; the faults come at the end."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
DEVELOPING = {"KEQIAO_DEBUG": "1"}
UNREACHABLE = (
    "ConnectionError",
    "Max retries",
    "Name or service not known",
    "Failed to resolve",
    "ServiceError",
    "403",
)


def production(folder: str) -> dict[str, str]:
    """Return settings as a province would run them."""
    return {
        "KEQIAO_DEBUG": "0",
        "KEQIAO_HTTPS": "1",
        "KEQIAO_SECRET_KEY": secrets.token_urlsafe(60),
        "KEQIAO_ALLOWED_HOSTS": "keqiao.example",
        "KEQIAO_HOME": folder,
    }


def main() -> int:
    """Run the checks; return 1 if one failed."""
    with tempfile.TemporaryDirectory() as folder:
        steps = steps_of(folder)
        faults = [name for name, words, settings in steps if not step(name, words, settings)]
    audit()
    print()
    if faults:
        print(f"{len(faults)} of {len(steps)} checks failed: {', '.join(faults)}")
        return 1
    print(f"all {len(steps)} checks passed")
    return 0


def steps_of(folder: str) -> list[tuple[str, list[str], dict[str, str]]]:
    """Return name, command and settings of every check."""
    keqiao = [PYTHON, "-m", "keqiao.ops"]
    develop = {**DEVELOPING, "KEQIAO_HOME": folder}
    mkdocs = [str(BIN / "mkdocs"), "build", "--strict", "--quiet"]
    return [
        ("lint", [str(BIN / "ruff"), "check", "--quiet"], develop),
        ("format", [str(BIN / "ruff"), "format", "--check", "--quiet"], develop),
        ("types", [str(BIN / "mypy"), "--no-error-summary"], develop),
        ("contracts", [str(BIN / "lint-imports"), "--no-cache"], develop),
        ("templates", [str(BIN / "djlint"), "src/keqiao/web/templates", "--lint", "--quiet"], develop),
        ("migrations", [*keqiao, "makemigrations", "--check", "--dry-run"], develop),
        ("translations", [PYTHON, "tools/messages.py", "check"], develop),
        ("settings page", [PYTHON, "tools/settings_page.py"], develop),
        ("deployment", [*keqiao, "check", "--deploy", "--fail-level", "WARNING"], production(folder)),
        ("documentation", [*mkdocs, "--site-dir", f"{folder}/site"], develop),
    ]  # fmt: skip


def step(name: str, words: list[str], settings: dict[str, str]) -> bool:
    """Run one check and print its line, and what it said if it failed."""
    started = time.monotonic()
    environment = {**os.environ, **settings}
    done = subprocess.run(
        words, check=False, env=environment, cwd=ROOT, capture_output=True, text=True
    )
    passed = done.returncode == 0
    print(
        f"{'ok    ' if passed else 'FAILED'} {name:<16}{time.monotonic() - started:5.1f} s",
        flush=True,
    )
    if not passed:
        print("\n".join((done.stdout + done.stderr).splitlines()[-60:]))
    return passed


def audit() -> None:
    """Look the locked packages up among the known weaknesses, where that can be reached; tell what was found."""
    words = [str(BIN / "pip-audit"), "--requirement", "requirements.lock", "--require-hashes"]
    words += ["--disable-pip", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(
            words, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60
        )
    except subprocess.TimeoutExpired:
        print("skipped dependency audit: the data base of weaknesses did not answer within 60 s")
        return
    said = (done.stdout + done.stderr).strip()
    if done.returncode == 0:
        print("ok     dependency audit")
    elif any(word in said for word in UNREACHABLE):
        print("skipped dependency audit: the data base of weaknesses cannot be reached from here")
    else:
        print(f"look   dependency audit:\n{said}")


if __name__ == "__main__":
    sys.exit(main())
