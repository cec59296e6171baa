"""Both sides confirm in the same instant, with real commits: the outcome counts once."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.needs.test_at_once import at_once
from tests.outcomes.test_outcomes import entered

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
