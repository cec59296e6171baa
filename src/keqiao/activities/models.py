"""Tables of the room: series, activities, their sessions and documents."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities.states import SessionState, State
from keqiao.activities.types import Kind, Way
from keqiao.places.models import Association, Region

RETENTION = 30  # days after a session's end until what was held about minors is deleted, unless said otherwise


class Series(models.Model):
    """Activities that belong together, such as one summer's camps."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=80)
    about = models.TextField(default="")
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.title


class Activity(models.Model):
    """What is organised, by which node of the tree, for whom; ages in completed years, both ends included.

    ``questions`` are the activity's own: [{"key", "text", "kind", "choices", "is_required", "why"}]; ``partners`` is a
    list of names. ``minor_fields`` says which fields about a child it needs beyond name and birthday, and why:
    {"school" | "grade" | "emergency" | "health": why}. Who may see it asks ``published_at``: what was cancelled before
    that was never seen.
    """

    code = models.CharField(max_length=12, unique=True)
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, null=True, related_name="activities"
    )
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=80)
    about = models.TextField(default="")
    audience = models.CharField(max_length=120, default="")
    least_age = models.PositiveSmallIntegerField(null=True)
    most_age = models.PositiveSmallIntegerField(null=True)
    partners = models.JSONField(default=list)
    cost = models.CharField(max_length=120, default="")  # as stated; nothing is paid here
    accessibility = models.CharField(max_length=200, default="")
    contact = models.CharField(max_length=120, default="")  # whom to ask; anybody reads it
    questions = models.JSONField(default=list)
    minor_fields = models.JSONField(default=dict)
    retention_days = models.PositiveSmallIntegerField(default=RETENTION)
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="copies"
    )
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)
    cancelled_why = models.CharField(max_length=200, default="")
    is_example = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(least_age=None)
                | models.Q(most_age=None)
                | models.Q(least_age__lte=models.F("most_age")),
                name="activities_ages_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Theme(models.Model):
    """A word that an activity is found by, a row of its own so that every database finds it."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="themes")
    name = models.CharField(max_length=20, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "name"], name="activities_one_theme_each")
        ]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """One time at one place. ``taken`` counts places that are held, offered or given: one update at a time, never over.

    ``leader`` reads what is held for the day itself. ``most_per_…`` are limits on places for one guardian, school or
    county, None without. ``sequence`` counts changes, for calendars. An offer from the waiting list lapses after
    ``offer_hours``.
    """

    code = models.CharField(max_length=12, unique=True)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="sessions")
    state = models.CharField(
        max_length=10, choices=SessionState.choices, default=SessionState.PLANNED
    )
    sequence = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=80, default="")
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=120)
    address = models.CharField(max_length=200, default="")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    leader = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    places = models.PositiveIntegerField(null=True)  # None: come as you are, nothing is counted
    taken = models.PositiveIntegerField(default=0)
    opens_at = models.DateTimeField(null=True)  # of sign-up; None: from publication
    closes_at = models.DateTimeField(null=True)  # None: when it starts
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.FIRST_COME)
    draws_at = models.DateTimeField(null=True)
    most_waiting = models.PositiveIntegerField(null=True)
    most_per_family = models.PositiveSmallIntegerField(null=True)
    most_per_school = models.PositiveSmallIntegerField(null=True)
    most_per_region = models.PositiveSmallIntegerField(null=True)
    offer_hours = models.PositiveSmallIntegerField(default=24)
    cancelled_why = models.CharField(max_length=200, default="")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(places=None) | models.Q(taken__lte=models.F("places")),
                name="activities_never_oversold",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at")),
                name="activities_sessions_have_length",
            ),
            models.CheckConstraint(
                condition=~models.Q(way="draw") | models.Q(draws_at__isnull=False),
                name="activities_draws_have_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(way="draw") | models.Q(places__isnull=False),
                name="activities_draws_have_places",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def free_count(self) -> int | None:
        """How many places are left; None when none are counted."""
        return None if self.places is None else max(0, self.places - self.taken)


class Document(models.Model):
    """A file that belongs to an activity, such as a programme; for everybody who sees the activity."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="documents")
    name = models.CharField(max_length=120)
    content = models.FileField(upload_to="activities/")
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
