"""What the parties of a meeting get by mail: its call, its change and its cancelling, as their calendars read it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.cast import Cast, browser
from tests.meetings.test_meetings import content as meeting_content
from tests.postoffice import PostOffice, calendar, part, plain
from tests.reactions.test_notices import forget_the_past, party

from keqiao.accounts import services as accounts
from keqiao.accounts.types import Purpose
from keqiao.casework import services as casework
from keqiao.casework.types import Side
from keqiao.meetings import services as meetings
from keqiao.meetings.models import Meeting
from keqiao.messaging.models import Mail
from keqiao.reactions import services

pytestmark = pytest.mark.django_db


def calendar_of(office: PostOffice, name: str) -> tuple[str, Any]:
    """Return the method and the event in the last letter to somebody."""
    carried = part(office.letters(name)[-1], "text/calendar")
    made = calendar(carried)
    assert carried.get_param("method") == made["METHOD"]
    return str(made["METHOD"]), made.walk("VEVENT")[0]


@pytest.fixture
def called(cast: Cast, post_office: PostOffice) -> Meeting:
    """A meeting of which 林小满 and 陈砚 want mail; its call has arrived."""
    for one in (cast.lin, cast.chen, cast.zhou):
        accounts.consent(one, Purpose.MAIL, by=one)
    case = cast.table()
    forget_the_past()
    meeting = meetings.call(case, meeting_content(case), by=cast.wu)
    services.run("mail")
    assert sorted(post_office.receivers()) == ["chenyan", "linxiaoman"]
    return meeting


def test_a_meeting_is_called_moved_and_cancelled_in_the_calendars(
    cast: Cast, called: Meeting, post_office: PostOffice
) -> None:
    _request, first = calendar_of(post_office, "chenyan")
    assert str(first["ATTENDEE"]) == "mailto:chenyan@keqiao.example"
    later = called.starts_at + timedelta(days=1)
    moved = meeting_content(called.case, starts_at=later, ends_at=later + timedelta(hours=1))
    meetings.change(called, moved, by=cast.wu)
    services.run("mail")
    _request, second = calendar_of(post_office, "chenyan")
    meetings.cancel(called, by=cast.wu)
    services.run("mail")
    method, third = calendar_of(post_office, "chenyan")
    assert method == "CANCEL"
    assert {str(one["UID"]) for one in (first, second, third)} == {str(first["UID"])}
    assert [int(one["SEQUENCE"]) for one in (first, second, third)] == [0, 1, 2]
    assert second["DTSTART"].dt == later
    assert post_office.receivers().count("linxiaoman") == 3
    assert "zhouhe" not in post_office.receivers()


def test_a_party_that_is_called_no_longer_gets_the_meeting_cancelled(
    cast: Cast, called: Meeting, post_office: PostOffice
) -> None:
    other = casework.add_party(called.case, cast.gu_studio, Side.SUPPORTS, by=cast.wu)
    stays = (party(called.case, Side.ASKS).pk, other.pk)
    meetings.change(called, meeting_content(called.case, parties=stays), by=cast.wu)
    services.run("mail")
    assert calendar_of(post_office, "chenyan")[0] == "CANCEL"
    assert calendar_of(post_office, "linxiaoman")[0] == "REQUEST"


def test_a_change_that_was_overtaken_is_not_sent(
    cast: Cast, called: Meeting, post_office: PostOffice
) -> None:
    meetings.change(called, meeting_content(called.case, place="三楼"), by=cast.wu)
    meetings.change(called, meeting_content(called.case, place="四楼"), by=cast.wu)
    services.run("mail")
    assert post_office.receivers().count("chenyan") == 2
    assert "四楼" in plain(post_office.letters("chenyan")[-1])


def test_mails_about_a_case_are_in_its_log_for_the_staff_only(cast: Cast, called: Meeting) -> None:
    from django.conf import settings

    settings.STAFF_SECOND_FACTOR = False
    path = f"/cases/{called.case.code}/"
    assert "系统发出的邮件" in browser(cast.wu).get(path).content.decode()
    assert "系统发出的邮件" not in browser(cast.lin).get(path).content.decode()
    assert Mail.objects.filter(about=f"case:{called.case.code}").count() == 2
