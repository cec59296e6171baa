"""Run a command beside a PostgreSQL of its own: ``python tools/postgres_for.py COMMAND … {postgresql} …``.

The address takes the place of ``{postgresql}``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import postgres

ADDRESS = "{postgresql}"


def main(words: list[str]) -> int:
    """Run it; return what it returned."""
    with (
        tempfile.TemporaryDirectory(prefix="keqiao-postgres-") as folder,
        postgres.running(Path(folder) / "cluster") as address,
    ):
        return subprocess.run(
            [address if word == ADDRESS else word for word in words], check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
