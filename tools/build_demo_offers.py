"""Make the demonstration's offers of real institutions from public grant facts.

Reads ``projects/projects.jsonl.gz``, ``institutions/universities.jsonl.gz``, ``places/cities.json``
and ``classes/nsfc-codes.jsonl`` under ``KEQIAO_DATA`` (default ``../shared/data``) and rewrites,
inside ``src/keqiao/ops/demo/data``, only the rows that it made before: grant offers, their
institutions and their studios. Rows written by hand stay as they are. The word
lists by which it chooses are in ``demo_offer_rules.json``: words of the south-west, useful words by
points, words that leave a title out (subjects of the need without an answer, people and events too
sensitive for an example), word → GB/T 4754-2017, institute → region. The same input gives the same
bytes.

    python tools/build_demo_offers.py           rewrite the three tables
    python tools/build_demo_offers.py --check   say whether they are up to date (exit 1 when not)
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
TABLES = HERE.parent / "src/keqiao/ops/demo/data"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WANTED = 150
MOST_PER_INSTITUTION = 2
MOST_PER_SOUTH_WEST_INSTITUTION = 5
MOST_PER_SUBJECT = 12
SOURCE = "国家自然科学基金公开立项名单"
STUDIO_MARK = "（公开立项信息）"
Row = dict[str, str]

RULES = json.loads((HERE / "demo_offer_rules.json").read_text(encoding="utf-8"))
SOUTH_WEST: tuple[str, ...] = tuple(RULES["south_west"])
USEFUL: dict[str, int] = {
    word: int(points) for points, words in RULES["useful_by_points"].items() for word in words
}
LEFT_OUT: tuple[str, ...] = tuple(RULES["left_out"])
INDUSTRIES: dict[str, str] = RULES["industries"]
INSTITUTES: dict[str, str] = RULES["institutes"]


@dataclass(frozen=True, slots=True)
class Project:
    """One grant as the public list prints it; ``year`` of approval, ``end`` of the term."""

    grant_no: str
    title: str
    code: str
    institution: str
    year: str
    end: str
    keywords: tuple[str, ...]


def read_json_lines(path: Path) -> Iterator[dict[str, object]]:
    """Yield the objects of a JSON-lines file, gzip or plain."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_projects(source: Path) -> list[Project]:
    """Return the projects whose eight-digit grant number is intact (123 rows are not)."""
    projects = []
    for raw in read_json_lines(source / "projects/projects.jsonl.gz"):
        keywords = raw["keywords"]
        if not re.fullmatch(r"\d{8}", str(raw["grant_no"])) or not isinstance(keywords, list):
            continue
        projects.append(
            Project(
                grant_no=str(raw["grant_no"]),
                title=" ".join(str(raw["title"]).split()),
                code=str(raw["code"]),
                institution=str(raw["org"]),
                year=str(raw["year"]),
                end=str(raw["end"]),
                keywords=tuple(dict.fromkeys(str(word).strip() for word in keywords)),
            )
        )
    return projects


def read_regions(source: Path) -> dict[str, str]:
    """Return institution → six-digit region: listed universities, institutes named by hand."""
    cities = json.loads((source / "places/cities.json").read_text(encoding="utf-8"))
    codes = {city["name"]: f"{city['code']}00" for city in cities}
    codes |= {"北京市": "110000", "天津市": "120000", "上海市": "310000", "重庆市": "500000"}
    regions = dict(INSTITUTES)
    for university in read_json_lines(source / "institutions/universities.jsonl.gz"):
        region = codes.get(str(university["address"]))
        if region:
            regions.setdefault(str(university["name"]), region)
    return regions


def usefulness(project: Project) -> int:
    """Score how near a project stands to farms, food, health, environment of the south-west."""
    if any(word in project.title for word in LEFT_OUT):
        return 0
    text = project.title + " " + " ".join(project.keywords)
    points = sum(weight for word, weight in USEFUL.items() if word in text)
    if points and is_south_west(project.institution):
        points += 4
    return points


def is_south_west(institution: str) -> bool:
    """Tell whether an institution sits in Sichuan, Chongqing, Guizhou, Yunnan or Tibet."""
    return any(word in institution for word in SOUTH_WEST)


def choose(projects: list[Project], regions: dict[str, str]) -> list[Project]:
    """Return the WANTED most useful projects, few from one institution and few from one subject."""
    ranked = sorted(projects, key=lambda one: (-usefulness(one), one.grant_no))
    institutions: Counter[str] = Counter()
    subjects: Counter[str] = Counter()
    chosen: list[Project] = []
    for project in ranked:
        near = is_south_west(project.institution)
        most = MOST_PER_SOUTH_WEST_INSTITUTION if near else MOST_PER_INSTITUTION
        if (
            usefulness(project) == 0
            or project.institution not in regions
            or institutions[project.institution] >= most
            or subjects[project.code] >= MOST_PER_SUBJECT
        ):
            continue
        institutions[project.institution] += 1
        subjects[project.code] += 1
        chosen.append(project)
        if len(chosen) == WANTED:
            break
    return sorted(chosen, key=lambda one: one.grant_no)


def short_code(name: str) -> str:
    """Return eight characters of the public alphabet that always belong to ``name``."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:5])
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(8))


def organisation_row(name: str, region: str) -> Row:
    """Return the institution as a row of organisations.csv."""
    is_university = name.endswith(("大学", "学院")) and "科学院" not in name
    return {
        "code": f"O-{short_code(name)}",
        "name": name,
        "kind": "university" if is_university else "institute",
        "region": region,
        "credit_code": "",
        "is_example": "0",
        "source": SOURCE,
    }


def studio_row(organisation: Row) -> Row:
    """Return the studio under which an institution's public grant facts are listed."""
    return {
        "code": f"S-{organisation['code'][2:]}",
        "name": f"{organisation['name']}{STUDIO_MARK}",
        "owner_kind": "organisation",
        "owner": organisation["code"],
        "about": f"根据国家自然科学基金公开的立项名单整理的{organisation['name']}研究方向。"
        "该单位尚未入驻本平台，对接须由经纪人另行联系。",
        "region": organisation["region"],
        "subject": "",
        "capacity": "1",
        "is_example": "0",
    }


def offer_row(project: Project, studio: Row, subjects: frozenset[str]) -> Row:
    """Return a grant as a row of offers.csv: the facts of the list and nothing else."""
    text = project.title + " " + " ".join(project.keywords)
    industries = dict.fromkeys(code for word, code in INDUSTRIES.items() if word in text)
    words = "、".join(project.keywords)
    description = (
        f"{project.institution}承担的国家自然科学基金项目，批准号{project.grant_no}，"
        f"{project.year}年立项，执行期至{project.end}年，研究“{project.title}”，关键词：{words}。"
        "以上只是公开的立项事实；该单位尚未入驻，能否合作待联系。"
    )
    return {
        "code": f"F-{project.grant_no}",
        "studio": studio["code"],
        "kind": "skill",
        "title": project.title,
        "description": description,
        "trl": "",
        "ip_status": "unknown",
        "evidence": f"grant:国家自然科学基金 {project.grant_no}",
        "region": studio["region"],
        "subject": project.code if project.code in subjects else project.code[:3],
        "industries": ";".join(list(industries)[:3]),
        "keywords": ";".join(word.replace(";", "，") for word in project.keywords),
        "capacity": "1",
        "is_example": "0",
        "source": f"{SOURCE} {project.grant_no}",
    }


def read_table(name: str) -> list[Row]:
    """Return the rows of a demonstration table."""
    with (TABLES / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def written(rows: list[Row]) -> str:
    """Return the table as text: header from the first row, line feeds, quotes where needed."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def tables(source: Path) -> dict[str, str]:
    """Return file name → new text of the three tables."""
    regions = read_regions(source)
    subjects = frozenset(
        str(row["_id"]) for row in read_json_lines(source / "classes/nsfc-codes.jsonl")
    )
    organisations = [row for row in read_table("organisations.csv") if row["source"] != SOURCE]
    studios = [row for row in read_table("studios.csv") if not row["name"].endswith(STUDIO_MARK)]
    offers = [row for row in read_table("offers.csv") if not row["source"].startswith(SOURCE)]
    known = {row["name"]: row for row in organisations}
    made: dict[str, Row] = {}
    for project in choose(read_projects(source), regions):
        name = project.institution
        if name not in known:
            known[name] = organisation_row(name, regions[name])
            organisations.append(known[name])
        studio = made.setdefault(name, studio_row(known[name]))
        offers.append(offer_row(project, studio, subjects))
    studios.extend(made.values())
    return {
        "organisations.csv": written(organisations),
        "studios.csv": written(studios),
        "offers.csv": written(offers),
    }


def main() -> int:
    """Rewrite the tables, or with ``--check`` compare them; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    arguments = parser.parse_args()
    source = Path(os.environ.get("KEQIAO_DATA", HERE.parent.parent / "shared/data"))
    if not (source / "projects/projects.jsonl.gz").exists():
        print(f"no grant list under {source}: set KEQIAO_DATA; the shipped tables stay as they are")
        return 0 if arguments.check else 2
    stale = []
    for name, text in tables(source).items():
        path = TABLES / name
        if path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not arguments.check:
            path.write_text(text, encoding="utf-8")
    print(f"{'stale' if arguments.check else 'written'}: {', '.join(stale) or 'nothing'}")
    return 1 if stale and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
