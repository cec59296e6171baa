"""Both sides confirm in the same instant, with real commits: the outcome counts once."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.needs.test_at_once import at_once
from tests.outcomes.test_outcomes import entered
from tests.privacy.everything import leave

from keqiao.accounts.models import Person
from keqiao.journal.models import Entry
from keqiao.organisations import services as organisations
from keqiao.outcomes import services
from keqiao.outcomes.models import Outcome

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_confirmations_at_once_make_one_outcome(cast: Cast) -> None:
    outcome = entered(cast)

    def word(person: object) -> object:
        return services.confirm(Outcome.objects.get(pk=outcome.pk), by=person)  # type: ignore[arg-type]

    assert at_once(lambda: word(cast.lin), lambda: word(cast.chen)) == []
    outcome.refresh_from_db()
    assert (outcome.state, outcome.confirmations.count()) == ("confirmed", 2)
    assert outcome.follow_ups.count() == 3


def test_a_confirmation_and_a_dispute_at_once_leave_no_half(cast: Cast) -> None:
    outcome = services.confirm(entered(cast), by=cast.lin)
    refused = at_once(
        lambda: services.confirm(Outcome.objects.get(pk=outcome.pk), by=cast.chen),
        lambda: services.dispute(Outcome.objects.get(pk=outcome.pk), "不对", by=cast.lin),
    )
    outcome.refresh_from_db()
    assert len(refused) == 1
    assert outcome.state in {"confirmed", "disputed"}
    assert (outcome.state == "confirmed") == (outcome.confirmations.count() == 2)


def test_a_word_and_an_erasure_at_once_do_not_pass_each_other(cast: Cast) -> None:
    outcome = entered(cast)
    organisations.add_member(cast.lithium, cast.ji, by=cast.lin, is_representative=True)
    refused = at_once(
        lambda: services.confirm(
            Outcome.objects.get(pk=outcome.pk), by=Person.objects.get(pk=cast.lin.pk)
        ),
        lambda: leave(Person.objects.get(pk=cast.lin.pk)),
    )
    outcome.refresh_from_db()
    given = [
        entry.action for entry in Entry.objects.filter(actor_id=cast.lin.pk).order_by("-position")
    ]
    assert given[0] == "person.erased"
    assert len(refused) == (0 if outcome.confirmations.exists() else 1)
    assert not Person.objects.get(pk=cast.lin.pk).is_active
