"""Reading the room: regions, industries, subjects and associations. Nothing here is secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Q, QuerySet

from keqiao.base import codes
from keqiao.base.errors import Missing
from keqiao.base.text import as_name
from keqiao.engine import gazetteer as engine
from keqiao.places.models import Association, Edition, Industry, Region, Subject
from keqiao.places.types import Centre, Distance

if TYPE_CHECKING:
    from collections.abc import Iterable

Coded = TypeVar("Coded", Region, Industry, Subject)
CODE_LENGTH = 6
CITY_DIGITS, PROVINCE_DIGITS = 4, 2
MUNICIPALITIES = frozenset({"11", "12", "31", "50", "81", "82"})  # one city, one code of two digits
DIRECT = "90"  # third and fourth digit of counties that hang under their province
MOST_NAMED = 50  # that are looked at for a name
LONGEST_QUERY = 60  # characters of a name somebody searches for
SEPARATOR = " · "

_gazetteers: dict[str, engine.Gazetteer] = {}


def prefix(code: str) -> str:
    """Return the digits that all codes inside a region share: 510000 → 51, 511800 → 5118."""
    return engine.prefix(code)


def region(code: str) -> Region:
    """Return the region of a code, also an ended one; raise Missing."""
    return _by_code(Region, code)


def industry(code: str) -> Industry:
    """Return the industry of a code (C3841); raise Missing."""
    return _by_code(Industry, code)


def subject(code: str) -> Subject:
    """Return the subject of a code (E0101); raise Missing."""
    return _by_code(Subject, code)


def _by_code(model: type[Coded], code: str) -> Coded:
    row: Coded | None = None
    if _is_code(code):
        row = model.objects.filter(pk=code).first()
    if row is None:
        raise Missing
    return row


def _is_code(code: str) -> bool:
    """Tell whether this can be a code at all: anything else never reaches the database."""
    return code.isascii() and code.isalnum()


def regions_named(name: str) -> list[Region]:
    """Return the regions of a full, everyday or short name or a path (四川省雅安市)."""
    order = [place.code for place in gazetteer().lookup(name)]
    found = Region.objects.in_bulk(order)
    return [found[code] for code in order if code in found]


def regions_under(code: str) -> QuerySet[Region]:
    """Return the region and all below it, ended ones too; a code may be a prefix (51, 5118)."""
    if not (code.isascii() and code.isdigit()):
        return Region.objects.none()
    return Region.objects.filter(code__startswith=prefix(code))


def ancestors(code: str) -> list[Region]:
    """Return the regions above one, the province first."""
    return _lineage(code)[:-1]


def path_name(code: str) -> str:
    """Return 四川省 · 雅安市 · 名山区, or nothing for an unknown code."""
    return SEPARATOR.join(region.name for region in _lineage(code))


def _lineage(code: str) -> list[Region]:
    """Return the region with those above it, the province first: one query, as codes nest."""
    if not (code.isascii() and code.isdigit() and len(code) == CODE_LENGTH):
        return []
    found = list(Region.objects.filter(pk__in=lineage_codes(code)).order_by("code"))
    return found if found and found[-1].code == code else []


def lineage_codes(code: str) -> list[str]:
    """Return the codes that a six-digit code nests in, its own last."""
    nested = (code[:PROVINCE_DIGITS] + "0000", code[:CITY_DIGITS] + "00", code)
    return list(dict.fromkeys(nested))


def centres(codes: Iterable[str]) -> dict[str, Centre]:
    """Return where the seats of some regions lie, by code; of one without a known seat that of the nearest above it.

    A code is absent when nothing above it has a known seat either.
    """
    lines = {code: lineage_codes(code)[::-1] for code in codes}
    wanted = {code for line in lines.values() for code in line}
    rows = Region.objects.filter(pk__in=wanted, latitude__isnull=False)
    known = {row.pk: Centre(row.latitude or 0.0, row.longitude or 0.0, row.pk) for row in rows}
    found = {}
    for code, line in lines.items():
        nearest = next((known[one] for one in line if one in known), None)
        if nearest is not None:
            found[code] = nearest
    return found


def region_choices(parent: str | None = None) -> list[tuple[str, str]]:
    """Return (code, name) of the current regions right under one, or of the provinces."""
    rows = Region.objects.filter(parent_id=parent, valid_to=None).order_by("code")
    return list(rows.values_list("code", "name"))


def industries_under(code: str) -> QuerySet[Industry]:
    """Return the current industries of a code and below it."""
    return _under(Industry, code)


def subjects_under(code: str) -> QuerySet[Subject]:
    """Return the current subjects of a code and below it."""
    return _under(Subject, code)


def industry_choices(parent: str | None = None) -> list[tuple[str, str]]:
    """Return (code, name) of the current industries right under one, or of the sections."""
    rows = Industry.objects.filter(parent_id=parent, valid_to=None).order_by("code")
    return list(rows.values_list("code", "name"))


def subject_choices(parent: str | None = None) -> list[tuple[str, str]]:
    """Return (code, name) of the current subjects right under one, or of the top ones."""
    rows = Subject.objects.filter(parent_id=parent, valid_to=None).order_by("code")
    return list(rows.values_list("code", "name"))


def search_regions(query: str, most: int = 20) -> list[Region]:
    """Return current regions whose code begins with, or whose name holds, what was typed."""
    return _search(Region, query, Q(name__icontains=query.strip()), most)


def search_industries(query: str, most: int = 20) -> list[Industry]:
    """Return current industries whose code begins with, or whose name holds, what was typed."""
    return _search(Industry, query, Q(name__icontains=query.strip()), most)


def search_subjects(query: str, most: int = 20) -> list[Subject]:
    """Return current subjects whose code begins with, or whose name holds, what was typed."""
    typed = query.strip()
    return _search(Subject, typed, Q(name__icontains=typed) | Q(name_en__icontains=typed), most)


def _under(model: type[Coded], code: str) -> QuerySet[Coded]:
    rows: QuerySet[Coded] = model.objects.filter(valid_to=None)
    return rows.filter(code__startswith=code) if _is_code(code) else rows.none()


def _search(model: type[Coded], query: str, named: Q, most: int) -> list[Coded]:
    typed = query.strip()
    if not typed or len(typed) > LONGEST_QUERY or not typed.isprintable():
        return []
    wanted = named | Q(code__startswith=typed.upper()) if _is_code(typed) else named
    rows: QuerySet[Coded] = model.objects.filter(valid_to=None)
    return list(rows.filter(wanted).order_by("code")[:most])


def association_for(region_code: str) -> Association | None:
    """Return the active association of a region, or of the nearest region above it that has one."""
    if not (region_code.isascii() and region_code.isdigit()):
        return None
    nodes = Association.objects.filter(
        kind=Association.Kind.ASSOCIATION,
        is_active=True,
        region_id__in=lineage_codes(region_code),
    ).select_related("region")
    return max(nodes, key=lambda node: prefix(node.region_id), default=None)


def association(code: str) -> Association | None:
    """Return the live node of ``code``, as typed by somebody; None when there is none."""
    if not codes.is_code(code):
        return None
    found: Association | None = Association.objects.filter(code=code, is_active=True).first()
    return found


def associations_named(name: str) -> list[Association]:
    """Return the live nodes whose name has ``name`` in it, the shortest first."""
    wanted = as_name(name)
    if not wanted:
        return []
    rows = Association.objects.filter(name__icontains=wanted, is_active=True).order_by("pk")
    return sorted(rows[:MOST_NAMED], key=lambda one: (len(one.name), one.pk))


def distance_level(one: str, other: str) -> Distance:
    """Return the smallest area that two six-digit codes share.

    A city's own code shares the city with its parts. A municipality is one city; counties right
    under a province share only the province.
    """
    if not one or not other:
        return Distance.ELSEWHERE
    if one == other and not one.endswith("00"):
        return Distance.COUNTY
    if one[:PROVINCE_DIGITS] != other[:PROVINCE_DIGITS]:
        return Distance.ELSEWHERE
    if one[:PROVINCE_DIGITS] in MUNICIPALITIES:
        return Distance.CITY
    city = one[PROVINCE_DIGITS:CITY_DIGITS]
    is_same_city = one[:CITY_DIGITS] == other[:CITY_DIGITS] and city not in {"00", DIRECT}
    return Distance.CITY if is_same_city else Distance.PROVINCE


def gazetteer() -> engine.Gazetteer:
    """Return the gazetteer of the regions in the database, built anew after a load."""
    digest = Edition.objects.filter(pk="regions").values_list("digest", flat=True).first()
    if digest is None:
        return _gazetteer(Region.objects.all())
    if digest not in _gazetteers:
        _gazetteers.clear()
        _gazetteers[digest] = _gazetteer(Region.objects.all())
    return _gazetteers[digest]


def _gazetteer(regions: Iterable[Region]) -> engine.Gazetteer:
    return engine.Gazetteer(
        engine.Place(
            region.code,
            region.name,
            region.short_name,
            region.level,
            region.parent_id or "",
            is_current=region.valid_to is None,
        )
        for region in regions
    )
