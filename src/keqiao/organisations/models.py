"""Tables of the room: organisations and memberships."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from keqiao.accounts.models import Person
from keqiao.organisations.types import Kind, Standing
from keqiao.places.models import Region


class Organisation(models.Model):
    """A body that persons act for. The credit code is unique where there is one."""

    code = models.CharField(max_length=12, unique=True)
    revision = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    credit_code = models.CharField(max_length=18, null=True, unique=True)  # noqa: DJ001 - many have none
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    about = models.TextField(default="")
    standing = models.CharField(
        max_length=10, choices=Standing.choices, default=Standing.WAITING, db_index=True
    )
    standing_note = models.CharField(max_length=300, default="")
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged"
    )
    is_example = models.BooleanField(default=False)
    registered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "region"], name="organisations_name_in_region"),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("pk")),
                name="organisations_not_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person who acts for an organisation; ended, never deleted."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    is_representative = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=models.Q(ended_at=None),
                name="organisations_one_live_membership",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} @{self.organisation_id}"
