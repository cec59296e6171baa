"""Turn ``needs-offers`` of KEQIAO_DATA into two tables for ``keqiao match``: needs.csv and offers.csv in a folder."""

from __future__ import annotations

import csv
import gzip
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path


def main(folder: Path) -> int:
    """Write both tables; return the exit status."""
    source = Path(os.environ.get("KEQIAO_DATA", "../shared/data")) / "needs-offers"
    if not source.is_dir():
        print(
            f"no needs-offers in KEQIAO_DATA ({source}): set KEQIAO_DATA to its folder",
            file=sys.stderr,
        )
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    for name, target in (("queries", "needs"), ("docs", "offers")):
        rows = list(read(source / f"{name}.jsonl.gz"))
        with (folder / f"{target}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["id", "title", "text"])
            for row in rows:
                title = row.get("title") or row["text"]
                text = row["text"] if "title" in row else ""
                writer.writerow([row["id"], title, text])
        print(f"{folder / target}.csv: {len(rows)} rows")
    return 0


def read(path: Path) -> Iterator[dict[str, str]]:
    """Yield the objects of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/needs-offers")))
