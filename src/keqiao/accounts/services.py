"""The only writer of persons and consents."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from keqiao.accounts import selectors
from keqiao.accounts.models import MOST_EMAIL, Consent, Person
from keqiao.accounts.types import (
    CONSENT_VERSION,
    ERASED_DOMAIN,
    ERASED_NAME,
    REQUIRED,
    Purpose,
)
from keqiao.base.errors import NotAllowed, Refused, invalid
from keqiao.base.phrases import N_
from keqiao.base.text import CONTROLS, Intake, clean_line
from keqiao.journal import services as journal
from keqiao.journal.types import Subject

WRONG_EMAIL = N_("邮箱的写法不对，请写成 name@example.cn 的样子。")
EMAIL_TAKEN = N_("这个邮箱已经有账号了，请直接登录或找回密码。")


class ConsentNeeded(Refused):
    """The purpose is what the account exists for; it ends only with the account."""

    text = N_("没有这项同意就无法保留账号。如不再使用，请在“账号设置”里注销账号。")


def subject_of(person: Person) -> Subject:
    """Return how the journal names a person: by number, never by name."""
    return Subject("person", str(person.pk))


@transaction.atomic
def create_person(
    *, email: str, name: str, password: str | None = None, by: Person | None = None
) -> Person:
    """Create a person who consents to having an account; ``password`` None leaves it unusable.

    Raises Invalid for an e-mail or a name that cannot be kept.
    """
    intake = Intake()
    address = email.strip().lower()
    intake.check(_is_email(address), "email", WRONG_EMAIL)
    shown = intake.line("name", name, most=60, required=True)
    intake.finish()
    person = Person(email=address, name=shown)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise invalid("email", EMAIL_TAKEN) from error
    welcome(person, by=by)
    return person


@transaction.atomic
def welcome(person: Person, *, by: Person | None = None) -> None:
    """Record a person who has just been saved, with the consent that an account needs."""
    journal.record("person.joined", subject_of(person), by=by or person)
    for purpose in sorted(REQUIRED):
        _give(person, purpose, by=by or person)


@transaction.atomic
def rename(person: Person, name: str, *, by: Person) -> Person:
    """Change the name that others see; everybody's own deed."""
    _refuse_others(person, by)
    person.name = clean_line(name, most=60, field="name", required=True)
    person.save(update_fields=["name"])
    journal.record("person.renamed", subject_of(person), by=by)
    return person


@transaction.atomic
def consent(person: Person, purpose: Purpose, *, by: Person) -> Consent:
    """Give consent to one purpose, which only the person can; giving it twice changes nothing."""
    _refuse_others(person, by)
    return _give(person, purpose, by=by)


def _give(person: Person, purpose: Purpose, *, by: Person) -> Consent:
    older = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None)
    older.exclude(version=CONSENT_VERSION).update(withdrawn_at=timezone.now())
    live, is_new = Consent.objects.get_or_create(
        person=person, purpose=purpose, withdrawn_at=None, defaults={"version": CONSENT_VERSION}
    )
    if is_new:
        data = {"purpose": purpose.value, "version": CONSENT_VERSION}
        journal.record("consent.given", subject_of(person), by=by, data=data)
    return live


@transaction.atomic
def withdraw(person: Person, purpose: Purpose, *, by: Person) -> None:
    """Withdraw consent to one purpose; raise ConsentNeeded for the one that an account rests on."""
    _refuse_others(person, by)
    if purpose in REQUIRED:
        raise ConsentNeeded
    live = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None)
    if live.update(withdrawn_at=timezone.now()):
        data = {"purpose": purpose.value}
        journal.record("consent.withdrawn", subject_of(person), by=by, data=data)


@transaction.atomic
def set_consents(person: Person, wanted: Iterable[Purpose], *, by: Person) -> None:
    """Make the live consents exactly ``wanted`` and the required ones."""
    keep = set(wanted) | REQUIRED
    for purpose in Purpose:
        if purpose in keep:
            consent(person, purpose, by=by)
        else:
            withdraw(person, purpose, by=by)


@transaction.atomic
def hold(person: Person, *, by: Person) -> Person:
    """Lock the row until the commit and return it, so that a word and an erasure do not pass each other.

    Raise NotAllowed for an account that is erased or closed, however it got here.
    """
    _refuse_others(person, by)
    row: Person | None = (
        Person.objects.select_for_update().filter(pk=person.pk, is_active=True).first()
    )
    if row is None:
        raise NotAllowed
    return row


@transaction.atomic
def erase(person: Person, counts: Mapping[str, int], *, by: Person) -> None:
    """Take the person out of the account: the row stays so that what was done has somebody, who is nobody.

    The room above calls this last; ``counts`` is how much it erased and kept, for the journal.
    """
    row = hold(person, by=by)
    Consent.objects.filter(person=row, withdrawn_at=None).update(withdrawn_at=timezone.now())
    EmailAddress.objects.filter(user=row).delete()
    Authenticator.objects.filter(user=row).delete()
    row.email = f"{secrets.token_hex(16)}@{ERASED_DOMAIN}"
    row.name = ERASED_NAME
    row.is_active = False
    row.last_login = None
    row.set_unusable_password()  # which also ends every session
    row.save(update_fields=["email", "name", "is_active", "last_login", "password"])
    journal.record("person.erased", subject_of(row), by=by, data=counts)
    person.refresh_from_db()


@transaction.atomic
def record_copy(person: Person, counts: Mapping[str, int], *, by: Person) -> None:
    """Record that the person took a copy of what is held."""
    _refuse_others(person, by)
    journal.record("person.copy_taken", subject_of(person), by=by, data=counts)


def record_log_in(person: Person) -> None:
    """Record a log-in that succeeded."""
    with transaction.atomic():
        journal.record("person.logged_in", subject_of(person), by=person)


def record_refused_log_in(email: str) -> None:
    """Record a log-in that failed, by the number of the account that it aimed at if there is one."""
    person = selectors.person_by_email(email)
    key = str(person.pk) if person else "unknown"
    journal.record_alone("person.log_in_refused", Subject("person", key), by=None)


def _refuse_others(person: Person, by: Person) -> None:
    if by.pk != person.pk:
        raise NotAllowed


def _is_email(address: str) -> bool:
    if len(address) > MOST_EMAIL or CONTROLS.search(address):
        return False
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True
