"""A studio is asked, asks back, accepts or refuses with a reason that changes what is suggested."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.cast import Cast

from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.casework import selectors as casework
from keqiao.casework import services as case_services
from keqiao.casework.models import Case
from keqiao.casework.types import EndReason, StepContent
from keqiao.invitations import selectors, services
from keqiao.invitations.models import Invitation
from keqiao.matching import selectors as matching
from keqiao.matching import services as match_services
from keqiao.matching.types import Grade, RefusalReason
from keqiao.needs.models import Need
from keqiao.reactions import services as reactions

pytestmark = pytest.mark.django_db


def soon() -> object:
    return timezone.localdate() + timedelta(days=10)


def sent(cast: Cast, case: Case) -> Invitation:
    need = case.concerns.get().need
    return services.invite(case, need, cast.chen_studio, due_on=soon(), by=cast.wu)  # type: ignore[arg-type]


def suggested(cast: Cast, need: Need) -> list[str]:
    reactions.run("default")
    found = matching.suggestions_for_need(need, by=cast.wu)
    return [item.offer.code for item in found.items]


def test_a_studio_accepts_and_sits_at_the_table(cast: Cast) -> None:
    case = cast.case()
    invitation = sent(cast, case)
    with pytest.raises(Missing):
        casework.get(case.code, by=cast.chen)
    services.accept(invitation, by=cast.chen)
    assert invitation.state == "accepted"
    assert casework.get(case.code, by=cast.chen) == case
    assert [party.side for party in casework.parties(case)] == ["asks", "answers"]


def test_a_question_waits_for_the_broker_and_the_reply_for_the_studio(cast: Cast) -> None:
    invitation = sent(cast, cast.case())
    services.ask(invitation, "锂渣的硫含量是多少？", by=cast.chen)
    assert invitation.state == "asked"
    with pytest.raises(NotAllowed):
        services.reply(invitation, "约 3%。", by=cast.chen)
    services.reply(invitation, "约 3%。", by=cast.wu)
    assert invitation.state == "sent"
    assert [word.text for word in selectors.words(invitation)] == [
        "锂渣的硫含量是多少？",
        "约 3%。",
    ]


def test_a_refusal_has_a_reason_and_changes_the_next_suggestion(cast: Cast) -> None:
    offer = cast.open_offer()
    case = cast.case()
    need = case.concerns.get().need
    assert offer.code in suggested(cast, need)
    invitation = sent(cast, case)
    with pytest.raises(Invalid):
        services.refuse(invitation, None, by=cast.chen)
    with pytest.raises(Invalid):
        services.refuse(invitation, RefusalReason.OTHER, by=cast.chen)
    services.refuse(invitation, RefusalReason.TOO_EARLY, text="先做小试。", by=cast.chen)
    assert offer.code not in suggested(cast, need)
    (advice,) = matching.advice(need)
    assert (advice.reason, advice.count) == ("too_early", 1)
    with pytest.raises(services.RefusedBefore):
        sent(cast, case)


def test_a_refused_need_is_not_suggested_to_the_studio_either(cast: Cast) -> None:
    offer = cast.open_offer()
    case = cast.case()
    need = case.concerns.get().need
    services.refuse(sent(cast, case), RefusalReason.CONFLICT, by=cast.chen)
    case_services.end(case, EndReason.NO_FIT, StepContent(reason="只有这一家"), by=cast.wu)
    reactions.run("default")
    match_services.match_offer(offer)
    assert need.code not in [one.need.code for one in matching.needs_for_offer(offer, by=cast.chen)]


def test_a_studio_is_asked_once_at_a_time(cast: Cast) -> None:
    case = cast.case()
    invitation = sent(cast, case)
    with pytest.raises(services.AlreadyInvited):
        sent(cast, case)
    services.withdraw(invitation, by=cast.wu)
    services.accept(sent(cast, case), by=cast.chen)
    with pytest.raises(services.AlreadyInvited):
        sent(cast, case)


def test_the_day_lies_ahead_and_passes(cast: Cast) -> None:
    case = cast.case()
    need = case.concerns.get().need
    today = timezone.localdate()
    for day in (None, today - timedelta(days=1), today + timedelta(days=91)):
        with pytest.raises(Invalid):
            services.invite(case, need, cast.chen_studio, due_on=day, by=cast.wu)
    invitation = services.invite(case, need, cast.chen_studio, due_on=today, by=cast.wu)
    with pytest.raises(NotAllowed):
        services.lapse(invitation)
    assert list(selectors.lapsing(today + timedelta(days=1))) == [invitation]
    Invitation.objects.filter(pk=invitation.pk).update(due_on=today - timedelta(days=1))
    invitation.refresh_from_db()
    services.lapse(invitation)
    with pytest.raises(WrongState):
        services.accept(invitation, by=cast.chen)


def test_an_invitation_ends_with_its_case(cast: Cast) -> None:
    case = cast.case()
    invitation = sent(cast, case)
    case_services.end(case, EndReason.WITHDRAWN, StepContent(reason="不做了"), by=cast.wu)
    with pytest.raises(WrongState):
        services.accept(invitation, by=cast.chen)
    invitation.refresh_from_db()
    assert list(selectors.lapsing(timezone.localdate())) == [invitation]


def test_who_may_know_of_an_invitation(cast: Cast) -> None:
    invitation = sent(cast, cast.case())
    for name in ("chen", "wu", "he"):
        assert selectors.get(invitation.code, by=getattr(cast, name)) == invitation
    for name in ("lin", "zhou", "gu", "zheng", "sun", "ji"):
        with pytest.raises(Missing):
            selectors.get(invitation.code, by=getattr(cast, name))
        with pytest.raises(NotAllowed):
            services.accept(invitation, by=getattr(cast, name))


def test_a_judgement_against_the_engine_says_why(cast: Cast) -> None:
    offer = cast.open_offer()
    need = cast.open_need()
    assert offer.code in suggested(cast, need)
    with pytest.raises(Invalid):
        match_services.judge(need, offer, Grade.UNRELATED, by=cast.wu)
    match_services.judge(need, offer, Grade.BEST, by=cast.wu)
    match_services.judge(need, offer, Grade.UNRELATED, why="对方已停产。", by=cast.wu)
    kept = matching.judgements(need, by=cast.wu)[offer.code]
    assert (kept.grade, kept.rank, kept.why) == (0, 1, "对方已停产。")
    with pytest.raises(NotAllowed):
        match_services.judge(need, offer, Grade.BEST, by=cast.sun)
    with pytest.raises(Missing):
        matching.judgements(need, by=cast.lin)
