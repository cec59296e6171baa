"""Tables of the room: places held while a form is filled, registrations, draws."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.activities.models import Session
from keqiao.guardians.models import Minor
from keqiao.places.models import Region
from keqiao.registrations.states import LIVE, State


class Hold(models.Model):
    """Places that are kept for a person who fills the form, until a moment."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"], name="registrations_one_hold_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.count}"


class Registration(models.Model):
    """One place for one person or one child, or the wish for it; ``person`` signed up, for ``minor`` or for themselves.

    Of a pupil whose guardian confirmed by a link, ``person`` is the teacher who entered the class.
    ``turn`` orders those who wait, by number; ``offered_until`` ends an offer. ``answers`` are a grown-up's to the
    activity's own questions; a child's stand with the child. ``region`` is the county that the person named where a
    session limits by county. The code is also the ticket's and is shown to its holder only; ``lot`` is what a draw
    publishes instead.
    """

    code = models.CharField(max_length=12, unique=True)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="registrations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    minor = models.OneToOneField(
        Minor, on_delete=models.PROTECT, null=True, related_name="registration"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.ENTERED)
    answers = models.JSONField(default=dict)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    lot = models.CharField(max_length=12, default="")
    turn = models.PositiveIntegerField(null=True)
    offered_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["session", "state"], name="registrations_by_state"),
            models.Index(
                fields=["offered_until"],
                condition=models.Q(state=State.OFFERED),
                name="registrations_offers_due",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=models.Q(minor=None, state__in=LIVE),
                name="registrations_nobody_twice",
            ),
            models.UniqueConstraint(fields=["session", "turn"], name="registrations_one_turn_each"),
            models.UniqueConstraint(
                fields=["session", "lot"],
                condition=~models.Q(lot=""),
                name="registrations_one_lot_each",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.WAITING) | models.Q(turn__isnull=False),
                name="registrations_who_waits_has_a_turn",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.OFFERED) | models.Q(offered_until__isnull=False),
                name="registrations_offers_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class Draw(models.Model):
    """How places of one session are drawn: what was promised, what was sealed, what came of it.

    The SHA-256 of the ``seed`` is public from ``announced_at``, before anybody can enter; the seed itself when lots
    were drawn. ``sealed`` are the lots entered when sign-up closed, a family a line, fixed by their ``digest``.
    """

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="draw")
    seed = models.CharField(max_length=64)
    seed_hash = models.CharField(max_length=64)
    announced_at = models.DateTimeField(default=timezone.now)
    sealed = models.TextField(default="")
    digest = models.CharField(max_length=64, default="")
    sealed_at = models.DateTimeField(null=True)
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(drawn_at=None) | models.Q(sealed_at__isnull=False),
                name="registrations_sealed_before_drawn",
            )
        ]

    def __str__(self) -> str:
        return self.seed_hash  # never the seed: rows are printed in logs
