"""A week of 雅安: who takes which need, which broker carries it, what is ruled, applied and taken up."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from tests.assignments.week import Week, node, week_of
from tests.cast import Cast

from keqiao.access import services as access
from keqiao.access.models import Grant
from keqiao.access.types import Role
from keqiao.assignments import selectors, services, weighing
from keqiao.assignments.types import Terms, sentence
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.invitations import services as invitations
from keqiao.invitations.models import Invitation
from keqiao.journal.models import Entry
from keqiao.matching import services as matching
from keqiao.matching.models import Run
from keqiao.matching.types import RefusalReason, reason_from_json
from keqiao.organisations import services as organisations
from keqiao.reactions import services as reactions

pytestmark = pytest.mark.django_db


@pytest.fixture
def week(cast: Cast) -> Week:
    """Return a week with a draft plan of 吴桥 for one need, which 陈砚 answers."""
    return week_of(cast)


def last_entry() -> Entry:
    return Entry.objects.order_by("-position")[0]


def test_a_draft_says_who_takes_the_need_and_who_carries_it(cast: Cast, week: Week) -> None:
    item = week.item()
    studio, broker = week.chosen()
    assert (studio.studio, studio.offer, studio.is_newcomer) == (cast.chen_studio, week.offer, True)
    assert broker.broker == cast.wu
    for one in (studio, broker):
        assert one.score == pytest.approx(sum(part["points"] for part in one.parts), abs=0.05)
    assert (item.missing_count, item.gaps, item.broker_gaps) == (0, [], [])
    assert (week.plan.needs_count, week.plan.places_count, week.plan.newcomers_count) == (1, 1, 1)
    assert week.plan.week_on.weekday() == 0
    entry = last_entry()
    assert (entry.action, entry.actor_id) == ("assignment.drafted", cast.wu.pk)


def test_a_plan_is_for_whoever_plans_the_area(cast: Cast, week: Week) -> None:
    for name in ("wu", "he"):
        assert selectors.get(week.plan.code, by=getattr(cast, name)) == week.plan
    for name in ("lin", "zhou", "chen", "gu", "zheng", "sun", "ji"):
        who = getattr(cast, name)
        with pytest.raises(Missing):
            selectors.get(week.plan.code, by=who)
        with pytest.raises(NotAllowed):
            services.draft(node(), timezone.localdate(), by=who)
        with pytest.raises(NotAllowed):
            services.rerun(week.plan, by=who, revision=week.plan.revision)
        with pytest.raises(NotAllowed):
            services.apply(week.plan, by=who, revision=week.plan.revision)
    assert [one.region_id for one in selectors.nodes(cast.sun)] == ["510600"]
    assert selectors.nodes(cast.lin) == []


def test_a_week_has_one_draft_and_lies_near(cast: Cast, week: Week) -> None:
    today = timezone.localdate()
    with pytest.raises(services.PlannedAlready):
        services.draft(node(), today, by=cast.he)
    services.draft(node(), today + dt.timedelta(days=7), by=cast.wu)
    for far in (today - dt.timedelta(days=15), today + dt.timedelta(days=70)):
        with pytest.raises(Invalid):
            services.draft(node(), far, by=cast.wu)
    services.discard(week.plan, by=cast.wu, revision=week.plan.revision)
    assert last_entry().action == "assignment.discarded"
    services.draft(node(), today, by=cast.wu)
    with pytest.raises(WrongState):
        services.rerun(week.plan, by=cast.wu, revision=week.plan.revision)


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 101},
        {"threshold": -1},
        {"floor": 101},
        {"newcomers": -1},
        {"newcomers": 101},
        {"wanted": 0},
        {"wanted": 4},
    ],
)
def test_terms_outside_their_range_change_nothing(
    cast: Cast, week: Week, wrong: dict[str, int]
) -> None:
    terms = Terms(**{"threshold": 0, "newcomers": 0, **wrong})  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        services.set_terms(week.plan, terms, by=cast.wu, revision=week.plan.revision)
    week.plan.refresh_from_db()
    assert (week.plan.revision, week.plan.threshold) == (1, 0)


def test_an_area_without_needs_has_an_empty_plan(cast: Cast) -> None:
    plan = services.draft(node("510600"), timezone.localdate(), by=cast.sun)
    assert (plan.needs_count, plan.places_count, list(selectors.rows(plan))) == (0, 0, [])


def test_without_a_broker_the_row_says_so(cast: Cast, week: Week) -> None:
    access.end(Grant.objects.get(person=cast.wu), by=cast.he)
    services.rerun(week.plan, by=cast.he, revision=week.plan.revision)
    assert [one.broker_id for one in week.chosen()] == [None]
    assert [one["code"] for one in week.item().broker_gaps] == ["gap.no_broker"]
    assert selectors.burdens(week.plan) == []


def test_a_need_that_nothing_fits_says_why(cast: Cast, week: Week) -> None:
    other = cast.open_need(
        title="麻辣火锅底料配方", public_title="麻辣火锅底料配方", subject_id="A01"
    )
    services.rerun(week.plan, by=cast.wu, revision=week.plan.revision)
    assert [one["code"] for one in week.item(other).gaps] == ["gap.not_run"]
    Run.objects.create(
        subject_kind="need",
        need=other,
        engine="x",
        position=1,
        candidates_count=1,
        is_good=False,
        started_at=timezone.now(),
        finished_at=timezone.now(),
    )
    services.rerun(week.plan, by=cast.wu, revision=week.plan.revision)
    assert [one["code"] for one in week.item(other).gaps] == ["gap.no_good"]
    assert week.item(other).missing_count == 1


def test_a_pair_below_the_threshold_is_not_chosen_and_the_nearest_is_named(
    cast: Cast, week: Week
) -> None:
    services.set_terms(week.plan, Terms(threshold=100), by=cast.wu, revision=week.plan.revision)
    (gap,) = week.item().gaps
    assert (gap["code"], gap["values"]["expert"]) == ("gap.weak", cast.chen_studio.code)
    told = sentence(reason_from_json(gap), selectors.names_for(week.plan, [week.item()]))
    assert cast.chen_studio.name in told


def test_nobody_answers_the_own_need(cast: Cast, week: Week) -> None:
    organisations.add_member(cast.lithium, cast.chen, by=cast.lin)
    services.rerun(week.plan, by=cast.wu, revision=week.plan.revision)
    assert [one["code"] for one in week.item().gaps] == ["gap.conflicts"]


def test_a_refused_pair_is_out(cast: Cast, week: Week) -> None:
    matching.refuse(week.need, cast.chen_studio, RefusalReason.TERMS, by=cast.chen)
    services.rerun(week.plan, by=cast.wu, revision=week.plan.revision)
    codes = [one["code"] for one in week.item().gaps]
    assert "gap.refused" in codes
    assert [one.studio_id for one in week.chosen()] == [None]


def test_places_are_what_is_offered_less_what_is_carried_and_asked(cast: Cast, week: Week) -> None:
    def left() -> int:
        return weighing.places(week.plan, [cast.chen_studio])[cast.chen_studio.code]

    assert left() == 2  # the offer says two, the studio three
    cast.open_offer(capacity=5)
    assert left() == 3
    cast.table()
    assert left() == 2
    case = cast.case(cast.open_need(title="另一条", public_title="另一条"))
    invitations.invite(
        case,
        case.concerns.get().need,
        cast.chen_studio,
        due_on=timezone.localdate() + dt.timedelta(days=7),
        by=cast.wu,
    )
    assert left() == 1
    services.set_capacity(week.plan, cast.chen_studio, 7, by=cast.wu, revision=1)
    assert left() == 7
    services.set_capacity(week.plan, cast.chen_studio, None, by=cast.wu, revision=2)
    assert left() == 1


def test_whoever_accepted_within_a_year_is_no_newcomer(cast: Cast) -> None:
    assert weighing.experienced([cast.chen_studio]) == set()
    cast.table()
    assert weighing.experienced([cast.chen_studio]) == {cast.chen_studio.pk}
    long_ago = timezone.now() - dt.timedelta(days=366)
    Invitation.objects.update(answered_at=long_ago)
    assert weighing.experienced([cast.chen_studio]) == set()


def test_brokers_are_weighed_by_room_and_by_what_they_know(cast: Cast, week: Week) -> None:
    def points() -> dict[str, float]:
        return {part["code"]: part["points"] for part in week.chosen()[1].parts}

    assert points() == {"room": 40, "contact": 0, "subject": 0, "place": 15}
    cast.case()
    services.rerun(week.plan, by=cast.wu, revision=1)
    assert points() == {"room": 36.7, "contact": 30, "subject": 15, "place": 15}
    assert week.chosen()[1].score == 96.7
    services.set_capacity(week.plan, cast.wu, 1, by=cast.wu, revision=2)
    assert [one.broker_id for one in week.chosen()] == [None]
    assert [one["code"] for one in week.item().broker_gaps] == ["gap.closed"]


def test_a_broker_with_a_stake_is_not_asked(cast: Cast, week: Week) -> None:
    organisations.add_member(cast.lithium, cast.wu, by=cast.lin)
    services.rerun(week.plan, by=cast.wu, revision=1)
    assert [one.broker_id for one in week.chosen()] == [None]


def test_a_case_that_lost_its_broker_is_given_to_another(cast: Cast, week: Week) -> None:
    case = cast.table()
    access.grant(cast.sun, Role.BROKER, node(), by=cast.he)
    access.end(Grant.objects.get(person=cast.wu, role=Role.BROKER), by=cast.he)
    services.rerun(week.plan, by=cast.sun, revision=1)
    item = selectors.item(week.plan, case.code)
    assert [one.broker for one in item.choices.all()] == [cast.sun]
    services.apply(week.plan, by=cast.sun, revision=2)
    assert services.take_up(item, by=cast.sun).case == case
    case.refresh_from_db()
    assert case.broker == cast.sun


def test_needs_of_cases_that_still_look_are_taken_in_when_wished(cast: Cast, week: Week) -> None:
    case = cast.case(week.need)
    services.rerun(week.plan, by=cast.wu, revision=1)
    assert list(selectors.rows(week.plan)) == []
    reactions.run("default")
    terms = Terms(threshold=0, newcomers=0, has_cases=True)
    services.set_terms(week.plan, terms, by=cast.wu, revision=2)
    (item,) = selectors.rows(week.plan)
    assert (item.need, item.case) == (week.need, case)
    services.apply(week.plan, by=cast.wu, revision=3)
    assert services.take_up(item, by=cast.wu).invited_count == 1
    assert Invitation.objects.get().case == case
