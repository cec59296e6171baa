"""The ground that every test stands on: a database with the reference tables, a folder of its own, no network.

Run with ``make test``; a single file runs with ``KEQIAO_DEBUG=1 .venv/bin/pytest tests/needs``.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection
from django.db.models.signals import post_migrate
from tests.kept import REFERENCE

pytest_plugins = ["tests.cast", "tests.crew", "tests.platforms", "tests.postoffice"]

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings
    from pytest_django.plugin import DjangoDbBlocker

OWN = {"django_content_type", "auth_permission"}
ROWS = {"db", "transactional_db", "live_server"}
COMMITTING = {"transactional_db", "live_server", "committed"}


def pytest_configure() -> None:
    """Make the folder of the test database, as ``make test`` does."""
    from django.conf import settings

    settings.KEQIAO_HOME.mkdir(parents=True, exist_ok=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests that commit last: each empties the database but for the reference tables.

    On the second database what opens none is left out: the first has said all (`tools/test.py`).
    """
    if os.environ.get("KEQIAO_TEST_ONLY_ROWS"):
        config.hook.pytest_deselected(items=[item for item in items if not opens_rows(item)])
        items[:] = [item for item in items if opens_rows(item)]
    items.sort(key=_commits)


def pytest_collection_finish() -> None:
    """Look for garbage less often: whatever was imported and collected stays, and a tenth of the time went into it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def opens_rows(item: pytest.Item) -> bool:
    """Tell whether a test may open the database: to any other the plugin forbids it."""
    asks = item.get_closest_marker("django_db") is not None
    return asks or bool(ROWS & set(getattr(item, "fixturenames", ())))


def spare_what_never_changes() -> None:
    """Leave regions, industries, subjects and Django's own names of tables where they are when the rest is emptied.

    They are loaded once; Django would make its own anew after each test that commits.
    """
    tables = connection.introspection.django_table_names

    def all_others(*given: bool, **named: bool) -> list[str]:
        return [name for name in tables(*given, **named) if name not in REFERENCE | OWN]

    connection.introspection.django_table_names = all_others  # type: ignore[method-assign]  # Django has no setting
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


def empty_by_rows() -> None:
    """Empty PostgreSQL by deleting what is there: TRUNCATE makes every table's files anew, however few have rows."""

    def statements(_style: object, tables: list[str], **_given: bool) -> list[str]:
        named = {name: connection.ops.quote_name(name) for name in tables}
        asked = [f"SELECT '{name}' WHERE EXISTS (SELECT FROM {it})" for name, it in named.items()]  # noqa: S608 - Django's own names
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(asked))
            filled = [named[name] for (name,) in cursor.fetchall()]
        deleted = [f"DELETE FROM {name}" for name in filled]  # noqa: S608 - the same
        return [
            "SET session_replication_role = replica",
            *deleted,
            "RESET session_replication_role",
        ]

    connection.ops.sql_flush = statements  # type: ignore[method-assign, assignment]  # the same


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    is_marked = marker is not None and bool(marker.kwargs.get("transaction"))
    return is_marked or bool(COMMITTING & set(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,  # noqa: ARG001 - extends the plugin's own
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Load the reference tables once, for good; let tests that commit empty the journal when they are done."""
    from keqiao.places import services as places

    with django_db_blocker.unblock():
        places.load_reference()
        spare_what_never_changes()
        if connection.vendor == "postgresql":
            empty_by_rows()  # and without triggers
        else:
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER IF EXISTS journal_entry_no_delete")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Path:
    """Give every test its own folder for index, files and locks; words only, unless a test asks for meaning."""
    from keqiao.search import readers

    settings.KEQIAO_HOME = tmp_path
    settings.INDEX_HOME = tmp_path / "index"
    settings.INDEX = None
    settings.ENCODER, settings.ENCODER_BEFORE = "none", ""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    readers.forget()
    return tmp_path
