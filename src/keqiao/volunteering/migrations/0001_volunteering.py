import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("activities", "0001_activities"),
        ("places", "0002_region_centres"),
        ("proofs", "0001_proofs"),
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
                ("month_on", models.DateField()),
                ("seed", models.CharField(max_length=64)),
                ("among_count", models.PositiveIntegerField()),
                ("drawn_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.association",
                    ),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hours",
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
                            ("recorded", "待复核"),
                            ("checked", "已复核"),
                            ("returned", "已退回"),
                            ("replaced", "已被更正"),
                        ],
                        default="recorded",
                        max_length=10,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("minutes", models.PositiveIntegerField()),
                ("work", models.TextField()),
                ("quality", models.CharField(default="", max_length=200)),
                ("reason", models.CharField(default="", max_length=300)),
                ("is_overlapping", models.BooleanField(default=False)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("checked_at", models.DateTimeField(null=True)),
                ("note", models.CharField(default="", max_length=300)),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="volunteering.hours",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                ("title", models.CharField(max_length=80)),
                ("aim", models.TextField()),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("outcomes", models.JSONField(default=list)),
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
            name="Milestone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                ("due_on", models.DateField()),
                ("reached_on", models.DateField(null=True)),
                ("note", models.CharField(default="", max_length=300)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reached_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="milestones",
                        to="volunteering.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("unit", models.CharField(max_length=20)),
                ("target", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="indicators",
                        to="volunteering.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "name"), name="volunteering_indicator_named_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Proven",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "hours",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proven",
                        to="volunteering.hours",
                    ),
                ),
                (
                    "proof",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="proofs.proof",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("proof", "hours"), name="volunteering_proven_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
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
                        choices=[("open", "评审中"), ("decided", "已有结论")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("criteria", models.JSONField()),
                ("evidence", models.JSONField()),
                ("gathered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_on", models.DateField()),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("passed", "通过"),
                            ("rework", "整改后再评"),
                            ("failed", "不通过"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("advice", models.TextField(default="")),
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
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="volunteering.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("project",),
                        name="volunteering_one_open_review",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "decided"), ("result", ""), _connector="XOR"),
                        name="volunteering_decided_has_result",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reviewer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("invited_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("scores", models.JSONField(default=list)),
                ("text", models.TextField(default="")),
                ("scored_at", models.DateTimeField(null=True)),
                ("declined_why", models.CharField(default="", max_length=200)),
                ("declined_at", models.DateTimeField(null=True)),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviewers",
                        to="volunteering.review",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("review", "person"), name="volunteering_invited_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scored_at", None), ("declined_at", None), _connector="OR"
                        ),
                        name="volunteering_scores_or_declines",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                (
                    "finding",
                    models.CharField(
                        choices=[("confirmed", "属实"), ("wrong", "不符，需更正")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(default="", max_length=300)),
                ("found_at", models.DateTimeField(null=True)),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="volunteering.draw",
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "hours",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="volunteering.hours",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("draw", "hours"), name="volunteering_drawn_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Shift",
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
                        choices=[("planned", "如期进行"), ("cancelled", "已取消")],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                ("work", models.TextField()),
                ("served", models.CharField(default="", max_length=120)),
                ("starts_at", models.DateTimeField(db_index=True)),
                ("ends_at", models.DateTimeField()),
                ("place", models.CharField(max_length=120)),
                ("places", models.PositiveIntegerField()),
                ("taken", models.PositiveIntegerField(default=0)),
                ("skills", models.JSONField(default=list)),
                ("needs_insurance", models.BooleanField(default=False)),
                ("needs_training", models.BooleanField(default=False)),
                ("cancelled_why", models.CharField(default="", max_length=200)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "leader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shifts",
                        to="volunteering.project",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="activities.session",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("taken__lte", models.F("places"))),
                        name="volunteering_never_overfull",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))),
                        name="volunteering_shifts_have_length",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="hours",
            name="shift",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hours",
                to="volunteering.shift",
            ),
        ),
        migrations.AddIndex(
            model_name="hours",
            index=models.Index(
                fields=["person", "state", "starts_at"], name="volunteering_hours_of"
            ),
        ),
        migrations.AddIndex(
            model_name="hours",
            index=models.Index(fields=["state", "recorded_at"], name="volunteering_hours_waiting"),
        ),
        migrations.AddConstraint(
            model_name="hours",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "returned"), _negated=True),
                fields=("replaces",),
                name="volunteering_one_correction",
            ),
        ),
        migrations.AddConstraint(
            model_name="hours",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_at__lte", models.F("ends_at"))),
                name="volunteering_hours_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="hours",
            constraint=models.CheckConstraint(
                condition=models.Q(("recorded_by", models.F("person")), _negated=True),
                name="volunteering_not_recorded_by_self",
            ),
        ),
        migrations.AddConstraint(
            model_name="hours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by", None),
                    models.Q(
                        models.Q(("checked_by", models.F("person")), _negated=True),
                        models.Q(("checked_by", models.F("recorded_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="volunteering_checked_by_second",
            ),
        ),
        migrations.AddConstraint(
            model_name="hours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["checked", "replaced"]), _negated=True),
                    ("checked_at__isnull", False),
                    _connector="OR",
                ),
                name="volunteering_checked_has_time",
            ),
        ),
        migrations.CreateModel(
            name="SignUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_ups",
                        to="volunteering.shift",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("shift", "person"),
                        name="volunteering_one_sign_up",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                ("name", models.CharField(max_length=60)),
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
        migrations.AddField(
            model_name="project",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="projects",
                to="volunteering.team",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_on__lte", models.F("until_on"))),
                name="volunteering_projects_have_length",
            ),
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "申请中"),
                            ("member", "成员"),
                            ("refused", "未通过"),
                            ("left", "已退出"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("is_leader", models.BooleanField(default=False)),
                ("text", models.CharField(default="", max_length=300)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="volunteering.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "member"))),
                        fields=("team", "person"),
                        name="volunteering_one_membership",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_leader", False), ("state__in", ["member", "left"]), _connector="OR"
                        ),
                        name="volunteering_leaders_are_members",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Value",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("measured_on", models.DateField()),
                ("source", models.CharField(max_length=200)),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="values",
                        to="volunteering.indicator",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Volunteer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "gender",
                    models.CharField(
                        choices=[("", "不填"), ("female", "女"), ("male", "男")],
                        default="",
                        max_length=6,
                    ),
                ),
                ("born_on", models.DateField(null=True)),
                ("phone", models.CharField(default="", max_length=30)),
                ("skills", models.JSONField(default=list)),
                ("services", models.JSONField(default=list)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="volunteer",
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
            ],
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_on", models.DateField()),
                ("answer", models.TextField(default="")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "correction",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="volunteering.hours",
                    ),
                ),
                (
                    "hours",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wishes",
                        to="volunteering.hours",
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
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wishes",
                        to="volunteering.shift",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)),
                        fields=("shift", "person"),
                        name="volunteering_one_open_wish",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
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
                            ("insurance", "保险"),
                            ("training", "培训"),
                            ("commendation", "表彰奖励"),
                            ("evaluation", "评价"),
                        ],
                        max_length=12,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("issuer", models.CharField(default="", max_length=100)),
                ("place", models.CharField(default="", max_length=120)),
                ("given_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("minutes", models.PositiveIntegerField(null=True)),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="volunteering.member",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on", None),
                            ("until_on__gte", models.F("given_on")),
                            _connector="OR",
                        ),
                        name="volunteering_marks_end_after",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "insurance"), _negated=True),
                            ("until_on__isnull", False),
                            _connector="OR",
                        ),
                        name="volunteering_insurance_has_end",
                    ),
                ],
            },
        ),
    ]
