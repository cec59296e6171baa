"""The journal cannot be changed, and says so when it was."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from tests.cast import Cast

from keqiao.journal import selectors, services
from keqiao.journal.models import Entry, Head
from keqiao.journal.types import Subject

THING = Subject("need", "N-TEST0001")


class BrokenError(Exception):
    """A change that fails half-way."""


def lift() -> None:
    """Take the database's own refusal away, as only somebody with its password could."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS journal_entry_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS journal_entry_no_delete")
        else:
            cursor.execute("DROP TRIGGER journal_entry_append_only ON journal_entry")


def fill() -> list[Entry]:
    return [
        services.record("need.drafted", THING, by=None, data={"次": number, "rare": "𠮷㐂"})
        for number in range(5)
    ]


@pytest.mark.django_db
def test_positions_have_no_gaps_and_the_chain_holds() -> None:
    before = selectors.last_position()
    entries = fill()
    assert [entry.position for entry in entries] == list(range(before + 1, before + 6))
    assert services.verify().holds
    assert [entry.position for entry in selectors.about(THING)] == [e.position for e in entries]


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused() -> None:
    before = selectors.last_position()
    with pytest.raises(RuntimeError, match="inside the transaction"):
        services.record("need.drafted", THING, by=None)
    assert selectors.last_position() == before


@pytest.mark.django_db(transaction=True)
def test_a_change_that_fails_leaves_no_entry() -> None:
    before = selectors.last_position()

    def change() -> None:
        with transaction.atomic():
            services.record("need.drafted", THING, by=None)
            raise BrokenError

    with pytest.raises(BrokenError):
        change()
    assert selectors.last_position() == before
    assert not selectors.about(THING).exists()


@pytest.mark.django_db
def test_the_database_refuses_to_change_an_entry() -> None:
    entry = fill()[0]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(action="need.never")


@pytest.mark.django_db
def test_the_database_refuses_to_delete_an_entry() -> None:
    entry = fill()[0]
    if (
        connection.vendor == "sqlite"
    ):  # the suite takes this trigger away so that it can empty tables
        from importlib import import_module

        refusals = import_module("keqiao.journal.migrations.0002_append_only").SQLITE
        with connection.cursor() as cursor:
            cursor.execute(next(make for make, _drop in refusals if "no_delete" in make))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).delete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value"),
    [("action", "need.never"), ("subject_key", "N-OTHER001"), ("is_success", False)],
)
def test_a_changed_entry_is_found(column: str, value: object) -> None:
    entry = fill()[2]
    lift()
    Entry.objects.filter(pk=entry.pk).update(**{column: value})
    verdict = services.verify()
    assert (verdict.holds, verdict.broken_at) == (False, entry.position)


@pytest.mark.django_db
def test_a_missing_entry_is_found() -> None:
    entry = fill()[2]
    lift()
    Entry.objects.filter(pk=entry.pk).delete()
    assert services.verify().broken_at == entry.position


@pytest.mark.django_db
def test_a_cut_tail_is_found() -> None:
    entry = fill()[-1]
    lift()
    Entry.objects.filter(pk=entry.pk).delete()
    assert services.verify().broken_at == entry.position
    assert Head.objects.get(pk=1).position == entry.position


@pytest.mark.django_db
def test_the_whole_life_of_a_need_is_told_without_names(cast: Cast) -> None:
    need = cast.open_need()
    entries = list(selectors.about(Subject("need", need.code)))
    assert [entry.action for entry in entries] == ["need.drafted", "need.submitted", "need.opened"]
    assert [entry.actor_id for entry in entries] == [cast.lin.pk, cast.lin.pk, cast.zheng.pk]
    told = "".join(str(entry.data) for entry in Entry.objects.all())
    assert not any(name in told for name in ("林小满", "郑立", "锂业", "@"))
