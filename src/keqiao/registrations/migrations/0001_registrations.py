import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("activities", "0001_activities"),
        ("guardians", "0001_guardians"),
        ("places", "0002_region_centres"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seed", models.CharField(max_length=64)),
                ("seed_hash", models.CharField(max_length=64)),
                ("announced_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sealed", models.TextField(default="")),
                ("digest", models.CharField(default="", max_length=64)),
                ("sealed_at", models.DateTimeField(null=True)),
                ("drawn_at", models.DateTimeField(null=True)),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draw",
                        to="activities.session",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("drawn_at", None), ("sealed_at__isnull", False), _connector="OR"
                        ),
                        name="registrations_sealed_before_drawn",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("count", models.PositiveSmallIntegerField()),
                ("until", models.DateTimeField(db_index=True)),
                (
                    "person",
                    models.ForeignKey(
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
                        fields=("session", "person"), name="registrations_one_hold_each"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Registration",
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
                        choices=[
                            ("entered", "等待抽签"),
                            ("confirmed", "报名成功"),
                            ("waiting", "候补中"),
                            ("offered", "有名额，等您确认"),
                            ("lapsed", "没有得到名额"),
                            ("cancelled", "已取消"),
                        ],
                        default="entered",
                        max_length=10,
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                ("lot", models.CharField(default="", max_length=12)),
                ("turn", models.PositiveIntegerField(null=True)),
                ("offered_until", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "minor",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registration",
                        to="guardians.minor",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.region",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registrations",
                        to="activities.session",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["session", "state"], name="registrations_by_state"),
                    models.Index(
                        condition=models.Q(("state", "offered")),
                        fields=["offered_until"],
                        name="registrations_offers_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("minor", None),
                            ("state__in", ("entered", "confirmed", "waiting", "offered")),
                        ),
                        fields=("session", "person"),
                        name="registrations_nobody_twice",
                    ),
                    models.UniqueConstraint(
                        fields=("session", "turn"), name="registrations_one_turn_each"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("lot", ""), _negated=True),
                        fields=("session", "lot"),
                        name="registrations_one_lot_each",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "waiting"), _negated=True),
                            ("turn__isnull", False),
                            _connector="OR",
                        ),
                        name="registrations_who_waits_has_a_turn",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "offered"), _negated=True),
                            ("offered_until__isnull", False),
                            _connector="OR",
                        ),
                        name="registrations_offers_end",
                    ),
                ],
            },
        ),
    ]
