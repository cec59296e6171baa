"""The first load into an empty database, and the command."""

from __future__ import annotations

import argparse

import pytest

from keqiao.journal.models import Entry
from keqiao.ops.commands import load_reference
from keqiao.places import services
from keqiao.places.models import Edition, Industry, Region, Subject

pytestmark = pytest.mark.django_db


def test_a_first_load_adds_everything_and_a_second_changes_nothing() -> None:
    for table in (Region, Industry, Subject):
        rows = table.objects.all()
        rows._raw_delete(rows.db)  # no row points to them here; PROTECT would look at each
    Edition.objects.all().delete()
    before = Entry.objects.filter(action="reference.loaded").count()
    first = services.load_reference()
    second = services.load_reference()
    assert {table: count.added for table, count in first.items()} == {
        "regions": Region.objects.count(),
        "industries": Industry.objects.count(),
        "subjects": Subject.objects.count(),
    }
    assert all(not count.is_change for count in second.values())
    assert second["regions"].unchanged == first["regions"].added
    assert Entry.objects.filter(action="reference.loaded").count() == before + 1


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    load_reference.add_arguments(parser)
    arguments = parser.parse_args(["--associations", "510000"])
    assert load_reference.run(arguments) == 0
    assert "205 added" in capsys.readouterr().out
    assert load_reference.run(arguments) == 0
    assert "205 unchanged" in capsys.readouterr().out
