"""Find a Chromium for the browser's tests: the system's, else one that Playwright fetches, else Debian's by apt."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FETCH_SECONDS = 600
MISSING = """No Chromium was found and none could be fetched. Do one of these, then run the tests again:
  - install your system's Chromium (Debian: apt install chromium fonts-noto-cjk)
  - point KEQIAO_CHROMIUM at the program of a Chromium or Chrome
  - run the suite without the browser: make test ARGS='-m "not browser"'"""
WRONG = "KEQIAO_CHROMIUM is {chosen!r}, which does not run: expected the program of a Chromium or Chrome."


def find() -> str | None:
    """Return the path of a Chromium that is here already and runs, or None; exit if the chosen one does not."""
    chosen = os.environ.get("KEQIAO_CHROMIUM")
    if chosen:
        if not runs(chosen):
            sys.exit(WRONG.format(chosen=chosen))
        return chosen
    for name in NAMES:
        path = shutil.which(name)
        if path and runs(path):
            return path
    return _fetched()


def provide() -> str:
    """Return the path of a Chromium, fetching one if need be; exit with what to do when none can be had."""
    found = find()
    if found:
        return found
    print("no Chromium on this system; asking Playwright for one …", flush=True)
    _try(sys.executable, "-m", "playwright", "install", "chromium")
    found = _fetched()
    if not found and shutil.which("apt-get") and os.geteuid() == 0:
        print("Playwright's cannot be used here; installing Debian's …", flush=True)
        _try("apt-get", "update", "-qq")
        _try("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk")  # fmt: skip
        found = find()
    if not found:
        sys.exit(MISSING)
    return found


def runs(path: str) -> bool:
    """Tell whether a program starts and says its version; one without its libraries does not."""
    try:
        done = subprocess.run([path, "--version"], check=False, capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _fetched() -> str | None:
    """Return Playwright's own Chromium, if it is there and runs."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and runs(path) else None


def _try(*words: str) -> None:
    """Run a command; say in one line if it fails, and go on."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            words,
            check=False,
            env=quiet,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=FETCH_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"      {words[0]}: {error}", flush=True)
        return
    if done.returncode:
        last = [line for line in (done.stdout + done.stderr).splitlines() if "rror" in line] or [""]
        print(f"      {' '.join(words[:3])} failed: {last[0].strip()}", flush=True)


if __name__ == "__main__":
    print(provide())
