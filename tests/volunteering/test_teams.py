"""Teams: who asks to join is admitted by a leader, who leads marks others, nobody but the last leader has to stay."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from tests.crew import Crew
from tests.volunteering import field as fields
from tests.volunteering.field import insured

from keqiao.base.errors import Invalid, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry
from keqiao.volunteering import policies, selectors, services
from keqiao.volunteering.models import Mark, Member, SignUp, Volunteer
from keqiao.volunteering.types import Gender, Profile

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def field(crew: Crew) -> fields.Field:
    return fields.laid(crew, volunteers=())


def last() -> str:
    return str(Entry.objects.order_by("-position").values_list("action", flat=True)[0])


def test_an_organiser_founds_a_team_and_its_leader_leads(field: fields.Field) -> None:
    crew = field.crew
    assert selectors.leaders(field.team) == ["秦川", "罗青"]
    assert policies.leads(crew.qin, field.team)
    assert policies.leads(crew.tang, field.team)
    assert not policies.leads(crew.cast.sun, field.team)
    entry = Entry.objects.get(action="team.founded")
    assert (entry.actor_id, entry.data["leader"]) == (crew.tang.pk, crew.qin.pk)


@pytest.mark.parametrize("name", ["lin", "wu", "sun", "ji", "qin"])
def test_who_does_not_organise_founds_nothing(crew: Crew, name: str) -> None:
    with pytest.raises(NotAllowed):
        services.found(crew.node, "队", "", crew.qin.email, by=crew.person(name))
    assert not Entry.objects.filter(subject_kind="team").exists()


def test_a_team_is_led_by_somebody_with_an_account(crew: Crew) -> None:
    with pytest.raises(Invalid) as refusal:
        services.found(crew.node, "", "", "nobody@keqiao.example", by=crew.tang)
    assert {one.field for one in refusal.value.problems} == {"name", "leader"}


def test_who_asks_is_admitted_by_a_leader(field: fields.Field) -> None:
    crew = field.crew
    asked = services.apply(field.team, "想教农户认病叶", by=crew.cast.ji)
    assert last() == "team.asked"
    for name in ("ji", "sun", "wu"):
        with pytest.raises(NotAllowed):
            services.admit(asked, by=crew.person(name))
    services.admit(asked, by=crew.luo)
    assert (asked.state, asked.answered_by, last()) == ("member", crew.luo, "team.admitted")


def test_nobody_asks_twice_and_who_left_may_come_back(field: fields.Field) -> None:
    ji = field.crew.cast.ji
    field.join(ji)
    with pytest.raises(services.AlreadyThere):
        services.apply(field.team, by=ji)
    services.leave(field.member(ji), by=ji)
    services.apply(field.team, by=ji)
    assert Member.objects.filter(team=field.team, person=ji).count() == 2


def test_who_is_refused_is_no_member(field: fields.Field) -> None:
    asked = services.apply(field.team, by=field.crew.cast.ji)
    services.refuse(asked, by=field.crew.qin)
    assert (asked.state, last()) == ("refused", "team.refused")
    with pytest.raises(WrongState):
        services.admit(asked, by=field.crew.qin)


def test_who_leaves_gives_the_coming_places_back(field: fields.Field) -> None:
    ji = field.crew.cast.ji
    field.join(ji)
    coming = fields.shift(field)
    field.sign_up(ji, coming)
    services.leave(field.member(ji), by=ji)
    coming.refresh_from_db()
    assert coming.taken == 0
    assert SignUp.objects.get(shift=coming).withdrawn_at is not None


def test_a_team_keeps_a_leader(field: fields.Field) -> None:
    crew = field.crew
    services.set_leader(field.member(crew.luo), is_leader=False, by=crew.qin)
    with pytest.raises(services.LastLeader):
        services.leave(field.member(crew.qin), by=crew.qin)
    with pytest.raises(services.LastLeader):
        services.set_leader(field.member(crew.qin), is_leader=False, by=crew.tang)
    assert selectors.leaders(field.team) == ["秦川"]


def test_only_leaders_read_who_is_in_the_team(field: fields.Field) -> None:
    field.join(field.crew.cast.ji)
    assert len(selectors.members(field.team, by=field.crew.tang)) == 3
    assert selectors.members(field.team, by=field.crew.cast.ji) == []
    assert selectors.members(field.team, by=field.crew.cast.sun) == []


def test_a_leader_marks_others_and_takes_it_back(field: fields.Field) -> None:
    crew = field.crew
    member = field.join(crew.cast.ji)
    mark = services.mark(member, insured(), by=crew.qin)
    assert (mark.kind, last()) == ("insurance", "team.marked")
    with pytest.raises(NotAllowed):
        services.mark(field.member(crew.qin), insured(), by=crew.qin)
    with pytest.raises(NotAllowed):
        services.unmark(mark, by=crew.cast.ji)
    services.unmark(mark, by=crew.luo)
    assert last() == "team.unmarked"
    with pytest.raises(WrongState):
        services.unmark(mark, by=crew.luo)


@pytest.mark.parametrize(
    ("changes", "field_name"),
    [
        ({"until_on": None}, "until_on"),
        ({"until_on": dt.date(2020, 1, 1)}, "until_on"),
        ({"given_on": None}, "given_on"),
        ({"given_on": dt.date(2999, 1, 1), "until_on": dt.date(2999, 2, 1)}, "given_on"),
        ({"title": "\x00"}, "title"),
        ({"title": "险" * 201}, "title"),
        ({"minutes": -1}, "minutes"),
    ],
)
def test_a_wrong_mark_is_refused_whole(
    field: fields.Field, changes: dict[str, object], field_name: str
) -> None:
    member = field.join(field.crew.cast.ji)
    with pytest.raises(Invalid) as refusal:
        services.mark(member, insured(**changes), by=field.crew.qin)
    assert field_name in {one.field for one in refusal.value.problems}
    assert not Mark.objects.exists()


def test_a_volunteer_states_what_they_like(crew: Crew) -> None:
    stated = Profile(
        Gender.FEMALE, dt.date(2000, 2, 29), "511800", "12345", ("讲解", "讲解"), ("科普",)
    )
    kept = services.describe(stated, by=crew.cast.ji)
    assert (kept.skills, kept.region_id, kept.phone) == (["讲解"], "511800", "12345")
    entry = Entry.objects.get(action="volunteer.described")
    assert entry.data == {
        "fields": ["born_on", "gender", "phone", "region_id", "services", "skills"]
    }


@pytest.mark.parametrize(
    "stated",
    [
        Profile(born_on=dt.date(2999, 1, 1)),
        Profile(born_on=dt.date(1800, 1, 1)),
        Profile(region_id="999999"),
        Profile(phone="\u202e1"),
        Profile(skills=("技" * 31,)),
        Profile(skills=tuple(str(one) for one in range(21))),
    ],
)
def test_what_cannot_be_is_refused(crew: Crew, stated: Profile) -> None:
    with pytest.raises(Invalid):
        services.describe(stated, by=crew.cast.ji)
    assert not Volunteer.objects.exclude(phone="").exists()
