"""An outcome counts when both sides confirm it, and by no other way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.cast import Cast

from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.casework import selectors as casework
from keqiao.casework import services as case_services
from keqiao.casework.models import Case
from keqiao.casework.types import Side, StepContent
from keqiao.journal import selectors as journal
from keqiao.organisations import policies as organisation_policies
from keqiao.organisations import services as organisations
from keqiao.outcomes import selectors, services
from keqiao.outcomes.models import FollowUp, Outcome
from keqiao.outcomes.types import Answer, Content, Kind, Use

pytestmark = pytest.mark.django_db
YES = (Answer.YES, Answer.YES, Answer.PARTLY)


def content(**changes: object) -> Content:
    values: dict[str, object] = {
        "kind": Kind.CONTRACT,
        "text": "签订锂渣微粉技术开发合同，先做千吨级试验。",
        "happened_on": timezone.localdate(),
        "amount": Decimal("360000.00"),
    }
    return Content(**{**values, **changes})  # type: ignore[arg-type]


def entered(cast: Cast, case: Case | None = None, **changes: object) -> Outcome:
    return services.enter(case or cast.table(), content(**changes), by=cast.wu)


def confirmed(cast: Cast, case: Case | None = None) -> Outcome:
    outcome = services.confirm(entered(cast, case), by=cast.lin)
    return services.confirm(outcome, by=cast.chen)


def test_it_counts_when_both_sides_confirmed(cast: Cast) -> None:
    outcome = services.confirm(entered(cast), by=cast.lin)
    assert outcome.state == "proposed"
    assert not selectors.counted().exists()
    services.confirm(outcome, by=cast.chen)
    assert outcome.state == "confirmed"
    assert list(selectors.counted()) == [outcome]
    done = [entry.action for entry in journal.about(services.subject_of(outcome))]
    assert done == [
        "outcome.entered",
        "outcome.side_confirmed",
        "outcome.side_confirmed",
        "outcome.confirmed",
    ]


@pytest.mark.parametrize("name", ["wu", "zhou", "gu", "he", "sun", "zheng", "ji"])
def test_nobody_else_confirms_and_no_side_twice(cast: Cast, name: str) -> None:
    outcome = services.confirm(entered(cast), by=cast.lin)
    with pytest.raises(NotAllowed):
        services.confirm(outcome, by=getattr(cast, name))
    with pytest.raises(services.Confirmed):
        services.confirm(outcome, by=cast.lin)
    assert outcome.state == "proposed"


def test_one_person_does_not_speak_for_both_sides(cast: Cast) -> None:
    outcome = entered(cast)
    organisations.add_member(cast.lithium, cast.chen, by=cast.lin)
    organisation_policies.forget(cast.chen)
    with pytest.raises(services.BothSides):
        services.confirm(outcome, by=cast.chen)


def test_one_body_does_not_confirm_with_itself_after_a_merger(cast: Cast) -> None:
    case = cast.case()
    case_services.add_party(case, cast.rival, Side.ANSWERS, by=cast.wu)
    outcome = services.confirm(entered(cast, case), by=cast.zhou)
    organisations.merge(cast.rival, cast.lithium, by=cast.he)
    organisation_policies.forget(cast.lin)
    with pytest.raises(services.BothSides):
        services.confirm(outcome, by=cast.lin)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "好"}, "text"),
        ({"amount": None}, "amount"),
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("1.234")}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"happened_on": None}, "happened_on"),
        ({"kind": Kind.TRAINING, "amount": None}, "people"),
        ({"text": "签订合同\x00签订合同签订合同"}, "text"),
    ],
)
def test_what_cannot_be_kept_is_refused(cast: Cast, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        entered(cast, None, **changes)
    assert field in {problem.field for problem in refusal.value.problems}
    assert not Outcome.objects.exists()


def test_tomorrow_has_no_outcome(cast: Cast) -> None:
    with pytest.raises(Invalid):
        entered(cast, happened_on=timezone.localdate() + timedelta(days=1))


def test_a_dispute_stops_it_until_the_administrator_above_decides(cast: Cast) -> None:
    outcome = services.confirm(entered(cast), by=cast.lin)
    services.dispute(outcome, "金额不对，是 30 万。", by=cast.chen)
    for person in (cast.chen, cast.lin):
        with pytest.raises(WrongState):
            services.confirm(outcome, by=person)
    for person in (cast.wu, cast.zheng, cast.chen, cast.sun):
        with pytest.raises(NotAllowed):
            services.decide(outcome, "核对过。", stands=True, by=person)
    assert selectors.disputed(cast.he) == [outcome]
    services.decide(outcome, "合同写明 36 万元，请双方再确认。", stands=True, by=cast.he)
    assert outcome.state == "proposed"
    services.confirm(outcome, by=cast.chen)
    services.confirm(outcome, by=cast.lin)
    assert outcome.state == "confirmed"


def test_a_decision_can_end_it(cast: Cast) -> None:
    outcome = entered(cast)
    services.dispute(outcome, "没有签过合同。", by=cast.chen)
    services.decide(outcome, "双方都拿不出合同。", stands=False, by=cast.he)
    assert outcome.state == "void"


def test_a_correction_is_a_new_entry_that_takes_its_place_when_confirmed(cast: Cast) -> None:
    case = cast.table()
    first = confirmed(cast, case)
    second = services.enter(case, content(amount=Decimal(300000)), by=cast.lin, corrects=first)
    assert list(selectors.counted()) == [first]
    services.confirm(second, by=cast.lin)
    services.confirm(second, by=cast.chen)
    first.refresh_from_db()
    assert (first.state, first.amount) == ("corrected", Decimal("360000.00"))
    assert list(selectors.counted()) == [second]


def test_what_is_confirmed_is_not_taken_back(cast: Cast) -> None:
    outcome = confirmed(cast)
    for person in (cast.wu, cast.lin):
        with pytest.raises((WrongState, NotAllowed)):
            services.void(outcome, by=person)
    with pytest.raises(WrongState):
        services.dispute(outcome, "反悔", by=cast.lin)


def test_a_case_is_a_success_only_by_a_confirmed_outcome(cast: Cast) -> None:
    case = cast.table()
    services.enter(case, content(), by=cast.wu)
    case_services.advance(case, "contact", StepContent(), by=cast.wu)
    with pytest.raises(services.NothingConfirmed):
        services.conclude(case, StepContent(reason="完成"), by=cast.wu)
    confirmed(cast, case)
    services.conclude(case, StepContent(reason="合同已签并交付"), by=cast.wu)
    need = case.concerns.get().need
    assert (case.state, need.state, need.resolution) == ("confirmed", "closed", "solved")


def test_it_is_asked_after_at_30_90_and_365_days_once(cast: Cast) -> None:
    outcome = confirmed(cast)
    today = timezone.localdate()
    assert [one.due_on - today for one in outcome.follow_ups.order_by("days")] == [
        timedelta(days=days) for days in (30, 90, 365)
    ]
    first = outcome.follow_ups.get(days=30)
    with pytest.raises(NotAllowed):
        services.ask_after(first)
    with pytest.raises(WrongState):
        services.tell(first, Use.IN_USE, by=cast.lin)
    FollowUp.objects.filter(pk=first.pk).update(due_on=today)
    first.refresh_from_db()
    assert list(selectors.to_ask(today)) == [first]
    assert services.ask_after(first)
    assert not services.ask_after(first)
    first.refresh_from_db()
    services.tell(first, Use.EXTENDED, text="又上了一条线。", by=cast.lin)
    with pytest.raises(services.Rated):
        services.tell(first, Use.STOPPED, by=cast.lin)
    with pytest.raises(NotAllowed):
        services.tell(first, Use.STOPPED, by=cast.zhou)


def test_ratings_are_read_when_both_have_answered(cast: Cast) -> None:
    case = cast.table()
    with pytest.raises(Invalid):
        services.rate(case, YES, by=cast.lin)
    confirmed(cast, case)
    with pytest.raises(Invalid):
        services.rate(case, (Answer.YES, None, Answer.NO), by=cast.lin)
    services.rate(case, YES, text="响应快。", by=cast.lin)
    assert selectors.ratings(case, by=cast.chen) == []
    assert selectors.ratings(case, by=cast.wu) == []
    assert len(selectors.ratings(case, by=cast.lin)) == 1
    services.rate(case, YES, by=cast.chen)
    assert len(selectors.ratings(case, by=cast.lin)) == 2
    with pytest.raises(services.Rated):
        services.rate(case, YES, by=cast.chen)


def test_a_milestone_is_delivered_returned_and_accepted(cast: Cast) -> None:
    case = cast.table()
    made = services.add_milestone(case, "千吨级试验", by=cast.wu, criteria="28 天活性指数≥65%")
    with pytest.raises(NotAllowed):
        services.deliver(made, by=cast.lin)
    with pytest.raises(WrongState):
        services.accept(made, by=cast.lin)
    services.deliver(made, by=cast.chen)
    services.return_(made, "缺第三方检测报告。", by=cast.lin)
    services.deliver(made, by=cast.chen)
    with pytest.raises(NotAllowed):
        services.accept(made, by=cast.chen)
    services.accept(made, by=cast.lin)
    made.refresh_from_db()
    assert made.accepted_by == cast.lin


def test_who_may_know_of_an_outcome(cast: Cast) -> None:
    outcome = entered(cast)
    for name in ("lin", "chen", "wu", "he"):
        assert selectors.get(outcome.code, by=getattr(cast, name)) == outcome
    for name in ("zhou", "gu", "sun", "zheng", "ji"):
        with pytest.raises(Missing):
            selectors.get(outcome.code, by=getattr(cast, name))
    assert selectors.to_confirm(cast.lin) == [outcome]
    assert casework.get(outcome.case.code, by=cast.he)
