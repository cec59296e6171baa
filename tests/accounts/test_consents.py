"""Consent by purpose: given, withdrawn, and every one kept in the ledger."""

from __future__ import annotations

import pytest
from tests.cast import Cast

from keqiao.accounts import selectors, services
from keqiao.accounts.models import Consent
from keqiao.accounts.types import CONSENT_VERSION, Purpose
from keqiao.base.errors import NotAllowed
from keqiao.journal.models import Entry

pytestmark = pytest.mark.django_db


def test_consent_is_given_once_however_often_it_is_said(cast: Cast) -> None:
    first = services.consent(cast.lin, Purpose.CONTACT, by=cast.lin)
    before = Entry.objects.count()
    assert services.consent(cast.lin, Purpose.CONTACT, by=cast.lin) == first
    assert Entry.objects.count() == before
    assert first.version == CONSENT_VERSION
    assert selectors.has_consented(cast.lin, Purpose.CONTACT)
    assert not selectors.has_consented(cast.zhou, Purpose.CONTACT)


def test_a_withdrawn_consent_ends_and_stays_in_the_ledger(cast: Cast) -> None:
    services.consent(cast.lin, Purpose.MAIL, by=cast.lin)
    services.withdraw(cast.lin, Purpose.MAIL, by=cast.lin)
    services.consent(cast.lin, Purpose.MAIL, by=cast.lin)
    services.withdraw(cast.lin, Purpose.MAIL, by=cast.lin)
    assert not selectors.has_consented(cast.lin, Purpose.MAIL)
    ledger = [c for c in selectors.consent_ledger(cast.lin) if c.purpose == Purpose.MAIL]
    assert len(ledger) == 2
    assert all(consent.withdrawn_at for consent in ledger)
    assert Entry.objects.latest("position").action == "consent.withdrawn"
    assert Entry.objects.latest("position").data == {"purpose": "mail"}


def test_withdrawing_what_was_never_given_changes_nothing(cast: Cast) -> None:
    before = Entry.objects.count()
    services.withdraw(cast.lin, Purpose.SELECTION, by=cast.lin)
    assert Entry.objects.count() == before


def test_the_consent_that_the_account_rests_on_cannot_be_withdrawn(cast: Cast) -> None:
    with pytest.raises(services.ConsentNeeded) as refusal:
        services.withdraw(cast.lin, Purpose.ACCOUNT, by=cast.lin)
    assert "注销" in refusal.value.phrase.say()
    assert selectors.has_consented(cast.lin, Purpose.ACCOUNT)


def test_switches_are_set_all_at_once(cast: Cast) -> None:
    services.set_consents(cast.lin, [Purpose.CONTACT, Purpose.MAIL], by=cast.lin)
    assert set(selectors.consents(cast.lin)) == {Purpose.ACCOUNT, Purpose.CONTACT, Purpose.MAIL}
    services.set_consents(cast.lin, [Purpose.SELECTION], by=cast.lin)
    assert set(selectors.consents(cast.lin)) == {Purpose.ACCOUNT, Purpose.SELECTION}
    services.set_consents(cast.lin, [], by=cast.lin)
    assert set(selectors.consents(cast.lin)) == {Purpose.ACCOUNT}
    assert Consent.objects.filter(person=cast.lin).count() == 4


def test_nobody_consents_or_withdraws_for_somebody_else(cast: Cast) -> None:
    services.consent(cast.lin, Purpose.MAIL, by=cast.lin)
    for other in (cast.zhou, cast.he):
        with pytest.raises(NotAllowed):
            services.consent(cast.lin, Purpose.CONTACT, by=other)
        with pytest.raises(NotAllowed):
            services.withdraw(cast.lin, Purpose.MAIL, by=other)
        with pytest.raises(NotAllowed):
            services.set_consents(cast.lin, [], by=other)
    assert set(selectors.consents(cast.lin)) == {Purpose.ACCOUNT, Purpose.MAIL}
