"""``keqiao index``: look at the index, compare it with the database, build it anew."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keqiao.search.types import Difference

HELP = "Look at the index (status), compare it with the database (verify), build it anew (rebuild)."
NEEDS_DATABASE = True
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", choices=["status", "verify", "rebuild", "catch-up"])
    parser.add_argument(
        "--vectors", action="store_true", help="with rebuild: make missing vectors too"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do one of the four."""
    match arguments.what:
        case "status":
            return _status()
        case "verify":
            return _verify()
        case "rebuild":
            return _rebuild(with_vectors=arguments.vectors)
        case _:
            from keqiao.search import services as search

            print(f"index at journal position {search.catch_up()}")
            return 0


def _status() -> int:
    from keqiao.engine.gathered import NEAR_FROM, has_faiss
    from keqiao.reactions import selectors as reactions
    from keqiao.search import selectors as search

    status = search.status()
    print(f"journal position   {status.journal_position}")
    print(f"index position     {status.index_position}")
    for name, position in reactions.positions().items():
        print(f"{name + ' position':<19}{position}")
    print(f"entries            {status.entry_count}")
    print(f"vectors            {sum(status.vector_counts.values())}")
    for model, count in status.vector_counts.items():
        does = "answers" if model == status.answering else "does not answer"
        print(f"  {model}: {count}, {does}")
    if not has_faiss() and max(status.vector_counts.values(), default=0) >= NEAR_FROM:
        print("  faiss is not installed (extra large): every vector is compared with each search")
    if status.is_changing:
        print("the encoder of the settings still reads what was there before it")
    print(f"size               {status.size / 1024 / 1024:.1f} MiB")
    return 0


def _verify() -> int:
    from keqiao.journal import selectors as journal
    from keqiao.reactions import selectors as reactions
    from keqiao.search import imprints, vectors
    from keqiao.search import services as search

    is_waiting = reactions.positions().get("vectors", 0) < journal.last_position()
    count = _print_some(search.differences())
    if is_waiting:
        waiting = sum(1 for _difference in vectors.differences())
        print(f"vectors still follow the journal: {waiting} entries wait for theirs")
    else:
        count += _print_some(vectors.differences())
    if not reactions.uncompared():
        count += _print_some(imprints.differences())
    if count:
        print(
            "index and database differ; keqiao index catch-up brings the words together,"
            " keqiao index rebuild --vectors everything"
        )
        return 1
    print("index and database agree")
    return 0


def _print_some(differences: Iterable[Difference]) -> int:
    """Print the first of them; return how many there are."""
    count = 0
    for count, difference in enumerate(differences, start=1):
        if count <= SHOWN:
            print(f"{difference.key}: {difference.what}")
    if count > SHOWN:
        print(f"… and {count - SHOWN} more")
    return count


def _rebuild(*, with_vectors: bool) -> int:
    from keqiao.search import imprints, vectors
    from keqiao.search import services as search

    count = search.rebuild(_tell)
    print(f"{count} entries")
    print(f"{imprints.rebuild(_tell)} imprints")
    if with_vectors:
        print(f"{vectors.encode_all(_tell)} vectors")
    return 0


def _tell(kind: str, done: int, of: int) -> None:
    print(f"  {kind}: {done}/{of}", file=sys.stderr, flush=True)
