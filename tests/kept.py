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
}


EMPTY = ""  # the head of a journal without entries, as after a test that committed


@dataclass(frozen=True, slots=True)
class Laid(Generic[Made]):
    """What the fixture made on a database with one head of the journal."""

    new: list[tuple[type[models.Model], Rows]]
    changed: list[tuple[type[models.Model], Rows]]
    made: Made


@dataclass(slots=True)
class Kept(Generic[Made]):
    """What one fixture made, once in a process: on the database that all begin with, and on one that was emptied."""

    build: Callable[..., Made]
    laid: dict[str, Laid[Made]] = field(default_factory=dict)  # by the head of the journal

    def lay(self, *given: Any) -> Made:
        """Return what the fixture makes, its rows in the database; ``given`` goes to the builder."""
        head = _head()
        known = self.laid.get(head)
        if known is None:
            is_usual = not self.laid or head == EMPTY
            return self._first(head, *given) if is_usual else self.build(*given)
        for model, rows in known.new:
            model._base_manager.bulk_create(model(**values) for values in rows.values())
        for model, rows in known.changed:
            for key, values in rows.items():
                model._base_manager.filter(pk=key).update(**values)
        return copy.deepcopy(known.made)

    def _first(self, head: str, *given: Any) -> Made:
        before = dict(_tables())
        made = self.build(*given)
        all_new, all_changed = [], []
        for model, rows in _tables():
            known = before[model]
            new = {key: values for key, values in rows.items() if key not in known}
            changed = {
                key: values for key, values in rows.items() if known.get(key, values) != values
            }
            all_new += [(model, new)] * bool(new)
            all_changed += [(model, changed)] * bool(changed)
        self.laid[head] = Laid(all_new, all_changed, copy.deepcopy(made))
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
