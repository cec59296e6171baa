"""Tables of the room: readers and what they prefer, notices, and the mails that wait or went."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.base.phrases import Phrase
from keqiao.messaging.states import State
from keqiao.messaging.types import Kind, Language, Rhythm, Way, unpacked


class Reader(models.Model):
    """How a person wants to be written to; who has no row has the defaults."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, choices=Language.choices, default=Language.CHINESE)
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.DAILY)

    def __str__(self) -> str:
        return f"{self.person_id} {self.language} {self.rhythm}"


class Preference(models.Model):
    """The way that a person chose for one kind; without a row the kind's default."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    way = models.CharField(max_length=10, choices=Way.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="messaging_one_way_each")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.way}"


class Notice(models.Model):
    """One thing that a person is told; said in the reader's language when it is read.

    ``digest_on`` is the day of the digest that told it, for a notice whose ``way`` is that.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.CharField(max_length=120)
    way = models.CharField(max_length=10, choices=Way.choices)
    said = models.JSONField()  # a packed phrase
    why = models.JSONField(default=list)  # further sentences
    path = models.CharField(max_length=200)
    about = models.CharField(max_length=120, default="")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    digest_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="messaging_told_once")
        ]
        indexes = [
            models.Index(
                fields=["person"], condition=models.Q(read_at=None), name="messaging_unread"
            ),
            models.Index(fields=["person", "-created_at"], name="messaging_newest"),
            models.Index(
                fields=["person"],
                condition=models.Q(way=Way.DIGEST, digest_on=None, read_at=None),
                name="messaging_for_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.key}"

    @property
    def phrase(self) -> Phrase:
        """Return the sentence, unsaid."""
        return unpacked(self.said)


class Mail(models.Model):
    """One mail to one person, of which there is one however often it is asked for.

    ``lines`` are packed phrases with their paths; the address is looked up when it goes and is not kept here.
    ``answer`` is what the server said, without addresses.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices, default="")  # "": a digest
    key = models.CharField(max_length=120)
    about = models.CharField(max_length=120, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    lines = models.JSONField()
    method = models.CharField(max_length=10, default="")  # of the calendar entry that goes with it
    ics = models.TextField(default="")
    message_id = models.CharField(max_length=200, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="messaging_mailed_once"),
            models.CheckConstraint(
                condition=~models.Q(state=State.SENDING) | models.Q(claimed_at__isnull=False),
                name="messaging_sending_is_claimed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(state=State.WAITING),
                name="messaging_mail_due",
            ),
            models.Index(fields=["state", "claimed_at"], name="messaging_mail_state"),
            models.Index(fields=["about", "created_at"], name="messaging_mail_about"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.key} {self.state}"
