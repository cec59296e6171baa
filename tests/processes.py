"""Processes of their own over the database and the folder of a test: workers, commands, readers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.db import connection


def environment(home: Path) -> dict[str, str]:
    """Return what a worker of this database in this folder needs."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = f"postgres://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    return {
        **os.environ,
        "KEQIAO_DATABASE_URL": url,
        "KEQIAO_HOME": str(home),
        "KEQIAO_ENCODER": "none",
        "KEQIAO_DEBUG": "1",
    }


def worker(home: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "keqiao.ops", "worker"]
    return subprocess.Popen(words, env=environment(home), stderr=subprocess.DEVNULL)


def keqiao(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "keqiao.ops", *words],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
