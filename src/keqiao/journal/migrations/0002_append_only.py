"""The database itself refuses to change or delete an entry."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    (
        (
            "CREATE TRIGGER journal_entry_no_update BEFORE UPDATE ON journal_entry "
            "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        ),
        "DROP TRIGGER IF EXISTS journal_entry_no_update",
    ),
    (
        (
            "CREATE TRIGGER journal_entry_no_delete BEFORE DELETE ON journal_entry "
            "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        ),
        "DROP TRIGGER IF EXISTS journal_entry_no_delete",
    ),
]
POSTGRESQL = [
    (
        (
            "CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$"
        ),
        "DROP FUNCTION IF EXISTS journal_append_only()",
    ),
    (
        (
            "CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE ON journal_entry "
            "FOR EACH ROW EXECUTE FUNCTION journal_append_only()"
        ),
        "DROP TRIGGER IF EXISTS journal_entry_append_only ON journal_entry",
    ),
]


def _statements(schema_editor: BaseDatabaseSchemaEditor) -> list[tuple[str, str]]:
    return SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL


def refuse(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement, _ in _statements(schema_editor):
        schema_editor.execute(statement)


def allow(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for _, statement in reversed(_statements(schema_editor)):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_entries")]
    operations = [migrations.RunPython(refuse, allow)]
