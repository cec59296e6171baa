"""The only writer of the room: loading the reference files, planting the association tree."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils import timezone

from keqiao.base import codes, text
from keqiao.base.errors import Missing, invalid
from keqiao.base.phrases import N_
from keqiao.engine import placenames
from keqiao.journal import services as journal
from keqiao.journal.types import Actor
from keqiao.journal.types import Subject as Topic
from keqiao.places import reference, selectors
from keqiao.places.models import Association, Edition, Industry, Region, Subject
from keqiao.places.types import Count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Coded = TypeVar("Coded", Region, Industry, Subject)
BATCH = 500  # rows of one statement; SQLite allows few variables
NAME_LENGTH = 60
NO_PROVINCE = N_("“%(code)s”不是省级行政区划的代码，请填写六位代码，例如 510000。")
NAME_TAKEN = N_("“%(under)s”下面已经有“%(name)s”。")


@transaction.atomic
def load_reference(*, by: Actor | None = None) -> Mapping[str, Count]:
    """Bring regions, industries and subjects to the shipped files; say for each what changed.

    A second run changes nothing. A code that is gone from its file is not deleted, as rows may
    point to it: it ends today (`valid_to`). One journal entry tells what was written, if anything.
    """
    counts = {
        "regions": _load(Region, (_values(row) for row in reference.regions())),
        "industries": _load(Industry, (_values(row) for row in reference.industries())),
        "subjects": _load(Subject, (_values(row) for row in reference.subjects())),
    }
    if any(count.is_change for count in counts.values()):
        Edition.objects.update_or_create(
            table="regions", defaults={"digest": _digest(), "loaded_at": timezone.now()}
        )
        data = {
            table: {"added": count.added, "changed": count.changed, "ended": count.ended}
            for table, count in counts.items()
        }
        journal.record("reference.loaded", Topic("reference", "places"), by=by, data=data)
    return counts


def _values(row: Any) -> dict[str, Any]:
    values: dict[str, Any] = row._asdict()
    values["parent_id"] = values.pop("parent") or None
    return {"valid_to": None} | values


def _load(model: type[Coded], rows: Iterable[dict[str, Any]]) -> Count:
    known: dict[str, Coded] = {row.code: row for row in model.objects.all()}
    added: list[Coded] = []
    changed: list[Coded] = []
    unchanged, columns = 0, set[str]()
    for values in rows:
        row = known.pop(values["code"], None)
        if row is None:
            added.append(model(**values))
            continue
        differing = {name for name, value in values.items() if getattr(row, name) != value}
        columns |= differing
        for name in differing:
            setattr(row, name, values[name])
        changed += [row] if differing else []
        unchanged += not differing
    model.objects.bulk_create(added, batch_size=BATCH)
    if changed:
        fields = sorted(name.removesuffix("_id") for name in columns)
        model.objects.bulk_update(changed, fields, batch_size=BATCH)
    gone = model.objects.filter(pk__in=known, valid_to=None)
    ended = gone.update(valid_to=timezone.localdate())
    return Count(len(added), len(changed), unchanged, ended)


def _digest() -> str:
    """Return a fingerprint of the regions as they now are in the database."""
    rows = Region.objects.order_by("code").values_list(
        "code", "name", "short_name", "parent_id", "valid_to"
    )
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()


@transaction.atomic
def plant_associations(province_code: str, *, by: Actor | None = None) -> Count:
    """Plant the associations of a province, its cities and its counties, each under its parent's.

    Twice changes nothing; ended regions get none. Raise Missing if there is no such province.
    """
    if province_code not in dict(selectors.region_choices()):
        raise Missing(NO_PROVINCE, code=province_code)
    regions = selectors.regions_under(province_code).filter(valid_to=None).order_by("code")
    kept = Association.objects.filter(
        kind=Association.Kind.ASSOCIATION, is_active=True, region__in=regions
    )
    nodes: dict[str, Association] = {node.region_id: node for node in kept}
    unchanged = len(nodes)
    by_level = {level: rank for rank, level in enumerate(Region.Level.values)}
    for region in sorted(regions, key=lambda region: (by_level[region.level], region.code)):
        if region.code not in nodes:
            nodes[region.code] = _plant(region, nodes.get(region.parent_id or ""))
    count = Count(added=len(nodes) - unchanged, unchanged=unchanged)
    if count.is_change:
        root = nodes[province_code]
        data = {"added": count.added}
        journal.record("associations.planted", Topic("association", root.code), by=by, data=data)
    return count


def _plant(region: Region, under: Association | None) -> Association:
    values = {
        "code": f"A-{region.code}",
        "name": association_name(region),
        "kind": Association.Kind.ASSOCIATION,
        "region": region,
    }
    if under is None:
        planted: Association = Association.objects.add_root(values)
    else:
        planted = Association.objects.add_child(under, values)
    return planted


def association_name(region: Region) -> str:
    """Return what the association of a region is called: 四川省科协, 阿坝州科协, 广西科协."""
    if region.level == Region.Level.PROVINCE and region.name.endswith("区"):
        return f"{region.short_name}科协"
    return f"{placenames.common(region.name)}科协"


@transaction.atomic
def add_society(
    name: str, under: Association, region: Region | None = None, *, by: Actor | None
) -> Association:
    """Add a society (学会) under an association, for its region unless another one is given.

    Raise Invalid when the name is empty, too long or unsafe, or when an active society of that
    name is there already.
    """
    clean = text.clean_line(name, most=NAME_LENGTH, field="name", required=True)
    parent: Association = Association.objects.select_for_update().get(pk=under.pk)
    if Association.objects.get_children(parent).filter(name=clean, is_active=True).exists():
        raise invalid("name", NAME_TAKEN, under=parent.name, name=clean)
    values = {
        "code": codes.new_code("L"),
        "name": clean,
        "kind": Association.Kind.SOCIETY,
        "region": region or parent.region,
    }
    society: Association = Association.objects.add_child(parent, values)
    data = {"name": clean, "under": parent.code, "region": society.region_id}
    journal.record("society.added", Topic("association", society.code), by=by, data=data)
    return society
