"""Choices from the reference tables, grouped for a select; they change only when the tables are loaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.core.cache import cache

from keqiao.places.models import Industry, Region, Subject

Group = tuple[str, list[tuple[str, str]]]
KEEP = 600  # seconds
DIVISION = 3  # characters of a division's code
DEPARTMENTS = {
    "A": "数理科学",
    "B": "化学科学",
    "C": "生命科学",
    "D": "地球科学",
    "E": "工程与材料科学",
    "F": "信息科学",
    "G": "管理科学",
    "H": "医学科学",
}


def regions(home: str, *, with_parents: bool) -> Sequence[Group]:
    """Return the home province's counties by city, then every other province with its cities."""
    key = f"choices-regions-{home}-{with_parents}"
    kept: list[Group] | None = cache.get(key)
    if kept is None:
        kept = _regions(home, with_parents=with_parents)
        cache.set(key, kept, KEEP)
    return kept


def _regions(home: str, *, with_parents: bool) -> list[Group]:
    rows = Region.objects.filter(valid_to=None).order_by("pk")
    known = list(rows.values_list("pk", "name", "level", "parent_id"))
    names = {code: name for code, name, _level, _parent in known}
    below: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, name, _level, parent in known:
        below[parent or ""].append((code, name))
    groups: list[Group] = []
    whole = [(home, names[home])] if with_parents and home in names else []
    loose = [pair for pair in below[home] if pair[0] not in below]
    if whole or loose:
        groups.append((names.get(home, ""), whole + loose))
    for city, name in below[home]:
        if city in below:
            groups.append((name, [(city, _whole(name)), *below[city]]))
    for province, name in below[""]:
        if province != home:
            groups.append((name, [(province, _whole(name)), *below[province]]))
    return groups


def _whole(name: str) -> str:
    return f"{name}（全域）"


def industries() -> Sequence[Group]:
    """Return the divisions by section."""
    kept: list[Group] | None = cache.get("choices-industries")
    if kept is None:
        rows = list(Industry.objects.order_by("pk").values_list("pk", "name"))
        sections = {code: name for code, name in rows if len(code) == 1}
        kept = [
            (
                name,
                [
                    (code, label)
                    for code, label in rows
                    if len(code) == DIVISION and code[0] == letter
                ],
            )
            for letter, name in sections.items()
        ]
        cache.set("choices-industries", kept, KEEP)
    return kept


def subjects() -> Sequence[Group]:
    """Return the subjects of the first level by department."""
    kept: list[Group] | None = cache.get("choices-subjects")
    if kept is None:
        rows = list(Subject.objects.filter(parent=None).order_by("pk").values_list("pk", "name"))
        kept = [
            (department, [(code, name) for code, name in rows if code.startswith(letter)])
            for letter, department in DEPARTMENTS.items()
        ]
        cache.set("choices-subjects", kept, KEEP)
    return kept
