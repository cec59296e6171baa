"""Tables of the room: rounds, visits and their experts, what a record says, both sides' words, what was asked after."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.needs.models import Need
from keqiao.offers.models import Studio
from keqiao.organisations.models import Organisation
from keqiao.places.models import Association
from keqiao.visits.states import PledgeState, State
from keqiao.visits.types import CONFIRMING, Answer, Kind, Side


class Round(models.Model):
    """Visits that belong together, such as one day's three enterprises."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=80)
    about = models.TextField(default="")
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    is_example = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.title


class Visit(models.Model):
    """One visit to one enterprise and its record. ``key`` names the stop of a plan that it was arranged for.

    ``sequence`` counts what calendars have to know, ``revision`` every change; ``attendees`` are [{"name", "whom"}];
    ``refused_count`` is how many sentences about needs the enterprise had taken out.
    """

    code = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ARRANGED)
    revision = models.PositiveIntegerField(default=1)
    sequence = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=80, default="")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="visits")
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="visits_received"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=120, default="")
    about = models.TextField(default="")
    arranged_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    arranged_at = models.DateTimeField(default=timezone.now)
    cancelled_why = models.CharField(max_length=200, default="")

    attendees = models.JSONField(default=list)
    seen = models.TextField(default="")
    advice = models.TextField(default="")
    refused_count = models.PositiveSmallIntegerField(default=0)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(null=True)
    dispute = models.TextField(default="")
    disputed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    is_example = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["association", "starts_at"], name="visits_by_association"),
            models.Index(fields=["organisation", "starts_at"], name="visits_by_organisation"),
            models.Index(fields=["state", "starts_at"], name="visits_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=~models.Q(key=""), name="visits_one_for_a_stop"
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at")), name="visits_have_length"
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.CLOSED) ^ models.Q(closed_at=None),
                name="visits_closed_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.ARRANGED, State.CANCELLED])
                | models.Q(written_by__isnull=False, written_at__isnull=False),
                name="visits_record_has_writer",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Expert(models.Model):
    """Who visits: a person, a person with a studio, a studio of an organisation, or a society."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="experts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, null=True, related_name="+")
    society = models.ForeignKey(Association, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "person"],
                condition=models.Q(person__isnull=False),
                name="visits_person_once",
            ),
            models.UniqueConstraint(
                fields=["visit", "studio"],
                condition=models.Q(studio__isnull=False),
                name="visits_studio_once",
            ),
            models.UniqueConstraint(
                fields=["visit", "society"],
                condition=models.Q(society__isnull=False),
                name="visits_society_once",
            ),
            models.CheckConstraint(
                condition=models.Q(society=None)
                & (models.Q(person__isnull=False) | models.Q(studio__isnull=False))
                | models.Q(society__isnull=False, person=None, studio=None),
                name="visits_expert_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.person_id or self.studio_id or self.society_id}"


class Finding(models.Model):
    """A need found, one sentence of the record, until the enterprise makes a draft of it or has it taken out."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="findings")
    text = models.TextField()
    need = models.OneToOneField(Need, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(need=None, decided_by=None, decided_at=None)
                | models.Q(need__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="visits_draft_by_consent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.pk}"


class Pledge(models.Model):
    """Something promised by a side (``who``), or intended by both, until a day."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="pledges")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    who = models.CharField(max_length=10, choices=Side.choices, default="", blank=True)
    text = models.TextField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=PledgeState.choices, default=PledgeState.OPEN)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=Kind.PROMISE) ^ models.Q(who=""),
                name="visits_promise_has_who",
            ),
            models.CheckConstraint(
                condition=models.Q(state=PledgeState.OPEN) ^ models.Q(settled_at__isnull=False),
                name="visits_settled_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.kind}"


class Confirmation(models.Model):
    """One side's word that the record is true."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="confirmations")
    side = models.CharField(max_length=10, choices=Side.choices)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "side"], name="visits_one_word_a_side"),
            models.UniqueConstraint(fields=["visit", "by"], name="visits_one_word_a_person"),
            models.CheckConstraint(
                condition=models.Q(side__in=CONFIRMING), name="visits_side_confirms"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.side}"


class Addendum(models.Model):
    """What was added to a closed record; the record itself changes no more."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="addenda")
    side = models.CharField(max_length=10, choices=Side.choices)
    text = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.visit_id} {self.side}"


class FollowUp(models.Model):
    """The question, on its day, whether a promise was kept; ``number`` counts how often it was put."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="follow_ups")
    number = models.PositiveSmallIntegerField(default=1)
    due_on = models.DateField()
    asked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on"],
                name="visits_follow_up_due",
                condition=models.Q(asked_at=None),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "number"], name="visits_asked_once")
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id} {self.number}"


class Told(models.Model):
    """What one side answered to such a question."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="told")
    side = models.CharField(max_length=10, choices=Side.choices)
    answer = models.CharField(max_length=10, choices=Answer.choices)
    text = models.TextField(default="")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "side"], name="visits_told_once"),
            models.CheckConstraint(
                condition=models.Q(side__in=CONFIRMING), name="visits_side_tells"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follow_up_id} {self.side}"
