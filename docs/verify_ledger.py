"""Verify a ledger of outcomes (``keqiao ledger FILE``) with nothing but Python 3: ``python verify_ledger.py FILE``.

Each row names the hash of the row before it. A row with content is hashed anew: SHA-256 of its canonical JSON (sorted
keys, no spaces, UTF-8). A row without content belongs to something else; of it only its place in the chain is verified.
"""

import csv
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path


def digest(row: Mapping[str, str]) -> str:
    """Return the hash that the content of ``row`` has."""
    content = {
        "position": int(row["position"]),
        "at": row["at"],
        "action": row["action"],
        "subject": [row["subject_kind"], row["subject_key"]],
        "actor": int(row["actor"]) if row["actor"] else None,
        "success": row["success"] == "1",
        "data": json.loads(row["data"]),
        "previous": row["previous_hash"],
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def faults(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Return what does not hold, row by row; nothing when the ledger is whole."""
    found, previous, expected = [], "", 1
    for row in rows:
        where = f"position {row['position']}"
        if row["position"] != str(expected):
            found.append(f"{where}: expected position {expected}, rows are missing")
        if row["previous_hash"] != previous:
            found.append(f"{where}: does not follow from the row before")
        try:
            if row["action"] and digest(row) != row["hash"]:
                found.append(f"{where}: the content was changed")
        except ValueError as error:
            found.append(f"{where}: cannot be read ({error})")
        previous = row["hash"]
        expected = int(row["position"]) + 1 if row["position"].isdecimal() else expected + 1
    return found


def main() -> int:
    """Verify the file that is named; return 0 when it holds."""
    if len(sys.argv) != len(("program", "file")):
        print(__doc__)
        return 2
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = faults(rows)
    for fault in found:
        print(fault)
    told = sum(bool(row["action"]) for row in rows)
    last = rows[-1]["hash"] if rows else "none"
    print(f"{len(rows)} rows, {told} about outcomes, {len(found)} faults; last hash {last}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
