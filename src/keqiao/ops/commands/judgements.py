"""``keqiao judgements``: what brokers thought of pairs, as a data set for the bench."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keqiao.engine.types import Entry

HELP = "Write brokers' judgements of needs and offers as a data set that keqiao bench needs-offers reads."
NEEDS_DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", type=Path, help="where docs, queries and qrels are written")


def run(arguments: argparse.Namespace) -> int:
    """Write the public words of what was judged, and the last grade of each pair."""
    from keqiao.matching import selectors as matching
    from keqiao.needs import documents as need_documents
    from keqiao.offers import documents as offer_documents

    grades, needs, offers = {}, {}, {}
    for one in matching.all_judgements():
        grades[one.need.code, one.offer.code] = int(one.grade)
        needs[one.need.code] = need_documents.public_entry(one.need)
        offers[one.offer.code] = offer_documents.entry(one.offer)
    if not grades:
        print("no broker has judged anything yet")
        return 1
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "queries.jsonl", needs.values())
    _write(folder / "docs.jsonl", offers.values())
    with (folder / "qrels.tsv").open("w", encoding="utf-8") as stream:
        stream.write("query-id\tcorpus-id\tscore\n")
        for (need, offer), grade in sorted(grades.items()):
            stream.write(f"{need}\t{offer}\t{grade}\n")
    print(f"{len(grades)} judgements of {len(needs)} needs and {len(offers)} offers in {folder}")
    return 0


def _write(path: Path, entries: Iterable[Entry]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        for entry in entries:
            row = {"id": entry.key, "title": entry.title, "text": entry.text}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
