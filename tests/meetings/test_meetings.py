"""Parties are called to a table, the meeting moves, is called off, or is held and written down."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from tests.cast import Cast

from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.casework import selectors as casework
from keqiao.casework.models import Case
from keqiao.meetings import selectors, services
from keqiao.meetings.types import Content, Decision, Minutes

pytestmark = pytest.mark.django_db


def content(case: Case, **changes: object) -> Content:
    start = datetime(2031, 3, 4, 9, 30, tzinfo=timezone.get_default_timezone())
    values: dict[str, object] = {
        "title": "锂渣消纳三方座谈",
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "place": "雅安市科协二楼会议室",
        "parties": tuple(party.pk for party in casework.parties(case)),
    }
    return Content(**{**values, **changes})  # type: ignore[arg-type]


def test_a_broker_calls_and_the_parties_see_it(cast: Cast) -> None:
    case = cast.table()
    meeting = services.call(case, content(case), by=cast.wu)
    for person in (cast.lin, cast.chen, cast.wu, cast.he):
        assert selectors.get(meeting.pk, by=person) == meeting
    for person in (cast.zhou, cast.sun, cast.ji):
        with pytest.raises(Missing):
            selectors.get(meeting.pk, by=person)
    assert [one.pk for one in selectors.coming(cast.chen, timezone.now())] == [meeting.pk]


def test_a_meeting_needs_two_parties_a_place_and_a_length(cast: Cast) -> None:
    case = cast.table()
    start = datetime(2031, 3, 4, 9, 30, tzinfo=timezone.get_default_timezone())
    wrong = content(case, place="", ends_at=start, parties=(casework.parties(case)[0].pk,))
    with pytest.raises(Invalid) as refusal:
        services.call(case, wrong, by=cast.wu)
    fields = {problem.field for problem in refusal.value.problems}
    assert fields == {"place", "ends_at", "parties"}
    with pytest.raises(NotAllowed):
        services.call(case, content(case), by=cast.lin)


def test_parties_of_other_cases_are_not_called(cast: Cast) -> None:
    case, other = cast.table(), cast.case()
    strange = tuple(party.pk for party in (*casework.parties(case), *casework.parties(other)))
    with pytest.raises(NotAllowed):
        services.call(case, content(case, parties=strange), by=cast.wu)
    assert selectors.of_case(case, by=cast.wu) == []


def test_a_meeting_moves_once_for_each_page(cast: Cast) -> None:
    case = cast.table()
    meeting = services.call(case, content(case), by=cast.wu)
    services.change(meeting, content(case, place="示例水泥厂"), by=cast.wu, sequence=0)
    assert (meeting.place, meeting.sequence) == ("示例水泥厂", 1)
    with pytest.raises(services.ChangedMeanwhile):
        services.change(meeting, content(case), by=cast.wu, sequence=0)
    services.cancel(meeting, by=cast.wu)
    with pytest.raises(WrongState):
        services.hold(meeting, Minutes("没有开成。"), by=cast.wu)


def test_minutes_make_tasks_of_decisions_once(cast: Cast) -> None:
    case = cast.table()
    meeting = services.call(case, content(case), by=cast.wu)
    asking = casework.parties(case)[0]
    minutes = Minutes(
        "双方介绍了情况，古力·阿依列席。",
        present=((asking.pk, "林小满、𠮷田㐂"),),
        decisions=(
            Decision("寄 5 公斤样品", "雅安示例锂业", date(2031, 3, 20)),
            Decision("下月再谈价格"),
            Decision(""),
        ),
    )
    services.hold(meeting, minutes, by=cast.wu)
    services.hold(meeting, minutes, by=cast.wu)
    assert [task.text for task in casework.tasks(case)] == ["寄 5 公斤样品"]
    assert [seat.names for seat in meeting.seats.order_by("pk")] == ["林小满、𠮷田㐂", ""]
    assert [one["text"] for one in meeting.decisions] == ["寄 5 公斤样品", "下月再谈价格"]


def test_a_decision_without_words_is_refused(cast: Cast) -> None:
    case = cast.table()
    meeting = services.call(case, content(case), by=cast.wu)
    with pytest.raises(Invalid):
        services.hold(meeting, Minutes("谈了。", decisions=(Decision("", "某人"),)), by=cast.wu)
