"""Two act on a visit in the same instant, with real commits: one of them, or both in turn, and nothing half."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.cast import Cast
from tests.needs.test_at_once import at_once
from tests.visits.arranging import arranged, confirmed, held, record
from tests.visits.test_promises import ask

from keqiao.needs.models import Need
from keqiao.visits import selectors, services, steps
from keqiao.visits.models import Confirmation, Finding, FollowUp, Pledge, Visit
from keqiao.visits.types import Answer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_stop_arranged_twice_at_once_is_one_visit(cast: Cast) -> None:
    refused = at_once(lambda: arranged(cast, key="TP-1:3"), lambda: arranged(cast, key="TP-1:3"))
    assert refused == []
    assert Visit.objects.get().experts.count() == 1


def test_two_words_at_once_close_the_record_once(cast: Cast) -> None:
    visit = held(cast)

    def word(person: object) -> object:
        return steps.confirm(Visit.objects.get(pk=visit.pk), by=person)  # type: ignore[arg-type]

    assert at_once(lambda: word(cast.lin), lambda: word(cast.chen)) == []
    visit.refresh_from_db()
    assert (visit.state, visit.confirmations.count()) == ("closed", 2)
    assert FollowUp.objects.filter(pledge__visit=visit).count() == 2


def test_a_word_and_a_new_record_at_once_leave_no_word_for_what_nobody_read(cast: Cast) -> None:
    visit = held(cast)
    seen = visit.revision
    new = replace(record(), seen="另一条产线。", found=(), pledges=())
    at_once(
        lambda: steps.confirm(Visit.objects.get(pk=visit.pk), by=cast.lin, revision=seen),
        lambda: services.record(Visit.objects.get(pk=visit.pk), new, by=cast.wu, revision=seen),
    )
    visit.refresh_from_db()
    assert visit.seen == "另一条产线。"
    assert not Confirmation.objects.filter(visit=visit).exists()


def test_a_draft_and_a_refusal_at_once_are_one_of_them(cast: Cast) -> None:
    visit = held(cast)
    number = selectors.findings(visit)[0].pk

    def found() -> Finding:
        return selectors.finding(Visit.objects.get(pk=visit.pk), number)

    waiting = found(), found()
    refused = at_once(
        lambda: steps.draft_need(waiting[0], by=cast.lin),
        lambda: steps.refuse_need(waiting[1], by=cast.lin),
    )
    visit.refresh_from_db()
    assert len(refused) == 1
    assert Need.objects.count() + visit.refused_count == 1
    assert Finding.objects.filter(pk=number).exists() == Need.objects.exists()


def test_two_answers_at_once_settle_a_promise(cast: Cast) -> None:
    visit = confirmed(cast)
    question = ask(visit, Pledge.objects.filter(visit=visit).order_by("due_on")[0])

    def answer(person: object) -> object:
        own = selectors.follow_up(visit, question.pk)
        return steps.tell(own, Answer.KEPT, by=person)  # type: ignore[arg-type]

    assert at_once(lambda: answer(cast.lin), lambda: answer(cast.chen)) == []
    assert Pledge.objects.get(pk=question.pledge_id).state == "kept"
