"""Tables of the room: plans, their experts and firms, what was ruled, and what the engine proposes."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.needs.models import Need
from keqiao.offers.models import Studio
from keqiao.organisations.models import Organisation
from keqiao.places.models import Association, Industry, Region, Subject
from keqiao.tours.states import State
from keqiao.tours.types import (
    LONGEST_STAY,
    MOST_IN_PLAN,
    MOST_SECONDS,
    MOST_WANTED,
    SHORTEST_STAY,
    RulingKind,
)
from keqiao.visits.models import Visit


class Plan(models.Model):
    """Visits of some days in an association's area. Terms as in ``types.Terms``; days are local calendar days.

    ``solved_revision`` is what the proposal answers: where it is not ``revision``, the engine is still at work.
    ``problems`` hold why there is no proposal, ``notes`` what else it says; points and bound as in the engine's Plan.
    """

    code = models.CharField(max_length=12, unique=True)
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    solved_revision = models.PositiveIntegerField(default=0)

    begins_on = models.DateField()
    ends_on = models.DateField()
    off = models.JSONField(default=list)
    is_fair = models.BooleanField(default=True)
    threshold = models.PositiveSmallIntegerField()
    leaves = models.PositiveSmallIntegerField()
    returns = models.PositiveSmallIntegerField()
    hour_points = models.PositiveSmallIntegerField()
    speed = models.PositiveSmallIntegerField()
    detour = models.PositiveSmallIntegerField()
    seconds = models.PositiveSmallIntegerField()

    problems = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    points = models.FloatField(default=0)
    bound = models.FloatField(default=0)
    without_fairness = models.FloatField(default=0)
    served_count = models.PositiveIntegerField(default=0)
    solved_at = models.DateTimeField(null=True)
    took = models.FloatField(default=0)  # seconds

    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    applied_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["association", "-begins_on"], name="tours_by_association")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("begins_on")), name="tours_ends_after"
            ),
            models.CheckConstraint(
                condition=models.Q(returns__gt=models.F("leaves"), returns__lte=1440),
                name="tours_returns_after",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    threshold__lte=100, speed__gt=0, detour__gte=100, seconds__range=(1, MOST_SECONDS)
                ),
                name="tours_terms",
            ),
            models.CheckConstraint(
                condition=models.Q(solved_revision__lte=models.F("revision")),
                name="tours_solved_is_past",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.APPLIED) ^ models.Q(applied_at=None),
                name="tours_applied_has_time",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def days(self) -> list[dt.date]:
        """Return the days on which somebody may travel, in their order."""
        count = (self.ends_on - self.begins_on).days + 1
        every = [self.begins_on + dt.timedelta(days=number) for number in range(count)]
        return [day for day in every if day.isoformat() not in self.off]

    @property
    def is_solved(self) -> bool:
        """Tell whether the proposal answers what the plan says now."""
        return self.solved_revision == self.revision

    @property
    def cost(self) -> float:
        """Return the points that serving as many firms as can be took."""
        return max(0.0, self.without_fairness - self.points)

    @property
    def gap(self) -> float:
        """Return by how many hundredths of the bound the proposal may be from the best one."""
        return max(0.0, 100 * (self.bound - self.points) / self.bound) if self.bound > 0 else 0.0


class Expert(models.Model):
    """A studio or a society that visits: from where, how often; ``away`` are days (ISO) on which it does not.

    ``industries`` and ``subjects`` are codes that the desk entered, beside what a studio's offers say.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="experts")
    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, null=True, related_name="+")
    society = models.ForeignKey(Association, on_delete=models.PROTECT, null=True, related_name="+")
    industries = models.JSONField(default=list)
    subjects = models.JSONField(default=list)
    home = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    stops_a_day = models.PositiveSmallIntegerField(default=3)
    stops_count = models.PositiveSmallIntegerField(default=6)
    away = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "studio"], name="tours_expert_once"),
            models.UniqueConstraint(fields=["plan", "society"], name="tours_society_once"),
            models.CheckConstraint(
                condition=models.Q(studio=None) ^ models.Q(society=None),
                name="tours_expert_is_one",
            ),
            models.CheckConstraint(
                condition=models.Q(stops_a_day__range=(1, 4), stops_count__lte=MOST_IN_PLAN),
                name="tours_stops",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.studio_id or self.society_id}"

    @property
    def body(self) -> Studio | Association:
        """Return who visits, each with a code and a name."""
        found = self.studio or self.society
        assert found is not None  # noqa: S101 - the constraint
        return found


class Firm(models.Model):
    """An enterprise to be visited, for a need or only for its industry or subject.

    ``hours`` are spans of a day in minutes after midnight, ``stay`` is in minutes; ``gaps`` hold what to relax where
    visits are missing.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="firms")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, null=True, related_name="+")
    industry = models.ForeignKey(Industry, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=120, default="")
    hours = models.JSONField(default=list)
    stay = models.PositiveSmallIntegerField(default=90)
    wanted = models.PositiveSmallIntegerField(default=1)
    away = models.JSONField(default=list)
    missing_count = models.PositiveSmallIntegerField(default=0)
    gaps = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "organisation"], name="tours_firm_once"),
            models.CheckConstraint(
                condition=models.Q(need__isnull=False)
                | models.Q(industry__isnull=False)
                | models.Q(subject__isnull=False),
                name="tours_firm_is_about",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    stay__range=(SHORTEST_STAY, LONGEST_STAY), wanted__range=(1, MOST_WANTED)
                ),
                name="tours_receives",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.organisation_id}"


class Ruling(models.Model):
    """What somebody ruled about a firm and an expert, a lock perhaps with its day; it outlives every run."""

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="rulings")
    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="rulings")
    kind = models.CharField(max_length=4, choices=RulingKind.choices)
    day_on = models.DateField(null=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "expert"], name="tours_ruled_once"),
            models.CheckConstraint(
                condition=models.Q(day_on=None) | models.Q(kind=RulingKind.LOCK),
                name="tours_only_locks_have_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.expert_id} {self.kind}"


class Day(models.Model):
    """One expert's way through one day; the road is estimated, ``minutes`` and ``kilometres`` are of the whole day."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="days")
    day_on = models.DateField()
    leaves_at = models.DateTimeField()
    returns_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    kilometres = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["expert", "day_on"], name="tours_one_way_a_day"),
            models.CheckConstraint(
                condition=models.Q(returns_at__gt=models.F("leaves_at")), name="tours_comes_home"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expert_id} {self.day_on}"


class Stop(models.Model):
    """One visit of a day, with the road before it; the parts add up to the score. ``visit`` is there once applied."""

    day = models.ForeignKey(Day, on_delete=models.CASCADE, related_name="stops")
    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="stops")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    kilometres = models.FloatField()
    score = models.FloatField()
    parts = models.JSONField(default=list)
    is_locked = models.BooleanField(default=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "firm"], name="tours_stop_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="tours_stop_has_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day_id} {self.firm_id}"


class Alternate(models.Model):
    """Somebody else who could come to a firm within the rules; ``free`` is how many stops the expert has left."""

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="alternates")
    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="+")
    rank = models.PositiveSmallIntegerField()
    score = models.FloatField()
    parts = models.JSONField(default=list)
    free = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "expert"], name="tours_alternate_once")
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.expert_id}"
