"""From the first telephone call to the end: who may do what to a case, and what it leaves behind."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from tests.cast import GOOD, YAAN, Cast, need_content

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.casework import concerns, selectors, services
from keqiao.casework.models import Concern, Party
from keqiao.casework.types import EndReason, NoteKind, Side, StepContent
from keqiao.journal import selectors as journal
from keqiao.journal.types import Subject
from keqiao.needs import services as needs
from keqiao.needs.types import Resolution
from keqiao.organisations import services as organisations
from keqiao.places.models import Association

pytestmark = pytest.mark.django_db


def actions(code: str) -> list[str]:
    return [entry.action for entry in journal.about(Subject("case", code))]


def test_a_broker_opens_a_case_and_who_asks_sits_at_its_table(cast: Cast) -> None:
    need = cast.open_need()
    case = services.open_case([need], by=cast.wu)
    need.refresh_from_db()
    assert (case.state, case.title, need.state) == ("found", need.public_title, "in_case")
    (party,) = selectors.parties(case)
    assert (party.side, party.organisation) == ("asks", cast.lithium)
    assert actions(case.code) == ["case.opened", "case.need_taken", "case.party_joined"]


@pytest.mark.parametrize("name", ["lin", "zhou", "chen", "zheng", "sun", "he", "ji"])
def test_nobody_but_a_broker_of_the_area_opens_one(cast: Cast, name: str) -> None:
    need = cast.open_need()
    with pytest.raises(NotAllowed):
        services.open_case([need], by=getattr(cast, name))
    need.refresh_from_db()
    assert need.state == "open"


def test_a_broker_who_acts_for_the_enterprise_does_not_open_its_case(cast: Cast) -> None:
    organisations.add_member(cast.lithium, cast.wu, by=cast.lin)
    with pytest.raises(NotAllowed):
        services.open_case([cast.open_need()], by=cast.wu)


def test_a_need_is_in_one_live_case(cast: Cast) -> None:
    case = cast.case()
    with pytest.raises((services.NeedTaken, WrongState)):
        services.open_case([case.concerns.get().need], by=cast.wu)


def test_several_needs_and_those_who_ask_them_come_together(cast: Cast) -> None:
    first, second = cast.open_need(), cast.open_need(title="锂渣脱水", public_title="锂渣脱水")
    case = services.open_case([first, second], by=cast.wu)
    assert [one.need for one in selectors.concerns(case)] == [first, second]
    assert len(selectors.parties(case)) == 1


def test_the_usual_way_needs_no_reason_and_a_skip_does(cast: Cast) -> None:
    case = cast.case()
    services.advance(case, "contact", StepContent(note="电话谈了二十分钟。"), by=cast.wu)
    with pytest.raises(Invalid) as refusal:
        services.advance(case, "contract", StepContent(), by=cast.wu)
    assert refusal.value.problems[0].field == "reason"
    assert case.state == "contacted"
    reason = StepContent(reason="双方以前合作过，直接谈合同。")
    services.advance(case, "contract", reason, by=cast.wu)
    kept = [(step.came_from, step.went_to, step.reason) for step in selectors.steps(case)]
    assert kept == [
        ("found", "contacted", ""),
        ("contacted", "contract", "双方以前合作过，直接谈合同。"),
    ]


def test_a_case_goes_back_with_a_reason(cast: Cast) -> None:
    case = cast.case()
    for verb in ("contact", "meet", "agree"):
        services.advance(case, verb, StepContent(), by=cast.wu)
    services.advance(case, "meet", StepContent(reason="价格要再谈一次。"), by=cast.wu)
    assert case.state == "meeting"


def test_a_day_to_look_again_lies_ahead(cast: Cast) -> None:
    case = cast.case()
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(Invalid):
        services.advance(case, "contact", StepContent(next_on=yesterday), by=cast.wu)
    today = timezone.localdate()
    services.advance(case, "contact", StepContent(next_on=today), by=cast.wu)
    assert selectors.due(cast.wu, today).cases == [case]


def test_two_pages_do_not_move_a_case_twice(cast: Cast) -> None:
    case = cast.case()
    seen = case.revision
    services.advance(case, "contact", StepContent(), by=cast.wu, revision=seen)
    with pytest.raises(services.ChangedMeanwhile):
        services.advance(case, "meet", StepContent(), by=cast.wu, revision=seen)


def test_nobody_confirms_by_hand(cast: Cast) -> None:
    case = cast.case()
    with pytest.raises(WrongState):
        services.advance(case, "confirm", StepContent(reason="算了"), by=cast.wu)


def test_an_end_says_why_and_lets_the_need_go(cast: Cast) -> None:
    case = cast.case()
    need = case.concerns.get().need
    with pytest.raises(Invalid):
        services.end(case, None, StepContent(reason="谈不拢"), by=cast.wu)
    services.end(case, EndReason.TERMS, StepContent(reason="付款方式谈不拢"), by=cast.wu)
    need.refresh_from_db()
    assert (case.state, case.end_reason, need.state) == ("ended", "terms", "open")
    assert case.closed_at is not None
    with pytest.raises(WrongState):
        services.add_task(case, "再打一次电话", by=cast.wu)
    services.reopen(case, StepContent(reason="企业同意分期付款。"), by=cast.wu)
    need.refresh_from_db()
    again = selectors.get(case.code, by=cast.wu)
    assert (again.state, need.state) == ("contacted", "in_case")
    assert again.closed_at is None


def test_a_case_is_reopened_as_often_as_it_ends(cast: Cast) -> None:
    case = cast.case()
    for _time in range(3):
        services.end(case, EndReason.TERMS, StepContent(reason="谈不拢"), by=cast.wu)
        services.reopen(case, StepContent(reason="又谈拢了。"), by=cast.wu)
    assert (case.state, case.concerns.filter(released_at=None).count()) == ("contacted", 1)


def test_a_need_closed_meanwhile_stays_closed(cast: Cast) -> None:
    case = cast.case()
    need = case.concerns.get().need
    needs.close(need, Resolution.WITHDRAWN, by=cast.lin)
    services.end(case, EndReason.WITHDRAWN, StepContent(reason="企业撤回"), by=cast.wu)
    need.refresh_from_db()
    assert (need.state, need.resolution) == ("closed", "withdrawn")


def test_a_need_that_ran_late_in_its_case_stays_open_a_month(cast: Cast) -> None:
    case = cast.case()
    need = case.concerns.get().need
    today = timezone.localdate()
    type(need).objects.filter(pk=need.pk).update(expires_on=today - timedelta(days=5))
    services.end(case, EndReason.NO_FIT, StepContent(reason="没有合适的"), by=cast.wu)
    need.refresh_from_db()
    assert need.expires_on == today + timedelta(days=30)


def test_who_may_know_of_a_case(cast: Cast) -> None:
    case = cast.table()
    for name in ("lin", "chen", "wu", "he"):
        assert selectors.get(case.code, by=getattr(cast, name)) == case
    for name in ("zhou", "gu", "sun", "zheng", "ji"):
        with pytest.raises(Missing):
            selectors.get(case.code, by=getattr(cast, name))


def test_a_party_that_left_no_longer_knows(cast: Cast) -> None:
    case = cast.table()
    (party,) = [one for one in selectors.parties(case) if one.side == Side.ANSWERS]
    services.remove_party(party, reason="没有人手", by=cast.chen)
    with pytest.raises(Missing):
        selectors.get(case.code, by=cast.chen)


def test_the_last_who_asks_stays(cast: Cast) -> None:
    case = cast.case()
    with pytest.raises(services.LastAsking):
        services.remove_party(selectors.parties(case)[0], reason="换一方", by=cast.wu)


def test_a_body_sits_down_once_and_only_when_verified(cast: Cast) -> None:
    from tests.cast import firm

    case = cast.case()
    with pytest.raises(services.AlreadyThere):
        services.add_party(case, cast.lithium, Side.SUPPORTS, by=cast.wu)
    unknown = firm("雅安示例建材有限公司", YAAN, "91511800MAKQ00009", by=cast.ji)
    with pytest.raises(Invalid):
        services.add_party(case, unknown, Side.ANSWERS, by=cast.wu)
    organisations.verify(unknown, by=cast.zheng)
    services.add_party(case, unknown, Side.ANSWERS, by=cast.wu)
    assert selectors.get(case.code, by=cast.ji) == case


def test_staff_notes_are_not_for_the_parties(cast: Cast) -> None:
    case = cast.table()
    services.note(case, "对方预算其实更高。", by=cast.wu, kind=NoteKind.PHONE)
    services.note(case, "样品周三寄出。", by=cast.chen, kind=NoteKind.NOTE)
    read = [one.text for one in selectors.notes(case, by=cast.lin)]
    assert read == ["样品周三寄出。"]
    assert selectors.notes(case, by=cast.he).count() == 2


def test_a_task_is_done_by_whom_it_was_given_to_and_once(cast: Cast) -> None:
    case = cast.table()
    own = selectors.own_parties(case, by=cast.chen)[0]
    task = services.add_task(case, "寄 5 公斤锂渣样品", by=cast.wu, party=own)
    with pytest.raises(NotAllowed):
        services.finish_task(task, by=cast.lin)
    services.finish_task(task, by=cast.chen)
    services.finish_task(task, by=cast.wu)
    assert actions(case.code).count("case.task_done") == 1


def test_files_are_for_the_table(cast: Cast) -> None:
    case = cast.table()
    kept = services.attach(
        case, BytesIO(b"a,b\n"), name="试验数据.csv", size=4, most_mib=1, by=cast.chen
    )
    assert selectors.file(case, kept.pk).name == "试验数据.csv"
    with pytest.raises(NotAllowed):
        services.attach(case, BytesIO(b"x"), name="x.csv", size=1, most_mib=1, by=cast.zhou)


def test_the_owner_alone_shares_the_private_version(cast: Cast) -> None:
    case = cast.table()
    concern = Concern.objects.get(case=case)
    with pytest.raises(NotAllowed):
        concerns.share(concern, by=cast.wu)
    assert not selectors.reads_private(cast.chen, concern.need)
    concerns.share(concern, by=cast.lin)
    assert selectors.reads_private(cast.chen, concern.need)
    assert not selectors.reads_private(cast.zhou, concern.need)
    services.end(case, EndReason.TERMS, StepContent(reason="谈不拢"), by=cast.wu)
    assert not selectors.reads_private(cast.chen, concern.need)


def test_a_broker_removed_in_mid_case_can_do_no_more_and_another_takes_over(cast: Cast) -> None:
    case = cast.table()
    access.end(cast.wu.grants.get(role=Role.BROKER), by=cast.he)
    with pytest.raises(NotAllowed):
        services.advance(case, "contact", StepContent(), by=cast.wu)
    with pytest.raises(Missing):
        selectors.get(case.code, by=cast.wu)
    node = Association.objects.get(region_id=YAAN)
    access.grant(cast.gu, Role.BROKER, node, by=cast.he)
    case.refresh_from_db()
    assert not selectors.has_broker(case)
    services.hand_over(case, cast.gu, by=cast.gu)
    services.advance(case, "contact", StepContent(), by=cast.gu)
    assert (case.broker, case.state) == (cast.gu, "contacted")


def test_a_case_is_not_taken_from_a_broker_who_works(cast: Cast) -> None:
    case = cast.case()
    node = Association.objects.get(region_id=YAAN)
    access.grant(cast.gu, Role.BROKER, node, by=cast.he)
    with pytest.raises(NotAllowed):
        services.hand_over(case, cast.gu, by=cast.gu)
    with pytest.raises(services.NoBrokerThere):
        services.hand_over(case, cast.sun, by=cast.he)
    type(cast.gu).objects.filter(pk=cast.gu.pk).update(is_active=False)
    with pytest.raises(services.NoBrokerThere):
        services.hand_over(case, cast.gu, by=cast.he)
    type(cast.gu).objects.filter(pk=cast.gu.pk).update(is_active=True)
    services.hand_over(case, cast.gu, by=cast.he)
    assert case.broker == cast.gu


def test_whoever_sits_at_the_table_does_not_become_its_broker(cast: Cast) -> None:
    case = cast.table()
    node = Association.objects.get(region_id=YAAN)
    access.grant(cast.chen, Role.BROKER, node, by=cast.he)
    with pytest.raises(services.HasStake):
        services.hand_over(case, cast.chen, by=cast.he)


def test_a_merged_party_is_spoken_for_by_the_body_it_became(cast: Cast) -> None:
    from tests.cast import firm

    twin = firm("雅安示例锂业公司", YAAN, "91511800MAKQ00008", by=cast.ji)
    organisations.verify(twin, by=cast.zheng)
    need = needs.draft(need_content(), by=cast.ji, organisation=twin)
    case = cast.case(needs.approve(needs.submit(need, by=cast.ji), by=cast.zheng, scores=GOOD))
    with pytest.raises(Missing):
        selectors.get(case.code, by=cast.lin)
    organisations.merge(twin, cast.lithium, by=cast.zheng)
    from keqiao.organisations import policies

    for person in (cast.lin, cast.ji):
        policies.forget(person)
        assert selectors.get(case.code, by=person) == case
    assert Party.objects.filter(case=case).count() == 1


def test_hostile_text_is_refused_or_kept_as_text(cast: Cast) -> None:
    case = cast.case()
    with pytest.raises(Invalid):
        services.note(case, "甲\x00乙", by=cast.wu, kind=NoteKind.NOTE)
    kept = services.note(case, "<script>㐂𠮷</script>", by=cast.wu, kind=NoteKind.NOTE)
    assert kept.text == "<script>㐂𠮷</script>"
