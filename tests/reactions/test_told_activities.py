"""A session that moves or is called off: everybody who signed up hears of it, and who leads; so do their calendars."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from tests.activities.made import draft, published, session_content, with_session
from tests.cast import person
from tests.classes.room import confirm, enter, links
from tests.crew import Crew, at
from tests.guardians.camp import camp
from tests.postoffice import PostOffice, calendar, part, plain
from tests.reactions.test_notices import forget_the_past
from tests.volunteering.field import laid, shift

from keqiao.accounts import services as accounts
from keqiao.accounts.models import Person
from keqiao.accounts.types import Purpose
from keqiao.activities import services
from keqiao.activities.models import Session
from keqiao.activities.types import Leader
from keqiao.classes import services as classes
from keqiao.messaging.models import Notice
from keqiao.reactions import services as reactions
from keqiao.registrations.models import Registration
from keqiao.registrations.states import State
from keqiao.volunteering import projects

pytestmark = pytest.mark.django_db


def signed_up(session: Session, who: Person, **changes: Any) -> Registration:
    """Return a row of somebody who signed up, as the room of registrations keeps it."""
    code = f"B-{Registration.objects.count():08}"
    return Registration.objects.create(code=code, session=session, person=who, **changes)


@pytest.fixture
def session(crew: Crew) -> Session:
    """A session that 秦川 leads, for which 阿依·马兰 signed up, and others who wait or left; all want mail."""
    for who in (crew.ma, crew.qin, crew.luo, crew.cast.ji):
        accounts.consent(who, Purpose.MAIL, by=who)
    made = published(crew, leader=Leader(crew.qin.email, crew.qin.name))
    signed_up(made, crew.ma)
    signed_up(made, crew.luo, state=State.WAITING, turn=1)
    signed_up(made, crew.cast.ji, state=State.CANCELLED, ended_at=timezone.now())
    forget_the_past()
    return made


def event_of(office: PostOffice, name: str) -> tuple[str, Any]:
    made = calendar(part(office.letters(name)[-1], "text/calendar"))
    return str(made["METHOD"]), made.walk("VEVENT")[0]


def test_a_move_and_a_cancellation_reach_who_signed_up_and_who_leads(
    crew: Crew, session: Session, post_office: PostOffice
) -> None:
    leader = Leader(crew.qin.email, crew.qin.name)
    moved = session_content(12, place="县文化馆", leader=leader)
    services.change_session(session, moved, by=crew.tang)
    reactions.run("mail")
    assert sorted(post_office.receivers()) == ["luoqing", "malan", "qinchuan"]
    method, first = event_of(post_office, "malan")
    assert (method, first["DTSTART"].dt, str(first["LOCATION"])[:4]) == (
        "REQUEST",
        at(12),
        "县文化馆",
    )
    assert str(first["ATTENDEE"]) == "mailto:malan@keqiao.example"
    assert crew.luo.email not in post_office.letters("malan")[-1].as_string()
    assert "县文化馆" in plain(post_office.letters("malan")[-1])
    services.cancel_session(session, "下大雪", by=crew.tang)
    reactions.run("mail")
    method, second = event_of(post_office, "malan")
    assert (method, str(second["UID"])) == ("CANCEL", f"session-{session.code}@keqiao")
    assert [int(one["SEQUENCE"]) for one in (first, second)] == [1, 2]
    assert "下大雪" in plain(post_office.letters("malan")[-1])
    assert not Notice.objects.filter(person__in=[crew.tang, crew.cast.ji, crew.cast.lin]).exists()


def test_an_activity_that_is_called_off_is_told_for_each_session(
    crew: Crew, session: Session, post_office: PostOffice
) -> None:
    other = with_session(crew, session.activity, 15)
    signed_up(other, crew.ma)
    forget_the_past()
    services.cancel(session.activity, "场馆停电", by=crew.tang)
    reactions.run("mail")
    assert post_office.receivers().count("malan") == 2
    assert post_office.receivers().count("luoqing") == 1
    assert event_of(post_office, "malan")[0] == "CANCEL"
    reactions.skip_to("notices", 0)
    reactions.run("mail")
    assert Notice.objects.filter(person=crew.ma).count() == 2, "told again, nobody hears twice"


def test_a_teacher_is_told_before_any_guardian_has_answered_and_asked_to_pass_it_on(
    crew: Crew,
) -> None:
    held = camp(crew)
    entered = enter(crew, held)
    forget_the_past()
    services.change_session(held, session_content(12), by=crew.tang)
    reactions.run("mail")
    [told] = Notice.objects.filter(person=crew.luo)
    assert "凭链接确认的监护人收不到通知，请您转告" in told.said["text"]
    classes.end(entered, by=crew.luo)
    services.change_session(held, session_content(13), by=crew.tang)
    reactions.run("mail")
    assert Notice.objects.filter(person=crew.luo).count() == 1, "nobody is left to be told"


def test_a_teacher_whose_class_ended_with_the_session_is_told(crew: Crew) -> None:
    held = camp(crew)
    confirm(links(crew, enter(crew, held))[0])
    forget_the_past()
    services.cancel_session(held, "下大雪", by=crew.tang)
    classes.end_due(timezone.now())
    reactions.run("mail")
    [told] = Notice.objects.filter(person=crew.luo)
    assert "已取消" in told.said["text"]
    assert "请您转告" in told.said["text"]


def test_only_the_last_of_two_moves_is_told(crew: Crew, session: Session) -> None:
    services.change_session(session, session_content(12), by=crew.tang)
    services.change_session(session, session_content(13), by=crew.tang)
    services.change_session(session, session_content(13, places=60), by=crew.tang)
    reactions.run("mail")
    [told] = Notice.objects.filter(person=crew.ma)
    assert told.said["values"]["when"] == f"{at(13):%Y-%m-%d %H:%M}"


def test_a_move_is_not_told_when_all_was_called_off_since(crew: Crew, session: Session) -> None:
    services.change_session(session, session_content(12), by=crew.tang)
    services.cancel(session.activity, "雨", by=crew.tang)
    reactions.run("mail")
    [told] = Notice.objects.filter(person=crew.ma)
    assert "取消" in told.said["text"]


def test_whoever_left_because_of_it_still_hears_why(crew: Crew, session: Session) -> None:
    services.cancel_session(session, "下大雪", by=crew.tang)
    Registration.objects.filter(person=crew.ma).update(
        state=State.CANCELLED, ended_at=timezone.now()
    )
    late = person("wanlai", "晚来")
    signed_up(session, late)
    reactions.run("mail")
    assert Notice.objects.filter(person=crew.ma).count() == 1
    assert not Notice.objects.filter(person=late).exists(), "who came after it is told by the page"


def test_more_places_and_drafts_are_told_nobody(crew: Crew, session: Session) -> None:
    services.change_session(session, session_content(places=50), by=crew.tang)
    kept_back = with_session(crew, draft(crew), leader=Leader(crew.qin.email, crew.qin.name))
    services.change_session(kept_back, session_content(12), by=crew.tang)
    services.cancel(kept_back.activity, "不办了", by=crew.tang)
    reactions.run("mail")
    assert not Notice.objects.exists()


def test_who_helps_in_a_shift_of_the_session_hears_of_its_move(
    crew: Crew, session: Session
) -> None:
    field = laid(crew)
    helping = shift(field, session=session.code, places=2)  # 秦川 leads it
    field.sign_up(crew.cast.gu, helping)
    projects.give_up(field.sign_up(crew.cast.ji, helping), by=crew.cast.ji)
    forget_the_past()
    services.change_session(session, session_content(12), by=crew.tang)
    reactions.run("mail")
    told = Notice.objects.filter(about=f"session:{session.code}")
    assert sorted(one.person.name for one in told) == ["古力·阿依", "秦川", "罗青", "阿依·马兰"]
