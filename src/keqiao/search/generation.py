"""The index on disk: generations in folders, a pointer to the current one, a position beside the words.

A generation is thrown away whole; a new one is built beside it and put in place by one rename of the pointer.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from keqiao.engine.lexical import SCHEMA

POINTER, LOCK = "current", "lock"
WORDS, POSITION = (
    f"words-{SCHEMA}",
    f"position-{SCHEMA}",
)  # a new schema begins empty and catches up


def home() -> Path:
    """Return the folder of all generations, made if need be."""
    folder = Path(settings.INDEX_HOME)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def writing(lock: Path | None = None) -> Iterator[None]:
    """Hold the only right to write the words, or what ``lock`` stands for, until the block ends.

    Holds across processes; waits for whoever has it.
    """
    with (lock or home() / LOCK).open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(stream, fcntl.LOCK_UN)


def current() -> Path:
    """Return the folder of the current generation; the first one is made here."""
    folder = _pointed_at()
    if folder is None:
        with writing():
            folder = current_for_writer()
    return folder


def current_for_writer() -> Path:
    """Return the same to whoever holds ``writing``."""
    folder = _pointed_at()
    if folder is None:
        folder = begin()
        put_in_place(folder)
    return folder


def begin() -> Path:
    """Return the folder of a new, empty generation."""
    folder = home() / f"generation-{secrets.token_hex(6)}"
    (folder / WORDS).mkdir(parents=True)
    return folder


def put_in_place(folder: Path) -> None:
    """Make a generation the current one, and remove the others."""
    replace(home() / POINTER, folder.name)
    for other in home().glob("generation-*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


def position(folder: Path) -> int:
    """Return the journal position that a generation has reached; 0 when it has none."""
    return _position_and_mark(folder)[0]


def mark(folder: Path) -> str:
    """Return the hash of the journal entry at that position: which journal it was. Empty when unknown."""
    return _position_and_mark(folder)[1]


def reached(folder: Path, position: int, mark: str = "") -> None:
    """Keep the position and its mark, after the words that it speaks of are durable."""
    replace(folder / POSITION, f"{position} {mark}")


def size(folder: Path) -> int:
    """Return the bytes of a generation."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _pointed_at() -> Path | None:
    try:
        return home() / (home() / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def _position_and_mark(folder: Path) -> tuple[int, str]:
    try:
        position, _space, mark = (folder / POSITION).read_text(encoding="utf-8").partition(" ")
        return int(position), mark.strip()
    except (FileNotFoundError, ValueError):
        return 0, ""


def replace(path: Path, text: str) -> None:
    """Put ``text`` in place of a file: whoever reads sees the old or the new one, after a power failure too."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with fresh.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
