"""Make the data files of the places room from public lists: `python tools/build_places.py`.

Reads KEQIAO_DATA (default ../shared/data) and writes src/keqiao/places/data/*.csv. Facts only:
codes, names and who belongs to whom. The same input always gives the same bytes. See the README
beside the files for their origin and licences.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from keqiao.engine import placenames
from keqiao.engine.gazetteer import Gazetteer, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "keqiao" / "places" / "data"

# Statistical codes of development zones (xx71 to xx79) are no administrative divisions.
STATISTICAL = range(71, 80)
# City layers that only group: 市辖区 and 县 of a municipality, and areas directly under a province.
GROUPING = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
# Statistical codes too: the island groups of 三沙 (its districts of 2020 are not in the list) and
# an administrative committee. 东莞, 中山, 儋州, 嘉峪关 have no counties: the list repeats the city.
LEFT_OUT = {"460321", "460322", "460323", "632857", "441900", "442000", "460400", "620201"}
SUPPLEMENT = (
    ("710000", "台湾省", "province", "", "", ""),
    ("810000", "香港特别行政区", "province", "", "", ""),
    ("820000", "澳门特别行政区", "province", "", "", ""),
)
# Industries: how many characters of a code of this level are its parent's code.
PARENT_LENGTH = {1: 0, 2: 1, 3: 3, 4: 4}
# A misprint of the list: (code, name) → code and level of the standard.
CORRECTED = {("C374", "飞机制造"): ("C3741", 4)}
# Changes since 2015 that older texts show: code, old name, level, parent, "", day of approval.
ENDED = (
    ("330103", "下城区", "county", "330100", "", "2021-03-11"),
    ("330104", "江干区", "county", "330100", "", "2021-03-11"),
    ("371200", "莱芜市", "city", "370000", "", "2018-12-26"),
    ("510122", "双流县", "county", "510100", "", "2015-12-03"),
    ("510124", "郫县", "county", "510100", "", "2016-11-24"),
    ("510132", "新津县", "county", "510100", "", "2020-06-01"),
    ("510626", "罗江县", "county", "510600", "", "2017-07-18"),
    ("510724", "安县", "county", "510700", "", "2016-03-20"),
)


def regions(source: Path) -> list[tuple[str, ...]]:
    """Rows of regions.csv: code, name, short name, level, parent code, valid from, valid to."""
    places = source / "places"
    found: list[tuple[str, str, str, str, str, str]] = []
    found.extend(
        (f"{row['code']}0000", row["name"], "province", "", "", "")
        for row in _json(places / "provinces.json")
    )
    cities: set[str] = set()
    for row in _json(places / "cities.json"):
        if row["name"] not in GROUPING:
            cities.add(row["code"])
            province = f"{row['provinceCode']}0000"
            found.append((f"{row['code']}00", row["name"], "city", province, "", ""))
    for row in _json(places / "areas.json"):
        code = row["code"]
        if int(code[4:]) in STATISTICAL or code in LEFT_OUT:
            continue
        parent = f"{code[:4]}00" if code[:4] in cities else f"{code[:2]}0000"
        found.append((code, row["name"], "county", parent, "", ""))
    found += [*SUPPLEMENT, *ENDED]
    found.sort()
    return [
        (code, name, placenames.short_name(name, level), level, parent, start, end)  # type: ignore[arg-type]
        for code, name, level, parent, start, end in found
    ]


def industries(source: Path) -> list[tuple[str, ...]]:
    """Rows of industries.csv: code, name, level (1 to 4), parent code.

    Where a group has a single class (A019 has A0190 alone) the list gives only the class: the group
    is added under the same name, which makes the 473 groups of the standard.
    """
    found: dict[str, tuple[str, ...]] = {}
    for row in _json(source / "classes" / "gbt4754-2017.json"):
        name = row["name"].strip()
        code, level = CORRECTED.get((row["code"], name), (row["code"], int(row["level"])))
        found[code] = (code, name, str(level), code[: PARENT_LENGTH[level]])
    for _, name, printed, parent in list(found.values()):
        if printed == "4" and parent not in found:
            found[parent] = (parent, name, "3", parent[: PARENT_LENGTH[3]])
    return sorted(found.values())


def subjects(source: Path) -> list[tuple[str, ...]]:
    """Rows of subjects.csv: code, name, English name, parent code."""
    with (source / "classes" / "nsfc-codes.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return sorted(
        (row["_id"], row["name"].strip(), row["name_en"].strip(), (row["parents"] or [""])[0])
        for row in rows
    )


def universities(source: Path, gazetteer: Gazetteer) -> list[tuple[str, ...]]:
    """Rows of universities.csv: code, name, region code of the address ("" when unknown)."""
    found: list[tuple[str, ...]] = []
    with gzip.open(
        source / "institutions" / "universities.jsonl.gz", "rt", encoding="utf-8"
    ) as lines:
        for line in lines:
            row = json.loads(line)
            places = gazetteer.lookup(row["address"])
            name = "".join(row["name"].split())  # the list breaks long names
            found.append((row["code"], name, places[0].code if len(places) == 1 else ""))
    return sorted(found)


def _json(path: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def _write(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    rows = list(rows)
    with (TARGET / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    print(f"{name}: {len(rows)} rows, {(TARGET / name).stat().st_size:,} bytes")


def main() -> int:
    """Write all four files and say how large they are."""
    source = Path(os.environ.get("KEQIAO_DATA", ROOT.parent / "shared" / "data"))
    if not source.is_dir():
        print(f"No data at {source}: set KEQIAO_DATA.", file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    rows = regions(source)
    columns = ("code", "name", "short_name", "level", "parent", "valid_from", "valid_to")
    _write("regions.csv", columns, rows)
    gazetteer = Gazetteer(
        Place(code, name, short, level, parent, is_current=not end)
        for code, name, short, level, parent, _, end in rows
    )
    _write("industries.csv", ("code", "name", "level", "parent"), industries(source))
    _write("subjects.csv", ("code", "name", "name_en", "parent"), subjects(source))
    _write("universities.csv", ("code", "name", "region"), universities(source, gazetteer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
