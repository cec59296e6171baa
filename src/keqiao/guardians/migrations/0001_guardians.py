import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("activities", "0001_activities"),
    ]

    operations = [
        migrations.CreateModel(
            name="Deletion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("term", "期限已到"),
                            ("withdrawn", "监护人撤回同意"),
                            ("cancelled", "报名取消"),
                            ("emptied", "监护人自己删去"),
                            ("unasked", "活动不再要这一项"),
                        ],
                        max_length=10,
                    ),
                ),
                ("minors", models.PositiveIntegerField()),
                ("fields", models.JSONField(default=list)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="activities.session",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Minor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                ("guardian_name", models.CharField(default="", max_length=60)),
                ("guardian_phone", models.CharField(default="", max_length=30)),
                ("name", models.CharField(default="", max_length=60)),
                ("born_on", models.DateField(null=True)),
                ("school", models.CharField(default="", max_length=80)),
                ("grade", models.CharField(default="", max_length=20)),
                ("emergency_name", models.CharField(default="", max_length=60)),
                ("emergency_phone", models.CharField(default="", max_length=30)),
                ("health_note", models.TextField(default="")),
                ("answers", models.JSONField(default=dict)),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("kept_days", models.PositiveSmallIntegerField()),
                ("delete_on", models.DateField(db_index=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "guardian",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="activities.session",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at", None)),
                        fields=("session", "guardian", "name", "born_on"),
                        name="guardians_a_child_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deleted_at", None),
                            models.Q(
                                ("answers", {}),
                                ("born_on", None),
                                ("emergency_name", ""),
                                ("emergency_phone", ""),
                                ("grade", ""),
                                ("guardian_name", ""),
                                ("guardian_phone", ""),
                                ("health_note", ""),
                                ("name", ""),
                                ("school", ""),
                            ),
                            _connector="OR",
                        ),
                        name="guardians_deleted_is_empty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("taking_part", "参加活动"),
                            ("emergency", "紧急联系"),
                            ("health", "健康照护"),
                            ("photographs", "拍摄和使用照片"),
                        ],
                        max_length=20,
                    ),
                ),
                ("shown", models.TextField()),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "minor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="guardians.minor",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("minor", "purpose"),
                        name="guardians_one_live_consent",
                    )
                ],
            },
        ),
    ]
