"""Find a Chromium for the browser's tests: the system's, else one that Playwright fetches, else Debian's by apt."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = """No Chromium was found and none could be fetched. Do one of these, then run the tests again:
  - install your system's Chromium (Debian: apt install chromium fonts-noto-cjk)
  - point KEQIAO_CHROMIUM at the program of a Chromium or Chrome"""


def find() -> str | None:
    """Return the path of a Chromium that is here already, or None."""
    chosen = os.environ.get("KEQIAO_CHROMIUM")
    if chosen:
        return chosen if Path(chosen).exists() else None
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    return _fetched()


def provide() -> str:
    """Return the path of a Chromium, fetching one if need be; exit with what to do when none can be had."""
    found = find()
    if found:
        return found
    print("no Chromium on this system; asking Playwright for one …", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    found = _fetched()
    if not found and shutil.which("apt-get") and os.geteuid() == 0:
        print("Playwright could not fetch one; installing Debian's …", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "chromium", "fonts-noto-cjk"]):
            subprocess.run(["apt-get", *words], check=False, env=quiet, stdout=subprocess.DEVNULL)
        found = find()
    if not found:
        sys.exit(MISSING)
    return found


def _fetched() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    print(provide())
