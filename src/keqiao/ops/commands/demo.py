"""``keqiao demo``: the main job on the embedded default, from nothing to a served site."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

HELP = "Load the demonstration, match its needs, print the best match of each, and serve the site."
NEEDS_DATABASE = False  # it sets its own environment first
WORKERS, THREADS = 2, 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--port", type=int, default=8000, help="where to serve (default 8000)")
    parser.add_argument("--no-serve", action="store_true", help="stop after printing the matches")
    parser.add_argument(
        "--fresh", action="store_true", help="forget the demonstration and begin anew"
    )


def run(arguments: argparse.Namespace) -> int:
    """Set up, load, match, print, serve."""
    home = Path(os.environ.get("KEQIAO_HOME", "var/demo")).resolve()
    if arguments.fresh and home.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(environment(home, arguments.port))
    from keqiao.ops import cli

    cli.start_django()
    started = time.monotonic()
    from keqiao.ops.demo import show

    show.prepare()
    show.print_matches()
    print(f"\n用时 {time.monotonic() - started:.0f} 秒。 (set-up and matching)")
    if arguments.no_serve:
        return 0
    return serve(arguments.port)


def environment(home: Path, port: int) -> dict[str, str]:
    """Return the settings of a demonstration on one's own machine; the operator's own ones stay."""
    chosen = {
        "KEQIAO_HOME": str(home),
        "KEQIAO_DEMO": "1",
        "KEQIAO_HTTPS": "0",
        "KEQIAO_STAFF_SECOND_FACTOR": "0",
        "KEQIAO_SECRET_KEY": _secret(home / "secret-key"),
        "KEQIAO_SITE_URL": f"http://127.0.0.1:{port}",
        "KEQIAO_MAIL": f"file:{home / 'mail'}",
    }
    return {name: os.environ.get(name, value) for name, value in chosen.items()}


def serve(port: int) -> int:
    """Serve until interrupted, with the worker beside; print where, and who may log in."""
    from keqiao.ops.demo import show

    worker = subprocess.Popen([sys.executable, "-m", "keqiao.ops", "worker"])
    server = subprocess.Popen(
        [
            sys.executable,
            *("-m", "gunicorn", "keqiao.config.wsgi"),
            *("--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--threads", str(THREADS)),
            *("--log-level", "warning"),
        ]
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
    show.print_log_ins(port)
    try:
        status = server.wait()
    except KeyboardInterrupt:
        server.terminate()
        status = server.wait()
    worker.terminate()
    worker.wait()
    if status not in {0, -signal.SIGTERM}:
        print(f"keqiao: 端口 {port} 可能已被占用，请换一个：make demo PORT=8001", file=sys.stderr)
        return 1
    return 0


def _secret(path: Path) -> str:
    if not path.exists():
        path.write_text(secrets.token_urlsafe(60), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8")
