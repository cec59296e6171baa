"""Tables of the room: persons and their consents."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from keqiao.accounts.types import Purpose

MOST_EMAIL = 254  # characters, RFC 5321


class Person(AbstractBaseUser):
    """Someone with a log-in. The e-mail is kept in lower case; the name as its bearer writes it."""

    email = models.EmailField(max_length=MOST_EMAIL, unique=True)
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = BaseUserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_email_once")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the name; Django and allauth ask for it."""
        return self.name


class Consent(models.Model):
    """One consent to one purpose; withdrawing ends it, a new one is a new row."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    version = models.CharField(max_length=20)
    granted_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=models.Q(withdrawn_at=None),
                name="accounts_one_live_consent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose}"
