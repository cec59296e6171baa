"""Vectors gathered on this machine's disk: for each model, which folder of each kind is current, and of which moment.

As the words are, it is a projection that can be thrown away: what changed later, or all when it is gone, is read from
the rows in the database.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from keqiao.search import generation

POINTER = "current.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """The gathered vectors of one kind: all that had changed by ``until``."""

    folder: Path
    until: datetime
    count: int


def home(model: str) -> Path:
    """Return the folder of one model, made if need be."""
    name = hashlib.sha256(model.encode()).hexdigest()[:16]
    folder = generation.home() / "vectors" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def stamp(model: str) -> int:
    """Return what changes when another folder of the model is put in place; 0 while there is none."""
    try:
        return (home(model) / POINTER).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def current(model: str) -> dict[str, Kept]:
    """Return what is gathered of each kind; what cannot be read counts as not gathered."""
    folder = home(model)
    try:
        said = json.loads((folder / POINTER).read_text(encoding="utf-8"))
        return {
            kind: Kept(folder / name, datetime.fromisoformat(until), count)
            for kind, (name, until, count) in said.items()
        }
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}


@contextmanager
def gathering(model: str) -> Iterator[None]:
    """Hold the only right to gather, across processes, until the block ends; waits for whoever has it."""
    with generation.writing(home(model) / generation.LOCK):
        yield


def begin(model: str, kind: str) -> Path:
    """Return the name of a new folder."""
    return home(model) / f"{kind}-{secrets.token_hex(6)}"


def put_in_place(model: str, kind: str, kept: Kept) -> None:
    """Make a folder the current one of its kind, and remove the others, those of killed writers too."""
    everything = {**current(model), kind: kept}
    said = {
        name: (one.folder.name, one.until.isoformat(), one.count)
        for name, one in everything.items()
    }
    generation.replace(home(model) / POINTER, json.dumps(said))
    for other in home(model).glob(f"{kind}-*"):
        if other != kept.folder:
            shutil.rmtree(other, ignore_errors=True)


def drop(model: str) -> None:
    """Remove what is gathered of one model."""
    shutil.rmtree(home(model), ignore_errors=True)


def size() -> int:
    """Return the bytes of all models."""
    return generation.size(generation.home() / "vectors")
