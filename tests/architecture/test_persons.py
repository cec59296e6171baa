"""Whoever adds a column that points to a person says what a copy tells of it and what erasure makes of it."""

from __future__ import annotations

import pytest
from django.apps import apps
from tests.cast import Cast

from keqiao.accounts.models import Person
from keqiao.privacy import selectors
from keqiao.privacy.types import NOT_COPIED, SECTIONS, Fate
from keqiao.web import copies


def columns() -> set[str]:
    """Return every column of the database that points to a person, as ``room.Table.column``."""
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if (field.many_to_one or field.one_to_one or field.many_to_many)
        and not field.auto_created
        and field.related_model is Person
    }


def test_every_column_that_points_to_a_person_is_accounted_for() -> None:
    told = {column for section in SECTIONS for column in section.columns}
    assert told | set(NOT_COPIED) == columns()
    assert not told & set(NOT_COPIED)


def test_what_is_kept_says_how_long_and_why() -> None:
    for section in SECTIONS:
        assert section.fate != Fate.KEPT or section.ground is not None, section.key
        assert section.fate != Fate.ERASED or section.ground is None, section.key
        assert bool(section.done) == (section.fate == Fate.NAMELESS), section.key
    assert all(NOT_COPIED.values())
    keys = [section.key for section in SECTIONS]
    assert len(keys) == len(set(keys))


@pytest.mark.django_db
def test_every_room_tells_the_sections_that_are_there_and_no_others(cast: Cast) -> None:
    told = [key for ask in selectors.ROOMS for key in ask(cast.lin)]
    assert sorted([*told, "deeds"]) == sorted(section.key for section in SECTIONS)
    assert set(copies.CHOICES) <= set(told)
