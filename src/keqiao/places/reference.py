"""The shipped reference files as typed rows, and a gazetteer made of them: no database."""

from __future__ import annotations

import csv
import re
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from keqiao.engine.clarifying import trees
from keqiao.engine.gazetteer import Gazetteer, Place

if TYPE_CHECKING:
    from collections.abc import Iterator


INDUSTRY = re.compile(r"([A-T])?(\d{2,4})|[A-T]")


class RegionRow(NamedTuple):
    """One line of regions.csv; `level` is province, city or county. The seat's degrees are of centres.csv."""

    code: str
    name: str
    short_name: str
    level: str
    parent: str
    valid_from: date | None
    valid_to: date | None
    latitude: float | None = None
    longitude: float | None = None


class IndustryRow(NamedTuple):
    """One line of industries.csv; `level` is 1 (section, one letter) to 4 (class)."""

    code: str
    name: str
    level: int
    parent: str


class SubjectRow(NamedTuple):
    """One line of subjects.csv."""

    code: str
    name: str
    name_en: str
    parent: str


class UniversityRow(NamedTuple):
    """One line of universities.csv; `region` is the code of its address, or empty."""

    code: str
    name: str
    region: str


def regions() -> Iterator[RegionRow]:
    """Read the shipped regions, parents before children."""
    seats = {code: (float(north), float(east)) for code, north, east in _rows("centres.csv")}
    for code, name, short, level, parent, start, end in _rows("regions.csv"):
        seat = seats.get(code, (None, None))
        yield RegionRow(code, name, short, level, parent, _date(start), _date(end), *seat)


def industries() -> Iterator[IndustryRow]:
    """Read the shipped industries of GB/T 4754-2017, parents before children."""
    for code, name, level, parent in _rows("industries.csv"):
        yield IndustryRow(code, name, int(level), parent)


def subjects() -> Iterator[SubjectRow]:
    """Read the shipped subject codes of the NSFC, parents before children."""
    for row in _rows("subjects.csv"):
        yield SubjectRow(*row)


def called(tree: str, code: str, *, in_english: bool = False) -> str:
    """Return the name of a code of the tree "industry" or "subject"; the code itself when there is none.

    Industries have Chinese names only.
    """
    names, english = _names()[tree]
    return (english.get(code) if in_english else None) or names.get(code, code)


@cache
def _names() -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    kept = list(subjects())
    return {
        "industry": ({row.code: row.name for row in industries()}, {}),
        "subject": ({row.code: row.name for row in kept}, {row.code: row.name_en for row in kept}),
    }


def region_written(text: str) -> str:
    """Return the six digits of a region given by code, name or path; empty when it is not one region."""
    if not text:
        return ""
    gazetteer = load_gazetteer()
    if text.isascii() and text.isdigit():
        code = text.ljust(6, "0")
        return code if gazetteer.get(code) else ""
    found = gazetteer.lookup(text)
    return found[0].code if len(found) == 1 else ""


def industry_written(text: str) -> str:
    """Return the GB/T 4754 code of a code with or without its letter, or of a name; empty when unknown."""
    by_digits, by_name = _industries_written()
    parts = INDUSTRY.fullmatch(text.upper())
    if parts is None:
        return by_name.get(text, "")
    code = by_digits.get(parts.group(2) or text.upper(), "")
    return code if not parts.group(1) or code.startswith(parts.group(1)) else ""


def subject_written(text: str) -> str:
    """Return the code of a subject given by code or name; empty when unknown."""
    names = _names()["subject"][0]
    if text.upper() in names:
        return text.upper()
    return next((code for code, name in names.items() if name == text), "")


@cache
def _industries_written() -> tuple[dict[str, str], dict[str, str]]:
    rows = list(industries())
    by_digits = {row.code[1:] or row.code: row.code for row in rows}
    by_name = {row.name: row.code for row in reversed(rows)}  # the larger class keeps a shared name
    return by_digits, by_name


def universities() -> Iterator[UniversityRow]:
    """Read the shipped universities and colleges."""
    for row in _rows("universities.csv"):
        yield UniversityRow(*row)


@cache
def load_gazetteer() -> Gazetteer:
    """Return the gazetteer of the shipped regions, built once in a process."""
    return Gazetteer(
        Place(row.code, row.name, row.short_name, row.level, row.parent, row.valid_to is None)
        for row in regions()
    )


@cache
def load_trees() -> trees.Trees:
    """Return what the clarifier chooses codes and places from, built once in a process."""
    return trees.build(
        {row.code: row.name for row in industries()},
        {row.code: row.name for row in subjects()},
        load_gazetteer(),
    )


def _rows(name: str) -> Iterator[list[str]]:
    path = resources.files("keqiao.places") / "data" / name
    with path.open(encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
