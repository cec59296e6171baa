"""``keqiao draw check``: whether a draw was what had been promised, from its paper alone; no database, no network."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Check the paper of a draw: that the seed is the promised one, and the order the one that follows."
NEEDS_DATABASE = False
MOST_BYTES = 20_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("do", choices=["check"], help="what to do")
    parser.add_argument("file", type=Path, help="the paper, as the page of the draw hands it out")


def run(arguments: argparse.Namespace) -> int:
    """Say what does not hold; return 1 when anything does not, 2 for what is no paper."""
    from keqiao.engine import lots

    path: Path = arguments.file
    try:
        if path.stat().st_size > MOST_BYTES:
            print(f"{path} is too large for the paper of a draw")
            return 2
        paper = lots.read(path.read_text(encoding="utf-8"))
    except OSError as error:
        print(f"{path} cannot be read: {error.strerror}")
        return 2
    except ValueError as error:  # of the text, or of its encoding
        print(f"{path}: {error}")
        return 2
    found = lots.faults(paper)
    for fault in found:
        print(f"wrong: {fault}")
    if found:
        return 1
    drawn = sum(len(line.split(" ")) for line in paper.order)
    print(f"the draw of {paper.session} holds: {drawn} lots of {len(paper.order)} families")
    print(f"compare with what was published before sign-up: {paper.seed_hash}")
    return 0
