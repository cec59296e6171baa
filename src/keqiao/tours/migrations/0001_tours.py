import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("needs", "0005_notes_are_reviews"),
        ("offers", "0002_notes_are_reviews"),
        ("organisations", "0004_schools"),
        ("places", "0002_region_centres"),
        ("visits", "0001_visits"),
    ]

    operations = [
        migrations.CreateModel(
            name="Expert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stops_a_day", models.PositiveSmallIntegerField(default=3)),
                ("stops_count", models.PositiveSmallIntegerField(default=6)),
                ("away", models.JSONField(default=list)),
                (
                    "home",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.region",
                    ),
                ),
                ("industries", models.JSONField(default=list)),
                ("subjects", models.JSONField(default=list)),
                (
                    "studio",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offers.studio",
                    ),
                ),
                (
                    "society",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.association",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Day",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day_on", models.DateField()),
                ("leaves_at", models.DateTimeField()),
                ("returns_at", models.DateTimeField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("kilometres", models.FloatField()),
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="tours.expert",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("expert", "day_on"), name="tours_one_way_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("returns_at__gt", models.F("leaves_at"))),
                        name="tours_comes_home",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Firm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(default="", max_length=120)),
                ("hours", models.JSONField(default=list)),
                ("stay", models.PositiveSmallIntegerField(default=90)),
                ("wanted", models.PositiveSmallIntegerField(default=1)),
                ("away", models.JSONField(default=list)),
                ("missing_count", models.PositiveSmallIntegerField(default=0)),
                ("gaps", models.JSONField(default=list)),
                (
                    "industry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.industry",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="needs.need",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.region",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.subject",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Alternate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField()),
                ("score", models.FloatField()),
                ("parts", models.JSONField(default=list)),
                ("free", models.PositiveSmallIntegerField()),
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tours.expert",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alternates",
                        to="tours.firm",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("firm", "expert"), name="tours_alternate_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                ("title", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "拟定中"),
                            ("applied", "已安排"),
                            ("discarded", "已作废"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                ("solved_revision", models.PositiveIntegerField(default=0)),
                ("begins_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("off", models.JSONField(default=list)),
                ("is_fair", models.BooleanField(default=True)),
                ("threshold", models.PositiveSmallIntegerField()),
                ("leaves", models.PositiveSmallIntegerField()),
                ("returns", models.PositiveSmallIntegerField()),
                ("hour_points", models.PositiveSmallIntegerField()),
                ("speed", models.PositiveSmallIntegerField()),
                ("detour", models.PositiveSmallIntegerField()),
                ("seconds", models.PositiveSmallIntegerField()),
                ("problems", models.JSONField(default=list)),
                ("notes", models.JSONField(default=list)),
                ("points", models.FloatField(default=0)),
                ("bound", models.FloatField(default=0)),
                ("without_fairness", models.FloatField(default=0)),
                ("served_count", models.PositiveIntegerField(default=0)),
                ("solved_at", models.DateTimeField(null=True)),
                ("took", models.FloatField(default=0)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "applied_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.association",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["association", "-begins_on"], name="tours_by_association")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("begins_on"))),
                        name="tours_ends_after",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returns__gt", models.F("leaves")), ("returns__lte", 1440)
                        ),
                        name="tours_returns_after",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("detour__gte", 100),
                            ("seconds__range", (1, 60)),
                            ("speed__gt", 0),
                            ("threshold__lte", 100),
                        ),
                        name="tours_terms",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("solved_revision__lte", models.F("revision"))),
                        name="tours_solved_is_past",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "applied"), ("applied_at", None), _connector="XOR"
                        ),
                        name="tours_applied_has_time",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="firm",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="firms", to="tours.plan"
            ),
        ),
        migrations.AddConstraint(
            model_name="firm",
            constraint=models.UniqueConstraint(
                fields=("plan", "organisation"), name="tours_firm_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="firm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("need__isnull", False),
                    ("industry__isnull", False),
                    ("subject__isnull", False),
                    _connector="OR",
                ),
                name="tours_firm_is_about",
            ),
        ),
        migrations.AddConstraint(
            model_name="firm",
            constraint=models.CheckConstraint(
                condition=models.Q(("stay__range", (15, 480)), ("wanted__range", (1, 5))),
                name="tours_receives",
            ),
        ),
        migrations.AddField(
            model_name="expert",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="experts", to="tours.plan"
            ),
        ),
        migrations.AddConstraint(
            model_name="expert",
            constraint=models.UniqueConstraint(fields=("plan", "studio"), name="tours_expert_once"),
        ),
        migrations.AddConstraint(
            model_name="expert",
            constraint=models.UniqueConstraint(
                fields=("plan", "society"), name="tours_society_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="expert",
            constraint=models.CheckConstraint(
                condition=models.Q(("studio", None), ("society", None), _connector="XOR"),
                name="tours_expert_is_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="expert",
            constraint=models.CheckConstraint(
                condition=models.Q(("stops_a_day__range", (1, 4)), ("stops_count__lte", 31)),
                name="tours_stops",
            ),
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("lock", "锁定"), ("ban", "排除")], max_length=4),
                ),
                ("day_on", models.DateField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rulings",
                        to="tours.expert",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rulings",
                        to="tours.firm",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("firm", "expert"), name="tours_ruled_once"),
                    models.CheckConstraint(
                        condition=models.Q(("day_on", None), ("kind", "lock"), _connector="OR"),
                        name="tours_only_locks_have_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("kilometres", models.FloatField()),
                ("score", models.FloatField()),
                ("parts", models.JSONField(default=list)),
                ("is_locked", models.BooleanField(default=False)),
                (
                    "day",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stops",
                        to="tours.day",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stops",
                        to="tours.firm",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "firm"), name="tours_stop_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="tours_stop_has_length",
                    ),
                ],
            },
        ),
    ]
