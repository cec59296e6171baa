"""What becomes of places is told to who signed up for them, and to nobody else; never who the child is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.crew import Crew
from tests.registrations.room import child, come, crowd, drawn_lecture, later, lecture, run_out

from keqiao.accounts.models import Person
from keqiao.journal import selectors as journal
from keqiao.messaging.models import Notice
from keqiao.reactions import selectors, services
from keqiao.registrations import services as registrations

pytestmark = pytest.mark.django_db


def forget_the_past() -> None:
    services.skip_to("notices", journal.last_position())


def told() -> list[tuple[Person, str]]:
    """Have everything told; return to whom, and the sentences."""
    services.run("mail")
    assert not selectors.failures().exists()
    rows = Notice.objects.select_related("person").order_by("pk")
    return [(one.person, str(one.phrase)) for one in rows]


def test_an_offer_is_told_to_whose_turn_it_is_with_its_end(crew: Crew) -> None:
    one, two, three = crowd(3)
    session = lecture(crew, places=1)
    first, second, _third = come(session, one, two, three)
    forget_the_past()
    registrations.cancel(first, by=one)
    second.refresh_from_db()
    ((person, said),) = told()
    assert person == two
    assert second.offered_until is not None
    assert f"{timezone.localtime(second.offered_until):%Y-%m-%d %H:%M}" in said


def test_an_offer_that_lapsed_is_told_to_both(crew: Crew) -> None:
    one, two, three = crowd(3)
    session = lecture(crew, places=1)
    first, _second, _third = come(session, one, two, three)
    registrations.cancel(first, by=one)
    forget_the_past()
    run_out(session)
    registrations.lapse(timezone.now())
    found = dict(told())
    assert set(found) == {two, three}
    assert "没有在期限内确认" in found[two]
    assert "空出了一个名额" in found[three]


def test_who_waits_in_vain_for_a_child_hears_that_it_was_forgotten(crew: Crew) -> None:
    session = lecture(crew, places=0)
    registrations.sign_up(session, by=crew.ma, minors=[child("阿依·小满")])
    come(session, crew.cast.ji)
    forget_the_past()
    later(session, starts_at=-timedelta(minutes=1))
    registrations.lapse(timezone.now())
    found = dict(told())
    assert "为孩子填写的内容已删除" in found[crew.ma]
    assert "已删除" not in found[crew.cast.ji]
    assert "阿依·小满" not in str(found)


def test_a_draw_is_told_to_each_once_with_what_came_of_it(crew: Crew) -> None:
    session = drawn_lecture(crew, places=2)
    registrations.sign_up(session, by=crew.ma, minors=[child("小满"), child("小禾")])
    come(session, *crowd(2))
    forget_the_past()
    later(session, draws_at=-timedelta(seconds=1))
    registrations.lapse(timezone.now())
    found = told()
    assert len(found) == 3
    assert sum("抽中 2 个名额" in said or "候补" in said for _person, said in found) == 3
    services.run("mail")
    assert Notice.objects.count() == 3


def test_a_place_that_the_platform_gave_up_is_told_the_own_press_is_not(crew: Crew) -> None:
    session = lecture(crew)
    mine, other = come(session, crew.cast.ji, crew.ma)
    forget_the_past()
    registrations.cancel(mine, by=crew.cast.ji)
    registrations.cancel(other, by=None)
    assert [person for person, _said in told()] == [crew.ma]


def test_an_offer_that_was_answered_before_it_was_told_is_told_no_more(crew: Crew) -> None:
    one, two = crowd(2)
    session = lecture(crew, places=1)
    first, second = come(session, one, two)
    forget_the_past()
    registrations.cancel(first, by=one)
    second.refresh_from_db()
    registrations.accept(second, by=two)
    assert told() == []
