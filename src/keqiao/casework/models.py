"""Tables of the room: cases, their needs, parties and steps, tasks, notes, files."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.casework.states import LIVE, Stage
from keqiao.casework.types import BODIES, EndReason, NoteKind, Side
from keqiao.needs.models import Need
from keqiao.offers.models import Offer, Studio
from keqiao.organisations.models import Organisation
from keqiao.places.models import Association, Region


class Case(models.Model):
    """One case. ``next_on`` is the day on which its broker wants to look at it again."""

    code = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=10, choices=Stage.choices, default=Stage.FOUND)
    revision = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=80)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    broker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    next_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=10, choices=EndReason.choices, default="")
    opened_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    is_example = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["state", "next_on"], name="casework_by_stage"),
            models.Index(fields=["region", "state"], name="casework_by_region"),
            models.Index(fields=["broker", "state"], name="casework_by_broker"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=Stage.ENDED) ^ models.Q(end_reason=""),
                name="casework_ended_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=LIVE) ^ models.Q(closed_at__isnull=False),
                name="casework_closed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Concern(models.Model):
    """A need that a case is about; let go when the case ends. A need is in one live case at most."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="concerns")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need"],
                condition=models.Q(released_at=None),
                name="casework_need_in_one_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.need_id}"


class Party(models.Model):
    """Somebody at the table: an organisation, a studio, an association or society, or a person; one of the four."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    side = models.CharField(max_length=10, choices=Side.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, null=True, related_name="+")
    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, null=True, related_name="+"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, related_name="+")
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True)
    left_reason = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    organisation__isnull=False, studio=None, association=None, person=None
                )
                | models.Q(organisation=None, studio__isnull=False, association=None, person=None)
                | models.Q(organisation=None, studio=None, association__isnull=False, person=None)
                | models.Q(organisation=None, studio=None, association=None, person__isnull=False),
                name="casework_party_is_one",
            ),
            *(
                models.UniqueConstraint(
                    fields=["case", who],
                    condition=models.Q(**{"left_at": None, f"{who}__isnull": False}),
                    name=f"casework_{who}_once",
                )
                for who in BODIES
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.side}"


class Reader(models.Model):
    """A party that a need's owner lets read the private version, as long as the case carries the need."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="readers")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["concern", "party"], name="casework_reader_once")
        ]

    def __str__(self) -> str:
        return f"{self.concern_id} {self.party_id}"


class Step(models.Model):
    """One step of a case from stage to stage: who, when, what was noted, why it left the usual way."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=10)
    came_from = models.CharField(max_length=10, choices=Stage.choices)
    went_to = models.CharField(max_length=10, choices=Stage.choices)
    note = models.TextField(default="")
    reason = models.CharField(max_length=300, default="")
    next_on = models.DateField(null=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="casework_step_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number} {self.verb}"


class Task(models.Model):
    """Something to do until a day: the broker's, or a party's."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    text = models.CharField(max_length=200)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on"], name="casework_task_due", condition=models.Q(done_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.text


class Note(models.Model):
    """Word that came or was given; shown to the parties when it is shared, else to the staff only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=10, choices=NoteKind.choices, default=NoteKind.NOTE)
    text = models.TextField()
    is_shared = models.BooleanField(default=False)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class CaseFile(models.Model):
    """A file that the parties and the staff of a case share."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    content = models.FileField(upload_to="cases/%Y/%m", max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
