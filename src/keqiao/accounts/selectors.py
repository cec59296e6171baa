"""Questions about persons."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from keqiao.accounts.models import MOST_EMAIL, Consent, Person
from keqiao.accounts.types import CONSENT_VERSION, ERASED_DOMAIN, Held, Purpose
from keqiao.base.errors import Invalid
from keqiao.base.text import clean_line


def person_by_email(email: str) -> Person | None:
    """Return the person who logs in with ``email``, however its letters are cased."""
    try:
        address = clean_line(email, most=MOST_EMAIL).lower()
    except Invalid:
        return None
    return Person.objects.filter(email=address).first()


def consents(person: Person) -> dict[Purpose, Consent]:
    """Return the live consents of ``person`` by purpose: those to the wording of today."""
    live = Consent.objects.filter(person=person, withdrawn_at=None, version=CONSENT_VERSION)
    return {Purpose(consent.purpose): consent for consent in live}


def outdated(person: Person) -> list[Consent]:
    """Return the live consents to an older wording: they count no more until they are given again."""
    live = Consent.objects.filter(person=person, withdrawn_at=None)
    return list(live.exclude(version=CONSENT_VERSION).order_by("pk"))


def consent_ledger(person: Person) -> list[Consent]:
    """Return every consent that ``person`` ever gave, newest first."""
    return list(Consent.objects.filter(person=person).order_by("-granted_at", "-pk"))


def has_consented(person: Person, purpose: Purpose) -> bool:
    """Tell whether ``person`` consents to ``purpose`` now, in the wording of today."""
    return bool(consenting([person.pk], purpose))


def consenting(person_ids: Iterable[int], purpose: Purpose) -> set[int]:
    """Return those of the numbered persons who consent to ``purpose`` now, in one query."""
    live = Consent.objects.filter(
        person__in=set(person_ids),
        purpose=purpose,
        withdrawn_at=None,
        version=CONSENT_VERSION,
    )
    return set(live.values_list("person_id", flat=True))


def is_erased(person: Person) -> bool:
    """Tell whether the account was erased; the row stays, with nothing of the person in it."""
    return not person.is_active and person.email.endswith(f"@{ERASED_DOMAIN}")


def names(person_ids: Iterable[int]) -> dict[int, str]:
    """Return names by number, in one query; unknown numbers are left out."""
    return dict(Person.objects.filter(pk__in=set(person_ids)).values_list("pk", "name"))


def held_about(person: Person) -> Held:
    """Return what the room and its log-in library hold about a person; no password, no secret of a second factor."""
    consented = Consent.objects.filter(person=person).order_by("pk")
    return {
        "account": [
            {
                "number": person.pk,
                "name": person.name,
                "email": person.email,
                "joined_at": person.joined_at,
                "last_log_in_at": person.last_login,
            }
        ],
        "emails": list(
            EmailAddress.objects.filter(user=person).order_by("pk").values("email", "verified")
        ),
        "second_factors": list(
            Authenticator.objects.filter(user=person)
            .order_by("pk")
            .values("type", "created_at", "last_used_at")
        ),
        "consents": list(consented.values("purpose", "version", "granted_at", "withdrawn_at")),
    }
