"""A record is written, confirmed by both sides, disputed, added to; a need found belongs to the enterprise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone
from tests.cast import YAAN, Cast
from tests.visits.arranging import actions, an_hour_ago, arranged, held, node, record

from keqiao.accounts.models import Person
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal import selectors as journal
from keqiao.needs.states import State as NeedState
from keqiao.organisations import services as organisations
from keqiao.visits import selectors, services, steps
from keqiao.visits.models import Confirmation, Finding, Pledge
from keqiao.visits.states import State
from keqiao.visits.types import Attendee, FoundNeed, Kind, Pledged, Record, Side

pytestmark = pytest.mark.django_db


def test_the_broker_and_the_experts_write_as_often_as_they_want(cast: Cast) -> None:
    visit = held(cast)
    assert (visit.state, visit.written_by, visit.attendees[0]["name"]) == (
        State.HELD,
        cast.wu,
        "陈砚",
    )
    first, second = selectors.findings(visit)
    shorter = replace(
        record(), found=(FoundNeed("锂渣含水率太高", first.pk),), pledges=(), advice="先做小试。"
    )
    services.record(visit, shorter, by=cast.chen, revision=visit.revision)
    assert [(one.pk, one.text) for one in selectors.findings(visit)] == [
        (first.pk, "锂渣含水率太高")
    ]
    assert not Pledge.objects.filter(visit=visit).exists()
    assert (visit.advice, visit.written_by) == ("先做小试。", cast.chen)
    assert actions(visit) == ["visit.arranged", "visit.recorded", "visit.recorded"]
    assert second.pk not in Finding.objects.values_list("pk", flat=True)


def test_the_same_once_more_changes_nothing(cast: Cast) -> None:
    visit = held(cast)
    steps.confirm(visit, by=cast.lin)
    before = visit.revision
    found = tuple(FoundNeed(one.text, one.pk) for one in selectors.findings(visit))
    pledges = tuple(
        Pledged(one.text, Kind(one.kind), one.due_on, one.who, one.pk)
        for one in selectors.pledges(visit)
    )
    same = replace(record(), found=found, pledges=pledges)
    assert services.record(visit, same, by=cast.wu, revision=before).revision == before
    assert Confirmation.objects.filter(visit=visit).count() == 1


def test_who_saves_what_another_changed_meanwhile_is_told(cast: Cast) -> None:
    visit = held(cast)
    services.record(visit, replace(record(), seen="别的。"), by=cast.chen, revision=visit.revision)
    with pytest.raises(services.ChangedMeanwhile):
        services.record(visit, record(), by=cast.wu, revision=visit.revision - 1)
    visit.refresh_from_db()
    assert visit.seen == "别的。"


def test_who_may_not_write_and_when(cast: Cast) -> None:
    visit = held(cast)
    for somebody in (cast.lin, cast.gu, cast.sun, cast.ji):
        with pytest.raises(NotAllowed):
            services.record(visit, record(), by=somebody)
    coming = arranged(cast)
    with pytest.raises(services.NotYet):
        services.record(coming, record(), by=cast.wu)
    services.cancel(coming, "企业停产检修", by=cast.wu)
    with pytest.raises(WrongState):
        services.record(coming, record(), by=cast.wu)


def test_all_that_is_wrong_is_named_at_its_row_and_nothing_is_half_written(cast: Cast) -> None:
    visit = held(cast)
    before = (visit.seen, Finding.objects.count(), Pledge.objects.count())
    wrong = Record(
        seen="",
        advice="坏\x00",
        attendees=(Attendee("𠮷田㐂", "學會"), Attendee("", "只有单位")),
        found=(FoundNeed("好"), FoundNeed("长" * 1001), FoundNeed("别家的", 10**9)),
        pledges=(
            Pledged("没有日期也没有谁"),
            Pledged("", due_on=timezone.localdate()),
            Pledged("太早", Kind.CENTRE, timezone.localdate().replace(year=2020)),
            Pledged("太远", Kind.BASE, timezone.localdate().replace(year=2300, day=1)),
        ),
    )
    with pytest.raises(Invalid) as refusal:
        services.record(visit, wrong, by=cast.wu)
    assert {one.field for one in refusal.value.problems} == {
        "seen", "advice", "attendee_1_name", "found_1_text", "found_2_text", "pledge_0_due_on", "pledge_0_who",
        "pledge_1_text", "pledge_2_due_on", "pledge_3_due_on",
    }  # fmt: skip
    visit.refresh_from_db()
    assert (visit.seen, Finding.objects.count(), Pledge.objects.count()) == before


def test_both_sides_confirm_and_the_record_is_closed(cast: Cast) -> None:
    visit = held(cast)
    steps.confirm(visit, by=cast.lin, revision=visit.revision)
    assert visit.state == State.HELD
    steps.confirm(visit, by=cast.chen, revision=visit.revision)
    assert visit.state == State.CLOSED
    assert visit.closed_at is not None
    assert set(selectors.confirmations(visit)) == {Side.FIRM, Side.EXPERTS}
    assert actions(visit)[-2:] == ["visit.side_confirmed", "visit.closed"]
    with pytest.raises(WrongState):
        services.record(visit, replace(record(), seen="改了"), by=cast.wu)
    with pytest.raises(WrongState):
        steps.dispute(visit, "不对", by=cast.lin)


def test_an_expert_who_wrote_confirms_for_the_experts(cast: Cast) -> None:
    visit = arranged(cast, starts_at=an_hour_ago(2), ends_at=an_hour_ago())
    services.record(visit, record(), by=cast.chen)
    steps.confirm(visit, by=cast.chen)
    assert set(selectors.confirmations(visit)) == {Side.EXPERTS}


def test_who_arranged_confirms_for_nobody_and_nobody_twice(cast: Cast) -> None:
    visit = held(cast)
    for host in (cast.wu, cast.he):
        with pytest.raises(steps.HostConfirms):
            steps.confirm(visit, by=host)
    for stranger in (cast.zhou, cast.gu, cast.sun, cast.ji):
        with pytest.raises(NotAllowed):
            steps.confirm(visit, by=stranger)
    steps.confirm(visit, by=cast.lin)
    with pytest.raises(steps.Confirmed):
        steps.confirm(visit, by=cast.lin)
    with pytest.raises(services.ChangedMeanwhile):
        steps.confirm(visit, by=cast.chen, revision=visit.revision - 1)
    assert Confirmation.objects.count() == 1


def test_nobody_confirms_for_both_sides(cast: Cast) -> None:
    visit = held(cast)
    organisations.add_member(cast.lithium, cast.chen, by=cast.lin)
    with pytest.raises(steps.BothSides):
        steps.confirm(visit, by=Person.objects.get(pk=cast.chen.pk))


def test_what_changes_is_confirmed_anew(cast: Cast) -> None:
    visit = held(cast)
    steps.confirm(visit, by=cast.lin)
    services.record(visit, replace(record(), seen="另一条产线。"), by=cast.wu)
    assert not Confirmation.objects.filter(visit=visit).exists()


def test_a_dispute_stops_the_record_until_it_is_written_anew_or_taken_back(cast: Cast) -> None:
    visit = held(cast)
    steps.confirm(visit, by=cast.chen)
    with pytest.raises(Invalid):
        steps.dispute(visit, " ", by=cast.lin)
    with pytest.raises(steps.HostConfirms):
        steps.dispute(visit, "不对", by=cast.wu)
    steps.dispute(visit, "含水率写错了", by=cast.lin)
    assert (visit.state, visit.dispute) == (State.DISPUTED, "含水率写错了")
    assert not Confirmation.objects.filter(visit=visit).exists()
    with pytest.raises(WrongState):
        steps.confirm(visit, by=cast.chen)
    with pytest.raises(NotAllowed):
        steps.resume(visit, by=cast.chen)
    steps.resume(visit, by=cast.lin)
    assert (visit.state, visit.dispute) == (State.HELD, "")
    steps.dispute(visit, "还是不对", by=cast.chen)
    services.record(visit, replace(record(), seen="改正了。"), by=cast.wu)
    assert visit.state == State.HELD


def test_a_closed_record_is_only_added_to(cast: Cast) -> None:
    visit = held(cast)
    with pytest.raises(WrongState):
        steps.add(visit, "早了", by=cast.lin)
    steps.confirm(visit, by=cast.lin)
    steps.confirm(visit, by=cast.chen)
    for who, side in ((cast.wu, Side.HOST), (cast.lin, Side.FIRM), (cast.chen, Side.EXPERTS)):
        assert steps.add(visit, "补一句。", by=who).side == side
    with pytest.raises(NotAllowed):
        steps.add(visit, "外人", by=cast.ji)
    with pytest.raises(Invalid):
        steps.add(visit, "", by=cast.lin)
    assert len(selectors.addenda(visit)) == 3


def test_the_enterprise_alone_makes_a_draft_of_a_need_found(cast: Cast) -> None:
    visit = held(cast)
    first, second = selectors.findings(visit)
    for somebody in (cast.wu, cast.chen, cast.he, cast.ji):
        with pytest.raises(NotAllowed):
            steps.draft_need(first, by=somebody)
    need = steps.draft_need(first, by=cast.lin)
    assert (need.state, need.author, need.organisation) == (
        NeedState.DRAFT,
        cast.lin,
        cast.lithium,
    )
    assert need.wanted == first.text
    assert "title" in need.proposed
    assert selectors.of_need(need, by=cast.lin) == visit
    assert selectors.of_need(need, by=cast.ji) is None
    with pytest.raises(WrongState):
        steps.draft_need(first, by=cast.lin)
    with pytest.raises(WrongState):
        steps.refuse_need(first, by=cast.lin)
    assert Finding.objects.get(pk=second.pk).need is None


def test_a_refused_sentence_is_gone_and_only_the_count_stays(cast: Cast) -> None:
    visit = held(cast)
    opened = visit.revision
    first, second = selectors.findings(visit)
    with pytest.raises(NotAllowed):
        steps.refuse_need(second, by=cast.chen)
    steps.refuse_need(second, by=cast.lin)
    visit.refresh_from_db()
    assert (visit.refused_count, Finding.objects.count()) == (1, 1)
    told = journal.about(services.subject_of(visit)).get(action="visit.need_refused")
    assert "含水" not in str(told.data)
    old = replace(
        record(), found=(FoundNeed(first.text, first.pk), FoundNeed(second.text, second.pk))
    )
    with pytest.raises(Invalid):  # a form that was opened before does not bring it back
        services.record(visit, old, by=cast.wu, revision=visit.revision)
    without = replace(record(), found=(FoundNeed(first.text, first.pk),))
    with pytest.raises(services.ChangedMeanwhile):
        services.record(visit, without, by=cast.wu, revision=opened)
    with pytest.raises(WrongState):
        steps.refuse_need(second, by=cast.lin)


def test_what_became_of_the_needs_shows_as_far_as_one_may_know(cast: Cast) -> None:
    visit = held(cast)
    first, second = selectors.findings(visit)
    steps.draft_need(first, by=cast.lin)
    steps.refuse_need(second, by=cast.lin)
    visit.refresh_from_db()
    own = selectors.became([visit], by=cast.lin)[visit.pk]
    assert own.found[0].need is not None
    seen = selectors.became([visit], by=cast.wu)[visit.pk]
    assert seen.found[0].need is None  # a draft is nobody's but the enterprise's
    assert (seen.drafted, seen.refused, seen.waiting, seen.opened) == (1, 1, 0, 0)


def test_strangers_know_of_no_visit_and_no_round(cast: Cast) -> None:
    trip = services.begin_round("青白江示例企业行", association=node(YAAN), by=cast.wu)
    visit = held(cast, in_round=trip)
    for somebody in (cast.wu, cast.he, cast.lin, cast.chen):
        assert selectors.get(visit.code, by=somebody) == visit
        assert selectors.of_round(selectors.round_(trip.code, by=somebody), by=somebody) == [visit]
    for somebody in (cast.zhou, cast.gu, cast.sun, cast.ji, cast.zheng):
        with pytest.raises(Missing):
            selectors.get(visit.code, by=somebody)
        with pytest.raises(Missing):
            selectors.round_(trip.code, by=somebody)
    with pytest.raises(Missing):
        selectors.get("'; drop", by=cast.wu)
