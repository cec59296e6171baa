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
    ]

    operations = [
        migrations.CreateModel(
            name="Pledge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("promise", "承诺"),
                            ("centre", "共建联合中心"),
                            ("base", "共建基地"),
                            ("laboratory", "共建实验室"),
                            ("training", "开展培训"),
                            ("attract", "引才"),
                            ("raise", "育才"),
                            ("retain", "留才"),
                            ("use", "用才"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "who",
                    models.CharField(
                        blank=True,
                        choices=[("firm", "企业方"), ("experts", "专家方"), ("host", "科协")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
                ("due_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "等待兑现"),
                            ("kept", "双方都说已兑现"),
                            ("dropped", "不再进行"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=1)),
                ("due_on", models.DateField()),
                ("asked_at", models.DateTimeField(null=True)),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="visits.pledge",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("asked_at", None)),
                        fields=["due_on"],
                        name="visits_follow_up_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("pledge", "number"), name="visits_asked_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
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
            name="Told",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("firm", "企业方"), ("experts", "专家方"), ("host", "科协")],
                        max_length=10,
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("kept", "已经兑现"),
                            ("not_yet", "还没有"),
                            ("no_longer", "不再进行"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(default="")),
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
                    "follow_up",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told",
                        to="visits.followup",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("follow_up", "side"), name="visits_told_once"),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ("firm", "experts"))),
                        name="visits_side_tells",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
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
                            ("arranged", "已安排"),
                            ("held", "已到访，记录待双方确认"),
                            ("disputed", "记录有异议"),
                            ("closed", "双方已确认"),
                            ("cancelled", "已取消"),
                        ],
                        default="arranged",
                        max_length=10,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("key", models.CharField(default="", max_length=80)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("place", models.CharField(default="", max_length=120)),
                ("about", models.TextField(default="")),
                ("arranged_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("cancelled_why", models.CharField(default="", max_length=200)),
                ("attendees", models.JSONField(default=list)),
                ("seen", models.TextField(default="")),
                ("advice", models.TextField(default="")),
                ("refused_count", models.PositiveSmallIntegerField(default=0)),
                ("written_at", models.DateTimeField(null=True)),
                ("dispute", models.TextField(default="")),
                ("closed_at", models.DateTimeField(null=True)),
                ("is_example", models.BooleanField(default=False)),
                (
                    "arranged_by",
                    models.ForeignKey(
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
                    "disputed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits_received",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="visits.round",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["association", "starts_at"], name="visits_by_association"),
                    models.Index(
                        fields=["organisation", "starts_at"], name="visits_by_organisation"
                    ),
                    models.Index(fields=["state", "starts_at"], name="visits_by_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("key",),
                        name="visits_one_for_a_stop",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))),
                        name="visits_have_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "closed"), ("closed_at", None), _connector="XOR"
                        ),
                        name="visits_closed_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["arranged", "cancelled"]),
                            models.Q(("written_at__isnull", False), ("written_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="visits_record_has_writer",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="pledge",
            name="visit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pledges",
                to="visits.visit",
            ),
        ),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "promise"), ("who", ""), _connector="XOR"),
                name="visits_promise_has_who",
            ),
        ),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "open"), ("settled_at__isnull", False), _connector="XOR"
                ),
                name="visits_settled_has_time",
            ),
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "need",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="needs.need",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("need", None)),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("need__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="visits_draft_by_consent",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Expert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="experts",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("visit", "person"),
                        name="visits_person_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("studio__isnull", False)),
                        fields=("visit", "studio"),
                        name="visits_studio_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("society__isnull", False)),
                        fields=("visit", "society"),
                        name="visits_society_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("society", None),
                                models.Q(
                                    ("person__isnull", False),
                                    ("studio__isnull", False),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                ("person", None), ("society__isnull", False), ("studio", None)
                            ),
                            _connector="OR",
                        ),
                        name="visits_expert_is_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("firm", "企业方"), ("experts", "专家方"), ("host", "科协")],
                        max_length=10,
                    ),
                ),
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
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="visits.visit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("visit", "side"), name="visits_one_word_a_side"
                    ),
                    models.UniqueConstraint(
                        fields=("visit", "by"), name="visits_one_word_a_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ("firm", "experts"))),
                        name="visits_side_confirms",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Addendum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("firm", "企业方"), ("experts", "专家方"), ("host", "科协")],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
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
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addenda",
                        to="visits.visit",
                    ),
                ),
            ],
        ),
    ]
