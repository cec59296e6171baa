"""What a fixture made, kept as rows and laid into the next test's database: the cast acts once, and is there for all.

A fixture that calls dozens of services costs more than most tests. Rows are laid only into a database that is as it was
when they were made, told by the head of the journal; into any other the fixture builds anew.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db import models

from keqiao.journal.models import Head

Made = TypeVar("Made")
Rows = dict[Any, dict[str, Any]]  # of one table, by primary key
REFERENCE = {
    "places_region",
    "places_industry",
    "places_subject",
    "places_edition",
    "places_centre",
}


@dataclass(slots=True)
class Kept(Generic[Made]):
    """What one fixture made, once in a process."""

    build: Callable[..., Made]
    head: str = ""
    new: list[tuple[type[models.Model], Rows]] = field(default_factory=list)
    changed: list[tuple[type[models.Model], Rows]] = field(default_factory=list)
    made: Made | None = None

    def lay(self, *given: Any) -> Made:
        """Return what the fixture makes, its rows in the database; ``given`` goes to the builder."""
        head = _head()
        if self.made is None:
            return self._first(head, *given)
        if head != self.head:
            return self.build(*given)
        for model, rows in self.new:
            model._base_manager.bulk_create(model(**values) for values in rows.values())
        for model, rows in self.changed:
            for key, values in rows.items():
                model._base_manager.filter(pk=key).update(**values)
        return copy.deepcopy(self.made)

    def _first(self, head: str, *given: Any) -> Made:
        before = dict(_tables())
        made = self.build(*given)
        for model, rows in _tables():
            known = before[model]
            new = {key: values for key, values in rows.items() if key not in known}
            changed = {
                key: values for key, values in rows.items() if known.get(key, values) != values
            }
            self.new += [(model, new)] * bool(new)
            self.changed += [(model, changed)] * bool(changed)
        self.head, self.made = head, copy.deepcopy(made)
        return made


def _head() -> str:
    return Head.objects.values_list("hash", flat=True).first() or ""


def _tables() -> Iterator[tuple[type[models.Model], Rows]]:
    """Yield every table of the rooms with its rows, those that others point to first."""
    for model in _in_order():
        columns = [one.attname for one in model._meta.concrete_fields]
        pk = model._meta.pk.attname
        yield model, {row[pk]: row for row in model._base_manager.values(*columns)}


def _in_order() -> list[type[models.Model]]:
    ordered: list[type[models.Model]] = []
    waiting = [
        one
        for one in apps.get_models(include_auto_created=True)
        if one._meta.managed and one._meta.db_table not in REFERENCE
    ]
    while waiting:
        known = set(ordered)
        ready = [one for one in waiting if not _points_to(one) & (set(waiting) - known - {one})]
        ordered += ready or waiting
        waiting = [one for one in waiting if one not in set(ordered)]
    return ordered


def _points_to(model: type[models.Model]) -> set[object]:
    return {one.related_model for one in model._meta.concrete_fields if one.is_relation}
