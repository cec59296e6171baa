"""Notices tell what happens from now on: on a database in use the follower begins at the journal's end."""

from django.db import migrations


def begin_now(apps, schema_editor):
    entry = apps.get_model("journal", "Entry")
    cursor = apps.get_model("reactions", "Cursor")
    newest = entry.objects.order_by("-position").values_list("position", flat=True).first()
    cursor.objects.get_or_create(name="notices", defaults={"position": newest or 0})


class Migration(migrations.Migration):
    dependencies = [
        ("reactions", "0001_cursors"),
        ("journal", "0002_append_only"),
    ]

    operations = [migrations.RunPython(begin_now, migrations.RunPython.noop)]
