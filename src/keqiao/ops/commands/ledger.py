"""``keqiao ledger``: what both sides confirmed, as a table that anybody can verify without Keqiao."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path

HELP = "Write the entries about outcomes with the chain's hashes as CSV; docs/verify_ledger.py verifies it."
NEEDS_DATABASE = True
KIND = "outcome"
BATCH = 2000
COLUMNS = (
    "position", "at", "action", "subject_kind", "subject_key", "actor", "success", "data", "previous_hash", "hash",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, help="the CSV to write; an existing one is replaced")


def run(arguments: argparse.Namespace) -> int:
    """Write the whole chain: entries about outcomes in full, all others by their hashes alone."""
    target: Path = arguments.file
    if not target.parent.is_dir():
        print(f"there is no folder {target.parent}; make it first")
        return 2
    beside = target.with_name(f"{target.name}.part")
    told = 0
    with beside.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for row in rows():
            writer.writerow(row)
            told += bool(row[2])
    beside.replace(target)
    print(f"{told} entries about outcomes written to {target}")
    return 0


def rows() -> Iterator[tuple[object, ...]]:
    """Yield a row for each entry of the journal; of what is not about outcomes only position and hashes."""
    from datetime import UTC

    from keqiao.journal import selectors as journal

    position = 0
    while entries := journal.after(position, most=BATCH):
        for entry in entries:
            content: tuple[object, ...] = ("",) * 7
            if entry.subject_kind == KIND:
                content = (
                    entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
                    entry.action,
                    entry.subject_kind,
                    entry.subject_key,
                    entry.actor_id if entry.actor_id is not None else "",
                    int(entry.is_success),
                    json.dumps(entry.data, ensure_ascii=False, sort_keys=True),
                )
            yield (entry.position, *content, entry.previous_hash, entry.hash)
        position = entries[-1].position
