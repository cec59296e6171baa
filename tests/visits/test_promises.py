"""Promises and intents come back on their days; kept is what both sides call kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.cast import Cast
from tests.visits.arranging import actions, confirmed, held

from keqiao.base.errors import NotAllowed
from keqiao.base.states import WrongState
from keqiao.visits import selectors, steps
from keqiao.visits.models import FollowUp, Pledge, Visit
from keqiao.visits.states import PledgeState
from keqiao.visits.types import AGAIN_DAYS, MOST_ASKED, Answer, Kind

pytestmark = pytest.mark.django_db


def asked(cast: Cast) -> FollowUp:
    """Return the question about 林小满's promise, whose day has come."""
    visit = confirmed(cast)
    return ask(visit, Pledge.objects.get(visit=visit, kind=Kind.PROMISE))


def ask(visit: Visit, pledge: Pledge) -> FollowUp:
    FollowUp.objects.filter(pledge=pledge, asked_at=None).update(due_on=timezone.localdate())
    for question in selectors.to_ask(timezone.localdate()):
        assert steps.ask_after(question)
    found = FollowUp.objects.filter(pledge=pledge).order_by("number").last()
    assert found is not None
    return selectors.follow_up(visit, found.pk)


def test_a_promise_comes_back_only_of_a_record_that_both_confirmed(cast: Cast) -> None:
    held(cast)
    assert not FollowUp.objects.exists()
    far = timezone.localdate() + timedelta(days=400)
    assert not selectors.to_ask(far)
    visit = confirmed(cast)
    days = sorted(one.due_on for one in selectors.to_ask(far))
    today = timezone.localdate()
    assert days == [today + timedelta(days=7), today + timedelta(days=90)]
    assert not selectors.to_ask(today + timedelta(days=6))
    assert len(selectors.pledges(visit)) == 2


def test_on_its_day_both_sides_are_asked_once_by_the_platform(cast: Cast) -> None:
    question = asked(cast)
    assert not steps.ask_after(question)
    with pytest.raises(NotAllowed):
        steps.ask_after(question, by=cast.wu)
    for person in (cast.lin, cast.chen):
        assert selectors.to_tell(person) == [question]
    for person in (cast.wu, cast.he, cast.gu, cast.ji):
        assert selectors.to_tell(person) == []
    assert actions(question.pledge.visit)[-1] == "visit.asked_after"


def test_kept_is_what_both_sides_call_kept(cast: Cast) -> None:
    question = asked(cast)
    steps.tell(question, Answer.KEPT, text="渣样已寄出。", by=cast.lin)
    assert Pledge.objects.get(pk=question.pledge_id).state == PledgeState.OPEN
    assert selectors.to_tell(cast.lin) == []
    with pytest.raises(steps.Answered):
        steps.tell(question, Answer.NOT_YET, by=cast.lin)
    steps.tell(question, Answer.KEPT, by=cast.chen)
    pledge = Pledge.objects.get(pk=question.pledge_id)
    assert pledge.state == PledgeState.KEPT
    assert pledge.settled_at is not None
    with pytest.raises(WrongState):
        steps.tell(question, Answer.KEPT, by=cast.chen)
    visit = question.pledge.visit
    assert selectors.became([visit], by=cast.lin)[visit.pk].pledges == {
        "open": 1,
        "kept": 1,
        "dropped": 0,
    }
    assert actions(visit)[-2:] == ["visit.told", "visit.told"]


@pytest.mark.parametrize("other", [Answer.NOT_YET, Answer.NO_LONGER])
def test_what_one_side_does_not_call_kept_comes_back(cast: Cast, other: Answer) -> None:
    question = asked(cast)
    steps.tell(question, Answer.KEPT, by=cast.lin)
    steps.tell(question, other, by=cast.chen)
    again = FollowUp.objects.get(pledge=question.pledge_id, number=2)
    assert again.due_on == timezone.localdate() + timedelta(days=AGAIN_DAYS)
    assert again.asked_at is None
    assert Pledge.objects.get(pk=question.pledge_id).state == PledgeState.OPEN


def test_what_no_side_calls_kept_and_one_gives_up_is_dropped(cast: Cast) -> None:
    question = asked(cast)
    steps.tell(question, Answer.NO_LONGER, text="项目停了。", by=cast.lin)
    steps.tell(question, Answer.NOT_YET, by=cast.chen)
    assert Pledge.objects.get(pk=question.pledge_id).state == PledgeState.DROPPED
    assert not FollowUp.objects.filter(pledge=question.pledge_id, number=2).exists()


def test_it_does_not_come_back_for_ever(cast: Cast) -> None:
    question = asked(cast)
    FollowUp.objects.filter(pk=question.pk).update(number=MOST_ASKED)
    question.refresh_from_db()
    for person in (cast.lin, cast.chen):
        steps.tell(question, Answer.NOT_YET, by=person)
    assert FollowUp.objects.filter(pledge=question.pledge_id).count() == 1


def test_who_does_not_answer_for_a_side(cast: Cast) -> None:
    question = asked(cast)
    for stranger in (cast.gu, cast.zhou, cast.ji):
        with pytest.raises(NotAllowed):
            steps.tell(question, Answer.KEPT, by=stranger)
    with pytest.raises(steps.HostConfirms):
        steps.tell(question, Answer.KEPT, by=cast.wu)
    assert not question.told.exists()


def test_before_its_day_nobody_answers(cast: Cast) -> None:
    visit = confirmed(cast)
    number = FollowUp.objects.filter(pledge__visit=visit).values_list("pk", flat=True).first()
    question = selectors.follow_up(visit, number or 0)
    with pytest.raises(WrongState):
        steps.tell(question, Answer.KEPT, by=cast.lin)
    with pytest.raises(NotAllowed):
        steps.ask_after(question)
