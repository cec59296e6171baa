"""Serve for development: migrations, Django's reloading server, and a worker beside it, in var/develop."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(port: str) -> int:
    """Serve until interrupted; return the server's exit status."""
    settings = {"KEQIAO_DEBUG": "1", "KEQIAO_HOME": str(ROOT / "var" / "develop")}
    environment = {**settings, **os.environ}
    keqiao = [sys.executable, "-m", "keqiao.ops"]
    if subprocess.run([*keqiao, "setup"], check=False, env=environment).returncode:
        return 1
    worker = subprocess.Popen([*keqiao, "worker"], env=environment)
    try:
        words = [*keqiao, "runserver", f"127.0.0.1:{port}"]
        return subprocess.run(words, check=False, env=environment).returncode
    except KeyboardInterrupt:
        return 0
    finally:
        worker.terminate()
        worker.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "8000"))
