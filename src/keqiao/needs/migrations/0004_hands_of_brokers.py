from django.db import migrations


def note_carriers(apps, schema_editor):
    """Give every broker who took a need a hand in it, as the journal tells; authors are known by the need's row."""
    needs = apps.get_model("needs", "Need").objects
    hands = apps.get_model("needs", "Hand").objects
    taken = apps.get_model("journal", "Entry").objects.filter(
        action="need.taken", actor_id__isnull=False
    )
    for code, person, at in taken.order_by("position").values_list("subject_key", "actor_id", "at"):
        need = needs.filter(code=code).first()
        if need is not None:
            hands.get_or_create(need=need, person_id=person, defaults={"since_at": at})


class Migration(migrations.Migration):
    dependencies = [
        ("needs", "0003_hands"),
        ("journal", "0001_entries"),
    ]

    operations = [
        migrations.RunPython(note_carriers, migrations.RunPython.noop),
    ]
