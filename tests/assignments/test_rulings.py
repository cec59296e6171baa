"""A broker locks, moves, excludes, reruns; contradictions are said in sentences; two at once see each other."""

from __future__ import annotations

import pytest
from tests.assignments.week import EASY, Week, week_of
from tests.cast import GOOD, Cast, offer_content

from keqiao.assignments import selectors, services
from keqiao.assignments.types import Terms
from keqiao.base.errors import Invalid, Missing
from keqiao.journal.models import Entry
from keqiao.matching import services as matching
from keqiao.matching.models import Judgement
from keqiao.matching.types import RefusalReason
from keqiao.offers import services as offers
from keqiao.reactions import services as reactions

pytestmark = pytest.mark.django_db


@pytest.fixture
def week(cast: Cast) -> Week:
    """Return a draft with one need that two studios answer, 陈砚 best."""
    content = offer_content(title="固废作建材", subject_id="F02", stage=2, capacity=1)
    other = offers.draft(content, studio=cast.gu_studio, by=cast.gu)
    offers.approve(offers.submit(other, by=cast.gu), by=cast.zheng, scores=GOOD)
    return week_of(cast)


def studios(week: Week) -> list[str]:
    return [one.studio.code for one in week.chosen() if one.studio is not None]


def others(week: Week) -> list[str]:
    rows = week.item().choices.all()
    return [one.studio.code for one in rows if one.studio is not None and not one.is_chosen]


def test_a_lock_is_kept_by_every_rerun(cast: Cast, week: Week) -> None:
    other = selectors.choice(week.plan, week.need.code, others(week)[0])
    first = week.chosen()[0]
    services.move(other, instead_of=first, by=cast.wu, revision=1)
    assert studios(week) == [other.studio.code if other.studio else ""]
    assert week.chosen()[0].is_locked
    assert week.item().is_moved
    assert week.item().before == sorted(
        [first.studio.code if first.studio else "", f"B-{cast.wu.pk}"]
    )
    assert week.plan.price_locks >= 0
    services.rerun(week.plan, by=cast.wu, revision=2)
    assert week.chosen()[0].is_locked
    assert not week.item().is_moved
    entry = Entry.objects.order_by("-position")[0]
    assert (entry.action, entry.data["deed"]) == ("assignment.changed", "rerun")


def test_a_lock_may_be_taken_back(cast: Cast, week: Week) -> None:
    best = week.chosen()[0]
    services.lock(best, by=cast.wu, revision=1)
    assert week.ruled() == [(week.need.code, "lock")]
    assert best.studio is not None
    ruling = selectors.ruling(week.plan, week.need.code, best.studio.code)
    services.withdraw(ruling, by=cast.wu, revision=2)
    assert week.ruled() == []
    assert not week.chosen()[0].is_locked


def test_an_excluded_pair_makes_room_for_the_next(cast: Cast, week: Week) -> None:
    second = others(week)[0]
    services.exclude(week.chosen()[0], by=cast.wu, revision=1)
    assert studios(week) == [second]
    services.exclude(week.chosen()[0], by=cast.wu, revision=2)
    assert studios(week) == []
    assert "gap.banned" in [one["code"] for one in week.item().gaps]
    excluded = selectors.rulings(week.plan, [week.item()])[week.need.code]
    services.withdraw(excluded[0], by=cast.wu, revision=3)
    assert len(studios(week)) == 1


def test_a_broker_may_be_locked_and_excluded_too(cast: Cast, week: Week) -> None:
    services.lock(week.chosen()[1], by=cast.wu, revision=1)
    assert week.chosen()[1].is_locked
    services.exclude(week.chosen()[1], by=cast.wu, revision=2)
    assert [one.broker_id for one in week.chosen()] == [None]
    assert [one["code"] for one in week.item().broker_gaps] == ["gap.banned_brokers"]


def test_more_studios_for_a_need_when_the_terms_say_so(cast: Cast, week: Week) -> None:
    services.set_terms(week.plan, Terms(0, None, 0, wanted=2), by=cast.wu, revision=1)
    assert len(studios(week)) == 2
    services.set_terms(week.plan, Terms(0, None, 0, wanted=3), by=cast.wu, revision=2)
    assert (len(studios(week)), week.item().missing_count) == (2, 1)
    assert [one["code"] for one in week.item().gaps] == ["gap.few"]


def test_a_contradiction_is_said_in_names_and_changes_nothing(cast: Cast, week: Week) -> None:
    services.set_terms(week.plan, Terms(0, None, 0, wanted=2), by=cast.wu, revision=1)
    for at in (0, 1):
        services.lock(week.chosen()[at], by=cast.wu, revision=2 + at)
    with pytest.raises(Invalid) as refusal:
        services.set_terms(week.plan, EASY, by=cast.wu, revision=4)
    (problem,) = refusal.value.problems
    told = problem.phrase.say()
    assert cast.chen_studio.name in told
    assert week.need.public_title in told
    assert "解锁" in told
    week.plan.refresh_from_db()
    assert (week.plan.revision, week.plan.wanted) == (4, 2)
    with pytest.raises(Invalid) as refusal:
        services.set_capacity(week.plan, cast.chen_studio, 0, by=cast.wu, revision=4)
    assert "名额调高" in refusal.value.problems[0].phrase.say()


def test_a_lock_that_the_world_has_overtaken_is_let_go_and_said(cast: Cast, week: Week) -> None:
    best = week.chosen()[0]
    services.lock(best, by=cast.wu, revision=1)
    matching.refuse(week.need, cast.chen_studio, RefusalReason.CONFLICT, by=cast.chen)
    services.rerun(week.plan, by=cast.wu, revision=2)
    assert week.ruled() == []
    assert studios(week) == [cast.gu_studio.code]
    assert "note.lock" in [one["code"] for one in week.plan.notes]


def test_an_own_choice_says_why_and_becomes_a_judgement(cast: Cast, week: Week) -> None:
    content = offer_content(
        title="茶叶种植技术",
        description="山地茶园的栽培、修剪和采后加工，做过三百亩示范。",
        keywords=("茶",),
    )
    draft = offers.draft(content, studio=cast.gu_studio, by=cast.gu)
    with pytest.raises(Invalid):
        services.choose(week.item(), draft, "认识他们", by=cast.wu, revision=1)
    tea = offers.approve(offers.submit(draft, by=cast.gu), by=cast.zheng, scores=GOOD)
    with pytest.raises(Invalid):
        services.choose(week.item(), tea, "", by=cast.wu, revision=1)
    assert week.ruled() == []
    services.choose(
        week.item(), tea, "他们有现成的磨粉线", instead_of=week.chosen()[0], by=cast.wu, revision=1
    )
    chosen = week.chosen()[0]
    assert (chosen.studio, chosen.is_locked) == (cast.gu_studio, True)
    assert Judgement.objects.get().why == "他们有现成的磨粉线"


def test_an_own_choice_among_the_offers_of_one_studio_is_kept(cast: Cast, week: Week) -> None:
    tea = cast.open_offer(
        title="茶叶种植技术",
        description="山地茶园的栽培、修剪和采后加工，做过三百亩示范。",
        keywords=("茶",),
    )
    best = week.chosen()[0]
    services.choose(week.item(), tea, "先从茶渣试起", instead_of=best, by=cast.wu, revision=1)
    chosen = week.chosen()[0]
    assert (chosen.studio, chosen.offer, chosen.score) == (cast.chen_studio, tea, 0)
    offers.close(tea, by=cast.chen)
    services.rerun(week.plan, by=cast.wu, revision=2)
    assert (week.chosen()[0].offer, week.chosen()[0].is_locked) == (week.offer, True)


def test_two_at_once_see_each_other(cast: Cast, week: Week) -> None:
    best = week.chosen()[0]
    services.lock(best, by=cast.wu, revision=1)
    with pytest.raises(services.ChangedMeanwhile):
        services.rerun(week.plan, by=cast.he, revision=1)
    with pytest.raises(services.ChangedMeanwhile):
        services.apply(week.plan, by=cast.he, revision=1)
    with pytest.raises(services.ChangedMeanwhile):
        services.discard(week.plan, by=cast.he, revision=1)
    with pytest.raises(services.ChangedMeanwhile):
        services.set_capacity(week.plan, cast.wu, 3, by=cast.he, revision=1)
    week.plan.refresh_from_db()
    assert (week.plan.state, week.plan.revision) == ("draft", 2)


def test_what_is_not_in_the_plan_is_missing(cast: Cast, week: Week) -> None:
    for key, who in (
        (week.need.code, "S-00000000"),
        ("N-00000000", cast.chen_studio.code),
        (week.need.code, "B-9999999999999999999999"),
        (week.need.code, "B-²"),
        (week.need.code, ""),
    ):
        with pytest.raises(Missing):
            selectors.choice(week.plan, key, who)
        with pytest.raises(Missing):
            selectors.ruling(week.plan, key, who)
    with pytest.raises(Missing):
        selectors.item(week.plan, "\x00")
    with pytest.raises(Missing):
        selectors.somebody(week.plan, "S-00000000")


def test_a_newcomer_gets_a_share_and_the_price_is_told(cast: Cast, week: Week) -> None:
    cast.table()  # 陈砚 is no newcomer any more
    reactions.run("default")
    services.set_terms(week.plan, EASY, by=cast.wu, revision=1)
    without = week.plan.total
    assert studios(week) == [cast.chen_studio.code]
    services.set_terms(week.plan, Terms(0, None, 100), by=cast.wu, revision=2)
    assert studios(week) == [cast.gu_studio.code]
    assert week.plan.newcomers_count == 1
    assert week.plan.price_newcomers == pytest.approx(without - week.plan.total)
