"""Tables of the room: plans, what was ruled in them, and what they propose."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.assignments.states import State
from keqiao.assignments.types import MOST_PLACES, MOST_WANTED, RulingKind, Skipped
from keqiao.casework.models import Case
from keqiao.invitations.models import Invitation
from keqiao.needs.models import Need
from keqiao.offers.models import Offer, Studio
from keqiao.places.models import Association


class Plan(models.Model):
    """The proposal for a week (its Monday) of an association's area.

    Terms as in ``types.Terms``. Sums and prices are points; ``lowest`` is the best score of the worst-off need.
    """

    code = models.CharField(max_length=12, unique=True)
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="+")
    week_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)

    threshold = models.PositiveSmallIntegerField()
    floor = models.PositiveSmallIntegerField(null=True)
    newcomers = models.PositiveSmallIntegerField()
    wanted = models.PositiveSmallIntegerField()
    has_cases = models.BooleanField(default=False)

    needs_count = models.PositiveIntegerField(default=0)
    places_count = models.PositiveIntegerField(default=0)
    newcomers_count = models.PositiveIntegerField(default=0)
    total = models.FloatField(default=0)
    best = models.FloatField(default=0)
    price_locks = models.FloatField(default=0)
    price_floor = models.FloatField(default=0)
    price_newcomers = models.FloatField(default=0)
    lowest = models.FloatField(null=True)
    notes = models.JSONField(default=list)

    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    applied_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["association", "-week_on"], name="assignments_by_week")]
        constraints = [
            models.UniqueConstraint(
                fields=["association", "week_on"],
                condition=models.Q(state=State.DRAFT),
                name="assignments_one_draft_a_week",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.APPLIED) ^ models.Q(applied_at=None),
                name="assignments_applied_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    threshold__lte=100, newcomers__lte=100, wanted__range=(1, MOST_WANTED)
                )
                & (models.Q(floor=None) | models.Q(floor__lte=100)),
                name="assignments_terms",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.week_on}"

    @property
    def price(self) -> float:
        """Return what all rules took together, in points."""
        return self.price_locks + self.price_floor + self.price_newcomers


class Item(models.Model):
    """One row of a plan: a need, with the case that carries it or was opened for it; or a case that lost its broker.

    ``key`` is the code of the need, else of the case. ``gaps`` and ``broker_gaps`` hold why places stayed empty,
    ``before`` the codes of whom the run before had chosen.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=12)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    missing_count = models.PositiveSmallIntegerField(default=0)
    gaps = models.JSONField(default=list)
    broker_gaps = models.JSONField(default=list)
    before = models.JSONField(default=list)
    is_moved = models.BooleanField(default=False)
    skipped = models.CharField(max_length=10, choices=Skipped.choices, default="")
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="assignments_item_once"),
            models.CheckConstraint(
                condition=models.Q(need__isnull=False) | models.Q(case__isnull=False),
                name="assignments_item_is_about",
            ),
            models.CheckConstraint(
                condition=models.Q(taken_at=None) | models.Q(case__isnull=False),
                name="assignments_taken_has_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.key}"


class Choice(models.Model):
    """Somebody for a row, chosen or next best: a studio with the offer that fits, or a broker.

    The parts add up to the score. ``places`` is what the studio or broker can take in this week, ``free`` what is left.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="choices")
    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, null=True, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, related_name="+")
    broker = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    rank = models.PositiveSmallIntegerField()
    score = models.FloatField()
    parts = models.JSONField(default=list)
    is_chosen = models.BooleanField()
    is_locked = models.BooleanField(default=False)
    is_newcomer = models.BooleanField(default=False)
    places = models.PositiveSmallIntegerField()
    free = models.PositiveSmallIntegerField()
    skipped = models.CharField(max_length=10, choices=Skipped.choices, default="")
    invitation = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(studio__isnull=False) ^ models.Q(broker__isnull=False),
                name="assignments_choice_is_one",
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=models.Q(is_chosen=True, broker__isnull=False),
                name="assignments_one_broker",
            ),
            models.UniqueConstraint(
                fields=["item", "studio"], name="assignments_studio_once_a_need"
            ),
            models.UniqueConstraint(
                fields=["item", "broker"], name="assignments_broker_once_a_need"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.studio_id or self.broker_id} {self.score}"


class Ruling(models.Model):
    """What somebody ruled about a row of the plan and a studio or broker; it outlives every run."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="rulings")
    key = models.CharField(max_length=12)  # of the row
    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, null=True, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, related_name="+")
    broker = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=4, choices=RulingKind.choices)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(studio__isnull=False) ^ models.Q(broker__isnull=False),
                name="assignments_ruling_is_one",
            ),
            models.UniqueConstraint(
                fields=["plan", "key", "studio"], name="assignments_ruled_once"
            ),
            models.UniqueConstraint(
                fields=["plan", "key", "broker"], name="assignments_broker_ruled_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.key} {self.kind}"


class Capacity(models.Model):
    """What a plan counts with instead of what is known: places of a studio, or live cases that a broker carries."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="capacities")
    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, null=True, related_name="+")
    broker = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    count = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(studio__isnull=False) ^ models.Q(broker__isnull=False),
                name="assignments_capacity_is_one",
            ),
            models.CheckConstraint(
                condition=models.Q(count__lte=MOST_PLACES), name="assignments_capacity_most"
            ),
            models.UniqueConstraint(fields=["plan", "studio"], name="assignments_places_once"),
            models.UniqueConstraint(fields=["plan", "broker"], name="assignments_load_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.studio_id or self.broker_id} {self.count}"
