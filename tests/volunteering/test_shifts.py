"""Projects and shifts: set out by who leads, places counted, what is missing is named."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.crew import Crew, at
from tests.outcomes.test_outcomes import confirmed
from tests.volunteering import field as fields
from tests.volunteering.field import insured
from tests.volunteering.test_teams import last

from keqiao.base.errors import Invalid, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry
from keqiao.volunteering import projects, selectors, services
from keqiao.volunteering.models import Indicator, Milestone, Project, Shift, SignUp
from keqiao.volunteering.types import Marked, MarkKind, Measured, Profile

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def field(crew: Crew) -> fields.Field:
    return fields.laid(crew, volunteers=("ji",))


def test_a_leader_plans_a_project_of_the_team(field: fields.Field) -> None:
    assert field.project.association == field.crew.node
    entry = Entry.objects.get(action="project.planned")
    assert entry.data == {"association": "A-511800", "team": field.team.code}
    changed = projects.change(
        field.project, fields.project_content(title="两学一助"), by=field.crew.tang
    )
    assert (changed.title, last()) == ("两学一助", "project.changed")


@pytest.mark.parametrize("name", ["ji", "sun", "wu", "lin"])
def test_who_does_not_lead_plans_nothing(field: fields.Field, name: str) -> None:
    who = field.crew.person(name)
    with pytest.raises(NotAllowed):
        projects.plan(field.crew.node, fields.project_content(), team=field.team, by=who)
    with pytest.raises(NotAllowed):
        projects.plan(field.crew.node, fields.project_content(), by=who)
    with pytest.raises(NotAllowed):
        projects.offer_shift(field.project, fields.shift_content(), by=who)
    assert (Project.objects.count(), Shift.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": " "}, {"aim": ""}, {"from_on": None}, {"until_on": dt.date(2000, 1, 1)},
        {"until_on": dt.date(2099, 1, 1)}, {"title": "\x00"}, {"outcomes": ("R-NOBODY00",)},
    ],
)  # fmt: skip
def test_a_wrong_project_is_refused(field: fields.Field, changes: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        projects.plan(
            field.crew.node, fields.project_content(**changes), team=field.team, by=field.crew.qin
        )
    assert Project.objects.count() == 1


def test_outcomes_are_named_only_by_who_may_know_of_them(field: fields.Field) -> None:
    outcome = confirmed(field.crew.cast, field.crew.cast.table())
    named = fields.project_content(outcomes=(outcome.code,))
    with pytest.raises(Invalid):
        projects.change(field.project, named, by=field.crew.qin)
    projects.change(field.project, named, by=field.crew.cast.he)
    field.project.refresh_from_db()
    assert field.project.outcomes == [outcome.code]
    projects.change(field.project, named, by=field.crew.qin)  # what stands already may stay


def test_a_project_reaches_milestones_and_measures_itself(field: fields.Field) -> None:
    qin = field.crew.qin
    milestone = projects.add_milestone(field.project, "完成十个村的讲解", TODAY(), by=qin)
    projects.reach(milestone, TODAY(), "签到表见附件", by=qin)
    with pytest.raises(WrongState):
        projects.reach(milestone, TODAY(), "", by=qin)
    indicator = projects.add_indicator(field.project, "受益农户", "户", Decimal(300), by=qin)
    for amount in (120, 180):
        entered = Measured(Decimal(amount), TODAY(), "村委会登记表")
        projects.measure(indicator, entered, by=qin)
    (shown,) = selectors.indicators(field.project)
    assert [one.amount for one in shown.values.all()] == [180, 120]
    assert last() == "project.measured"


def test_a_value_without_a_source_is_refused(field: fields.Field) -> None:
    qin = field.crew.qin
    indicator = projects.add_indicator(field.project, "受益农户", "户", Decimal(300), by=qin)
    with pytest.raises(Invalid) as refusal:
        projects.measure(indicator, Measured(Decimal("NaN"), None, " "), by=qin)
    assert {one.field for one in refusal.value.problems} == {"amount", "measured_on", "source"}
    with pytest.raises(Invalid):
        projects.add_indicator(field.project, "受益农户", "人", Decimal(1), by=qin)
    with pytest.raises(Invalid):
        projects.add_milestone(field.project, "", None, by=qin)
    assert (Milestone.objects.count(), Indicator.objects.count()) == (0, 1)


def test_a_member_takes_a_place_and_gives_it_back(field: fields.Field) -> None:
    ji = field.crew.cast.ji
    shift = fields.shift(field)
    place = field.sign_up(ji, shift)
    shift.refresh_from_db()
    assert (shift.taken, last()) == (1, "shift.signed_up")
    with pytest.raises(projects.SignedUp):
        field.sign_up(ji, shift)
    with pytest.raises(NotAllowed):
        projects.withdraw(place, by=field.crew.qin)
    projects.withdraw(place, by=ji)
    shift.refresh_from_db()
    assert (shift.taken, last()) == (0, "shift.withdrawn")


def test_a_shift_is_for_the_members_of_its_team(field: fields.Field) -> None:
    shift = fields.shift(field)
    with pytest.raises(projects.MembersOnly):
        field.sign_up(field.crew.cast.gu, shift)
    services.apply(field.team, by=field.crew.cast.gu)
    with pytest.raises(projects.MembersOnly):
        field.sign_up(field.crew.cast.gu, shift)
    assert SignUp.objects.count() == 1


def test_a_node_s_own_project_is_open_to_all(field: fields.Field) -> None:
    crew = field.crew
    project = projects.plan(crew.node, fields.project_content(), by=crew.tang)
    shift = projects.offer_shift(project, fields.shift_content(), by=crew.tang)
    assert field.sign_up(crew.cast.gu, shift).person == crew.cast.gu
    assert shift.leader == crew.tang


def test_the_last_place_is_the_last(field: fields.Field) -> None:
    crew = field.crew
    shift = fields.shift(field, places=1)
    field.sign_up(crew.cast.ji, shift)
    field.join(crew.cast.gu)
    with pytest.raises(projects.ShiftFull):
        field.sign_up(crew.cast.gu, shift)
    shift.refresh_from_db()
    assert (shift.taken, SignUp.objects.filter(shift=shift).count()) == (1, 1)


def test_what_a_shift_asks_for_is_named_when_it_is_missing(field: fields.Field) -> None:
    crew = field.crew
    shift = fields.shift(field, needs_insurance=True, needs_training=True, skills=("植保",))
    with pytest.raises(projects.Lacking) as refusal:
        field.sign_up(crew.cast.ji, shift)
    assert refusal.value.phrase.values == {"missing": "技能“植保”、保险、培训"}
    services.describe(Profile(skills=("植保",)), by=crew.cast.ji)
    member = field.member(crew.cast.ji)
    services.mark(member, insured(until_on=TODAY()), by=crew.qin)
    training = Marked(MarkKind.TRAINING, "安全须知", given_on=TODAY(), minutes=60)
    services.mark(member, training, by=crew.qin)
    with pytest.raises(
        projects.Lacking
    ) as refusal:  # the insurance ends today, the shift is tomorrow
        field.sign_up(crew.cast.ji, shift)
    assert refusal.value.phrase.values == {"missing": "保险"}
    services.mark(member, insured(), by=crew.luo)
    assert field.sign_up(crew.cast.ji, shift).shift == shift


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"starts_at": None}, "ends_at"),
        ({"ends_at": at(1, 8)}, "ends_at"),
        ({"ends_at": at(9)}, "ends_at"),
        ({"starts_at": at(-1), "ends_at": at(-1, 10)}, "starts_at"),
        ({"places": 0}, "places"),
        ({"places": None}, "places"),
        ({"places": 10**9}, "places"),
        ({"title": "\x00"}, "title"),
        ({"work": ""}, "work"),
        ({"place": ""}, "place"),
        ({"leader": "nobody@keqiao.example"}, "leader"),
        ({"session": "E-NOBODY00"}, "session"),
    ],
)
def test_a_wrong_shift_is_refused(
    field: fields.Field, changes: dict[str, object], named: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        fields.shift(field, **changes)
    assert named in {one.field for one in refusal.value.problems}
    assert Shift.objects.count() == 1


def test_a_cancelled_shift_takes_nobody(field: fields.Field) -> None:
    crew = field.crew
    shift = fields.shift(field)
    with pytest.raises(Invalid):
        projects.cancel_shift(shift, " ", by=crew.qin)
    with pytest.raises(NotAllowed):
        projects.cancel_shift(shift, "下雨", by=crew.cast.ji)
    projects.cancel_shift(shift, "下雨", by=crew.qin)
    assert (shift.state, last()) == ("cancelled", "shift.cancelled")
    with pytest.raises(projects.ShiftOver):
        field.sign_up(crew.cast.ji, shift)
    with pytest.raises(WrongState):
        projects.cancel_shift(shift, "下雨", by=crew.qin)


def test_a_shift_that_has_hours_is_not_cancelled(field: fields.Field) -> None:
    field.record(field.crew.cast.ji)
    with pytest.raises(projects.HoursThere):
        projects.cancel_shift(field.shift, "记错", by=field.crew.qin)
    field.shift.refresh_from_db()
    assert field.shift.state == "planned"


def test_nobody_signs_up_or_leaves_once_it_has_begun(field: fields.Field) -> None:
    ji = field.crew.cast.ji
    place = selectors.sign_up(field.shift, ji)
    assert place is not None
    with pytest.raises(projects.ShiftOver):
        projects.withdraw(place, by=ji)
    field.join(field.crew.cast.gu)
    with pytest.raises(projects.ShiftOver):
        field.sign_up(field.crew.cast.gu)


@pytest.mark.parametrize(("ends", "lacking"), [(at(2, 7), ["insurance"]), (at(2, 0), [])])
def test_insurance_is_asked_for_the_local_day_on_which_a_shift_ends(
    field: fields.Field, ends: dt.datetime, lacking: list[str]
) -> None:
    ji = field.crew.cast.ji
    shift = fields.shift(field, starts_at=at(1, 20), ends_at=ends, needs_insurance=True)
    shift.refresh_from_db()
    until = TODAY() + dt.timedelta(days=1)
    services.mark(field.member(ji), insured(until_on=until), by=field.crew.qin)
    assert selectors.lacking(shift, ji) == lacking
