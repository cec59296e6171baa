"""A teacher enters a class, guardians answer by their links; nobody is registered without."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.cast import YAAN, Cast, firm
from tests.classes.room import CALLED, MOTHER, by_key, confirm, content, enter, links
from tests.crew import Crew, at
from tests.guardians.camp import MARKS, NAME, add_session, camp, child

from keqiao.activities.models import Session
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.classes import selectors, services
from keqiao.classes.models import Pupil, SchoolClass
from keqiao.classes.states import State
from keqiao.classes.types import MOST_PUPILS
from keqiao.guardians import intake as guardians_intake
from keqiao.guardians import services as guardians
from keqiao.guardians.models import Consent, Deletion, Minor
from keqiao.guardians.types import Guardian, Purpose
from keqiao.journal.models import Entry
from keqiao.organisations import services as organisations
from keqiao.registrations import pupils, turns
from keqiao.registrations import services as registrations
from keqiao.registrations.models import Registration
from keqiao.registrations.types import (
    Cancelled,
    Closed,
    NotOpenYet,
    RegionLimit,
    SchoolLimit,
)

pytestmark = pytest.mark.django_db


def taken(session: Session) -> int:
    session.refresh_from_db()
    return session.taken


def ran_out(school_class: SchoolClass) -> SchoolClass:
    """Return a class whose day has just gone by."""
    SchoolClass.objects.filter(pk=school_class.pk).update(due_at=timezone.now())
    school_class.refresh_from_db()
    return school_class


def test_places_are_kept_and_nobody_is_registered(crew: Crew) -> None:
    session = camp(crew)
    made = enter(crew, session)
    assert taken(session) == 3
    assert not Registration.objects.exists()
    assert not Minor.objects.exists()
    assert [one.called for one in selectors.pupils(made)] == list(CALLED)
    entry = Entry.objects.get(action="class.entered")
    assert entry.data == {"session": session.code, "school": crew.school.code, "pupils": 3}
    assert not any(name in str(made) for name in CALLED)


def test_a_guardian_confirms_and_only_then_the_pupil_is_registered(crew: Crew) -> None:
    session = camp(crew)
    made = enter(crew, session)
    first, *_others = links(crew, made)
    registration = confirm(first)
    assert (registration.state, registration.person) == ("confirmed", crew.luo)
    assert registration.minor is not None
    assert (registration.minor.name, registration.minor.school) == (NAME, crew.school.name)
    assert (registration.minor.guardian, registration.minor.guardian_name) == (None, "马兰")
    assert Registration.objects.count() == 1
    assert taken(session) == 3
    pupil = selectors.pupils(made)[0]
    assert (pupil.state, pupil.called) == (State.CONFIRMED, "")
    told = [one.data for one in Entry.objects.filter(action__startswith="class.")]
    assert not any(mark in str(told) for mark in (*MARKS, *CALLED, "马兰"))


def test_who_refuses_gives_the_place_back_and_leaves_no_name(crew: Crew) -> None:
    session = camp(crew)
    made = enter(crew, session)
    key = links(crew, made)[1]
    services.refuse(by_key(key))
    assert taken(session) == 2
    assert [one.called for one in selectors.pupils(made)] == ["小满", "", "小秋㐂"]
    with pytest.raises(Missing):
        by_key(key)
    assert Entry.objects.filter(action="class.refused").count() == 1


def test_a_link_is_answered_once(crew: Crew) -> None:
    made = enter(crew)
    key = links(crew, made)[0]
    seen = by_key(key)
    confirm(key)
    for again in (
        lambda: services.confirm(seen, child(), MOTHER),
        lambda: services.refuse(seen),
    ):
        with pytest.raises(services.AnsweredAlready):
            again()
    assert Registration.objects.count() == 1


def test_without_consent_nothing_is_registered_and_the_link_still_works(crew: Crew) -> None:
    session = camp(crew)
    key = links(crew, enter(crew, session))[0]
    with pytest.raises(guardians_intake.ConsentNeeded):
        confirm(key, consents=frozenset({Purpose.HEALTH}))
    with pytest.raises(Invalid):
        services.confirm(by_key(key), child(), Guardian("", "1"))
    assert not Minor.objects.exists()
    assert not Registration.objects.exists()
    assert taken(session) == 3
    assert confirm(key).pk


def test_new_links_end_the_old_ones_of_those_who_are_still_asked(crew: Crew) -> None:
    made = enter(crew)
    first, second, _third = links(crew, made)
    confirm(first)
    assert len(links(crew, made)) == 2
    assert by_key(first).state == State.CONFIRMED
    with pytest.raises(Missing):
        by_key(second)
    assert not Pupil.objects.filter(key_digest__in=[first, second]).exists()


def test_when_the_day_is_over_names_go_and_places_are_given_back(crew: Crew) -> None:
    session = camp(crew)
    made = enter(crew, session)
    first, second, _third = links(crew, made)
    confirm(first)
    assert services.end_due(timezone.now()) == 0
    ran_out(made)
    with pytest.raises(services.Over):
        confirm(second)
    assert services.end_due(timezone.now()) == 1
    assert services.end_due(timezone.now()) == 0
    assert taken(session) == 1
    assert [one.state for one in selectors.pupils(made)] == ["confirmed", "lapsed", "lapsed"]
    assert set(Pupil.objects.values_list("called", flat=True)) == {""}
    assert Entry.objects.get(action="class.ended").data["unanswered"] == 2
    with pytest.raises(Missing):
        by_key(second)
    assert by_key(first).state == State.CONFIRMED


def test_a_guardian_returns_with_the_link_and_takes_everything_back(crew: Crew) -> None:
    session = camp(crew)
    made = enter(crew, session)
    key = links(crew, made)[0]
    registration = confirm(key)
    assert registration.minor is not None
    guardians.withdraw(registration.minor, Purpose.HEALTH, by=None)
    services.withdraw(by_key(key))
    registration.refresh_from_db()
    assert registration.state == "cancelled"
    assert taken(session) == 2
    minor = Minor.objects.get()
    assert (minor.name, minor.guardian_phone) == ("", "")
    assert minor.deleted_at is not None
    assert Consent.objects.filter(withdrawn_at=None).count() == 0
    assert {one.why for one in Deletion.objects.all()} == {"withdrawn"}
    with pytest.raises(Missing):
        by_key(key)


def test_what_is_held_is_withdrawn_even_when_the_session_has_begun(crew: Crew) -> None:
    session = camp(crew)
    key = links(crew, enter(crew, session))[0]
    confirm(key)
    Session.objects.update(starts_at=at(-1), ends_at=at(1))
    services.withdraw(by_key(key))
    assert Minor.objects.get().deleted_at is not None
    assert Registration.objects.get().state == "confirmed"  # what began, is not given to others


def test_a_cancelled_session_ends_its_classes(crew: Crew) -> None:
    session = camp(crew)
    made = enter(crew, session)
    key = links(crew, made)[0]
    Session.objects.update(state="cancelled")
    with pytest.raises(Cancelled):
        confirm(key)
    assert services.end_due(timezone.now()) == 1
    assert set(Pupil.objects.values_list("called", flat=True)) == {""}


def test_a_teacher_ends_a_class_and_leaves(crew: Crew) -> None:
    session = camp(crew)
    made = enter(crew, session)
    with pytest.raises(NotAllowed):
        services.end(made)  # the platform, before the day
    assert services.end(made, by=crew.luo) == 3
    assert taken(session) == 0
    other = enter(crew, session)
    services.erase(crew.luo, by=crew.luo)
    other.refresh_from_db()
    assert other.ended_at is not None
    assert len(selectors.held_about(crew.luo)["classes"]) == 2


@pytest.mark.parametrize("name", ["tang", "qin", "ma", "he", "lin", "wu"])
def test_only_a_member_of_a_verified_school_enters_a_class(crew: Crew, name: str) -> None:
    with pytest.raises(NotAllowed):
        services.enter(camp(crew), crew.school, content(), by=crew.person(name))
    assert not SchoolClass.objects.exists()


def test_an_enterprise_enters_no_class_and_a_school_only_once_it_is_verified(crew: Crew) -> None:
    cast: Cast = crew.cast
    session = camp(crew)
    with pytest.raises(NotAllowed):
        services.enter(session, cast.lithium, content(), by=cast.lin)
    waiting = firm("雅安示例电池有限公司", YAAN, "91511800MAKQ00003", by=crew.luo)
    with pytest.raises(NotAllowed):
        services.enter(session, waiting, content(), by=crew.luo)


def test_nobody_but_the_teacher_sees_or_ends_a_class_colleagues_neither(crew: Crew) -> None:
    made = enter(crew)
    organisations.add_member(crew.school, crew.ma, by=crew.luo)
    for who in (crew.ma, crew.tang, crew.qin, crew.cast.he):
        with pytest.raises(Missing):
            selectors.get(made.code, by=who)
        with pytest.raises(NotAllowed):
            services.issue_links(made, by=who)
        with pytest.raises(NotAllowed):
            services.end(made, by=who)


def test_nobody_with_a_log_in_answers_for_a_guardian(crew: Crew) -> None:
    key = links(crew, enter(crew))[0]
    for who in (crew.luo, crew.tang, crew.ma):
        for answer in (
            lambda who=who: services.confirm(by_key(key), child(), MOTHER, by=who),
            lambda who=who: services.refuse(by_key(key), by=who),
            lambda who=who: services.withdraw(by_key(key), by=who),
        ):
            with pytest.raises(NotAllowed):
                answer()


def test_a_class_is_kept_whole_or_not_at_all(crew: Crew) -> None:
    session = camp(crew, places=2)
    with pytest.raises(pupils.FewerForClass, match="2"):
        enter(crew, session)
    assert taken(session) == 0
    assert not SchoolClass.objects.exists()


def test_a_class_does_not_pass_those_who_wait(crew: Crew) -> None:
    session = camp(crew, places=1)
    registrations.sign_up(session, minors=[child()], by=crew.ma)
    registrations.sign_up(session, minors=[child(name="小秋")], by=crew.cast.lin)
    Session.objects.update(places=9)
    with pytest.raises((pupils.SomebodyWaits, pupils.FewerForClass)):
        enter(crew, session, *(f"学生{number}" for number in range(9)))
    assert not SchoolClass.objects.exists()


def test_lots_closed_sessions_and_schools_with_enough_refuse(crew: Crew) -> None:
    drawn, closed, past, limited = (camp(crew) for _one in range(4))
    Session.objects.filter(pk=drawn.pk).update(way="draw", draws_at=at(2))
    Session.objects.filter(pk=closed.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    Session.objects.filter(pk=past.pk).update(closes_at=timezone.now() - timedelta(days=1))
    Session.objects.filter(pk=limited.pk).update(most_per_school=4)
    for session, why in ((drawn, pupils.DrawnByLot), (closed, Closed), (past, Closed)):
        session.refresh_from_db()
        today = timezone.localdate()
        with pytest.raises(why):
            enter(crew, session, due_on=today)
    limited.refresh_from_db()
    enter(crew, limited)
    with pytest.raises(SchoolLimit):
        enter(crew, limited, "甲", "乙")
    assert enter(crew, limited, "甲").pk
    assert turns.Seats(limited).left_for_school(crew.school.name) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "班" * 41}, "name"),
        ({"pupils": ()}, "pupils"),
        ({"pupils": ("小满", "小满")}, "pupils"),
        ({"pupils": ("小\x00满",)}, "pupils"),
        ({"pupils": ("满" * 61,)}, "pupils"),
        ({"pupils": tuple(str(one) for one in range(MOST_PUPILS + 1))}, "pupils"),
        ({"due_on": None}, "due_on"),
        ({"due_on": timedelta(days=-1)}, "due_on"),
        ({"due_on": timedelta(days=8)}, "due_on"),
    ],
)
def test_hostile_classes_are_refused_beside_their_field(
    crew: Crew, changes: dict[str, object], field: str
) -> None:
    session = camp(crew, days=30)
    if isinstance(wait := changes.get("due_on"), timedelta):
        changes = {"due_on": timezone.localdate() + wait}
    with pytest.raises(Invalid) as refusal:
        services.enter(session, crew.school, content(**changes), by=crew.luo)
    assert {one.field for one in refusal.value.problems} == {field}
    assert taken(session) == 0


def test_guardians_are_asked_no_longer_than_sign_up_is_open(crew: Crew) -> None:
    session = camp(crew, days=3)
    with pytest.raises(Invalid):
        enter(crew, session, due_on=timezone.localdate() + timedelta(days=4))
    made = enter(crew, session, due_on=timezone.localdate() + timedelta(days=3))
    assert made.due_at == session.starts_at


def test_two_classes_of_one_activity_stand_apart(crew: Crew) -> None:
    session = camp(crew)
    other = add_session(crew, session.activity, days=4)
    first, second = enter(crew, session), enter(crew, other)
    confirm(links(crew, first)[0])
    confirm(links(crew, second)[0])
    assert {one.__dict__["confirmed_count"] for one in selectors.of_teacher(crew.luo)} == {1}
    assert (taken(session), taken(other)) == (3, 3)


def test_places_kept_for_a_class_count_for_its_school_and_its_county(crew: Crew) -> None:
    school, county = crew.school.name, crew.school.region
    for limit in ("most_per_school", "most_per_region"):
        session = camp(crew)
        Session.objects.filter(pk=session.pk).update(**{limit: 3})
        session.refresh_from_db()
        made = enter(crew, session)
        keys = links(crew, made)
        mine = [child(name="小秋", school=school)]
        with pytest.raises((SchoolLimit, RegionLimit)):
            registrations.sign_up(session, minors=mine, region=county, by=crew.ma)
        with pytest.raises((SchoolLimit, RegionLimit)):
            enter(crew, session, "丁")
        confirm(keys[0])
        confirm(keys[1], name="小秋")
        assert taken(session) == 3
        services.refuse(by_key(keys[2]))
        registrations.sign_up(session, minors=mine, region=county, by=crew.ma)
        with pytest.raises((SchoolLimit, RegionLimit)):
            registrations.sign_up(session, minors=mine, region=county, by=crew.cast.lin)
        assert taken(session) == 3


def test_a_teacher_who_leaves_frees_no_places_of_the_county(crew: Crew) -> None:
    session = camp(crew)
    Session.objects.filter(pk=session.pk).update(most_per_region=1)
    session.refresh_from_db()
    made = confirm(links(crew, enter(crew, session, "小满"))[0])
    registrations.erase(crew.luo, by=crew.luo)
    made.refresh_from_db()
    assert (made.state, made.region) == ("confirmed", crew.school.region)


def test_a_class_is_told_why_a_session_takes_nobody(crew: Crew) -> None:
    early, off = camp(crew), camp(crew)
    Session.objects.filter(pk=early.pk).update(opens_at=timezone.now() + timedelta(hours=1))
    Session.objects.filter(pk=off.pk).update(state="cancelled")
    for session, why in ((early, NotOpenYet), (off, Cancelled)):
        session.refresh_from_db()
        with pytest.raises(why):
            enter(crew, session)


def test_a_class_ends_when_its_session_begins_though_it_was_moved(crew: Crew) -> None:
    session = camp(crew)
    made = enter(crew, session)
    now = timezone.now()
    Session.objects.filter(pk=session.pk).update(starts_at=now - timedelta(minutes=1))
    assert made.due_at > now
    assert services.end_due(now) == 1
    assert taken(session) == 0
    assert not Pupil.objects.exclude(called="").exists()
