"""Tables of the room: teams, projects, shifts, hours, and the wishes to correct them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.places.models import Association, Region
from keqiao.proofs.models import Proof
from keqiao.volunteering.judged import Draw, Review, Reviewer, Sample
from keqiao.volunteering.states import LIVE, Membership, ShiftState, State
from keqiao.volunteering.types import Gender, MarkKind

__all__ = [
    "Draw", "Hours", "Indicator", "Mark", "Member", "Milestone", "Project", "Proven", "Review", "Reviewer",
    "Sample", "Shift", "SignUp", "Team", "Value", "Volunteer", "Wish",
]  # fmt: skip


class Volunteer(models.Model):
    """What a person states of themself as a volunteer. No number of an identity card is kept, by decision."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="volunteer")
    gender = models.CharField(max_length=6, choices=Gender.choices, default="")
    born_on = models.DateField(null=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    phone = models.CharField(max_length=30, default="")
    skills = models.JSONField(default=list)
    services = models.JSONField(default=list)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.person_id)


class Team(models.Model):
    """Volunteers of one node of the tree."""

    code = models.CharField(max_length=12, unique=True)
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    about = models.TextField(default="")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    is_example = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Member(models.Model):
    """Somebody who asked to join a team; a leader admits. Who leaves and comes back is a new row."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=Membership.choices, default=Membership.ASKED)
    is_leader = models.BooleanField(default=False)
    text = models.CharField(max_length=300, default="")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person"],
                condition=models.Q(state__in=LIVE),
                name="volunteering_one_membership",
            ),
            models.CheckConstraint(
                condition=models.Q(is_leader=False) | models.Q(state__in=["member", "left"]),
                name="volunteering_leaders_are_members",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.person_id}"


class Mark(models.Model):
    """What a leader wrote down about a member: insurance and training with their ends, commendations, evaluations."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=12, choices=MarkKind.choices)
    title = models.CharField(max_length=200)
    issuer = models.CharField(max_length=100, default="")
    place = models.CharField(max_length=120, default="")
    given_on = models.DateField()
    until_on = models.DateField(null=True)
    minutes = models.PositiveIntegerField(null=True)
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("given_on")),
                name="volunteering_marks_end_after",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=MarkKind.INSURANCE) | models.Q(until_on__isnull=False),
                name="volunteering_insurance_has_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}"


class Project(models.Model):
    """What a team, or a node without one, sets out to do from a day to a day."""

    code = models.CharField(max_length=12, unique=True)
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="projects")
    title = models.CharField(max_length=80)
    aim = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField()
    outcomes = models.JSONField(default=list)  # codes of outcomes of cases
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    is_example = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_on__lte=models.F("until_on")),
                name="volunteering_projects_have_length",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Milestone(models.Model):
    """Something that a project reaches until a day."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="milestones")
    title = models.CharField(max_length=80)
    due_on = models.DateField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reached_on = models.DateField(null=True)
    note = models.CharField(max_length=300, default="")
    reached_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.title


class Indicator(models.Model):
    """What a project measures itself by: its own, with a unit and a target."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="indicators")
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=20)
    target = models.DecimalField(max_digits=12, decimal_places=2)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"], name="volunteering_indicator_named_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Value(models.Model):
    """What an indicator stood at on a day, and where that was read; the newest counts, none is changed."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="values")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    measured_on = models.DateField()
    source = models.CharField(max_length=200)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.amount}"


class Shift(models.Model):
    """One time at one place, on a session of an activity or alone. ``taken`` is counted by one update, never over."""

    code = models.CharField(max_length=12, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="shifts")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=ShiftState.choices, default=ShiftState.PLANNED)
    title = models.CharField(max_length=80)
    work = models.TextField()
    served = models.CharField(max_length=120, default="")
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=120)
    places = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    skills = models.JSONField(default=list)
    needs_insurance = models.BooleanField(default=False)
    needs_training = models.BooleanField(default=False)
    leader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    cancelled_why = models.CharField(max_length=200, default="")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("places")),
                name="volunteering_never_overfull",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at")),
                name="volunteering_shifts_have_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class SignUp(models.Model):
    """Somebody who has a place in a shift, or gave it back."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="sign_ups")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "person"],
                condition=models.Q(withdrawn_at=None),
                name="volunteering_one_sign_up",
            )
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.person_id}"


class Hours(models.Model):
    """One entry of hours, in minutes. Its content never changes: an error is corrected by an entry that replaces it.

    The entry that ``replaces`` another counts in its place once it is checked; until then the old one counts. Zero
    minutes say that nothing was done after all.
    """

    code = models.CharField(max_length=12, unique=True)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="hours")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECORDED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    work = models.TextField()
    quality = models.CharField(max_length=200, default="")
    reason = models.CharField(max_length=300, default="")
    is_overlapping = models.BooleanField(default=False)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections"
    )
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, default="")  # why it was returned

    class Meta:
        indexes = [
            models.Index(fields=["person", "state", "starts_at"], name="volunteering_hours_of"),
            models.Index(fields=["state", "recorded_at"], name="volunteering_hours_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["replaces"],
                condition=~models.Q(state=State.RETURNED),
                name="volunteering_one_correction",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__lte=models.F("ends_at")),
                name="volunteering_hours_in_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(recorded_by=models.F("person")),
                name="volunteering_not_recorded_by_self",
            ),
            models.CheckConstraint(
                condition=models.Q(checked_by=None)
                | (
                    ~models.Q(checked_by=models.F("person"))
                    & ~models.Q(checked_by=models.F("recorded_by"))
                ),
                name="volunteering_checked_by_second",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[State.CHECKED, State.REPLACED])
                | models.Q(checked_at__isnull=False),
                name="volunteering_checked_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.minutes}"


class Wish(models.Model):
    """A volunteer's wish to have hours corrected, or to have entered what is missing; answered until a day.

    A spot check that finds an entry wrong makes one too, in its own name.
    """

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="wishes")
    hours = models.ForeignKey(Hours, on_delete=models.PROTECT, null=True, related_name="wishes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")  # whose hours
    text = models.TextField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    answer = models.TextField(default="")
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    correction = models.ForeignKey(Hours, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "person"],
                condition=models.Q(answered_at=None),
                name="volunteering_one_open_wish",
            )
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.person_id}"


class Proven(models.Model):
    """An entry of hours that a proof rests on."""

    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, related_name="+")
    hours = models.ForeignKey(Hours, on_delete=models.PROTECT, related_name="proven")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proof", "hours"], name="volunteering_proven_once")
        ]

    def __str__(self) -> str:
        return f"{self.proof_id} {self.hours_id}"
