"""Questions about persons."""

from __future__ import annotations

from collections.abc import Iterable

from keqiao.accounts.models import MOST_EMAIL, Consent, Person
from keqiao.accounts.types import Purpose
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
    """Return the live consents of ``person`` by purpose."""
    live = Consent.objects.filter(person=person, withdrawn_at=None)
    return {Purpose(consent.purpose): consent for consent in live}


def consent_ledger(person: Person) -> list[Consent]:
    """Return every consent that ``person`` ever gave, newest first."""
    return list(Consent.objects.filter(person=person).order_by("-granted_at", "-pk"))


def has_consented(person: Person, purpose: Purpose) -> bool:
    """Tell whether ``person`` consents to ``purpose`` now."""
    return Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).exists()


def names(person_ids: Iterable[int]) -> dict[int, str]:
    """Return names by number, in one query; unknown numbers are left out."""
    return dict(Person.objects.filter(pk__in=set(person_ids)).values_list("pk", "name"))
