import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("places", "0002_region_centres"),
    ]

    operations = [
        migrations.CreateModel(
            name="Activity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "草稿"), ("open", "已发布"), ("cancelled", "已取消")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("camp", "科普营"),
                            ("lecture", "讲座"),
                            ("contest", "竞赛"),
                            ("open_day", "开放日"),
                            ("training", "培训"),
                            ("road_show", "路演"),
                            ("visit", "走访"),
                            ("meeting", "会议"),
                            ("congress", "代表大会"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                ("about", models.TextField(default="")),
                ("audience", models.CharField(default="", max_length=120)),
                ("least_age", models.PositiveSmallIntegerField(null=True)),
                ("most_age", models.PositiveSmallIntegerField(null=True)),
                ("partners", models.JSONField(default=list)),
                ("cost", models.CharField(default="", max_length=120)),
                ("accessibility", models.CharField(default="", max_length=200)),
                ("contact", models.CharField(default="", max_length=120)),
                ("questions", models.JSONField(default=list)),
                ("minor_fields", models.JSONField(default=dict)),
                ("retention_days", models.PositiveSmallIntegerField(default=30)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("published_at", models.DateTimeField(null=True)),
                ("cancelled_why", models.CharField(default="", max_length=200)),
                ("is_example", models.BooleanField(default=False)),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.association",
                    ),
                ),
                (
                    "copied_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="activities.activity",
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
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("content", models.FileField(upload_to="activities/")),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="activities.activity",
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                ("title", models.CharField(max_length=80)),
                ("about", models.TextField(default="")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
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
        ),
        migrations.AddField(
            model_name="activity",
            name="series",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activities",
                to="activities.series",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("least_age", None),
                    ("most_age", None),
                    ("least_age__lte", models.F("most_age")),
                    _connector="OR",
                ),
                name="activities_ages_in_order",
            ),
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "如期举行"), ("cancelled", "已取消")],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("title", models.CharField(default="", max_length=80)),
                ("starts_at", models.DateTimeField(db_index=True)),
                ("ends_at", models.DateTimeField()),
                ("place", models.CharField(max_length=120)),
                ("address", models.CharField(default="", max_length=200)),
                ("places", models.PositiveIntegerField(null=True)),
                ("taken", models.PositiveIntegerField(default=0)),
                ("opens_at", models.DateTimeField(null=True)),
                ("closes_at", models.DateTimeField(null=True)),
                (
                    "way",
                    models.CharField(
                        choices=[("first_come", "先到先得"), ("draw", "抽签")],
                        default="first_come",
                        max_length=10,
                    ),
                ),
                ("draws_at", models.DateTimeField(null=True)),
                ("most_waiting", models.PositiveIntegerField(null=True)),
                ("most_per_family", models.PositiveSmallIntegerField(null=True)),
                ("most_per_school", models.PositiveSmallIntegerField(null=True)),
                ("most_per_region", models.PositiveSmallIntegerField(null=True)),
                ("offer_hours", models.PositiveSmallIntegerField(default=24)),
                ("cancelled_why", models.CharField(default="", max_length=200)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="activities.activity",
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("places", None), ("taken__lte", models.F("places")), _connector="OR"
                        ),
                        name="activities_never_oversold",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))),
                        name="activities_sessions_have_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("way", "draw"), _negated=True),
                            ("draws_at__isnull", False),
                            _connector="OR",
                        ),
                        name="activities_draws_have_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("way", "draw"), _negated=True),
                            ("places__isnull", False),
                            _connector="OR",
                        ),
                        name="activities_draws_have_places",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(db_index=True, max_length=20)),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="themes",
                        to="activities.activity",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("activity", "name"), name="activities_one_theme_each"
                    )
                ],
            },
        ),
    ]
