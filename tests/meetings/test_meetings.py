"""Parties are called to a table, the meeting moves, is called off, or is held and written down."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from tests.cast import Cast

from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.casework import selectors as casework
from keqiao.casework import services as case_services
from keqiao.casework.models import Case
from keqiao.journal import selectors as journal
from keqiao.meetings import selectors, services
from keqiao.meetings.models import Meeting
from keqiao.meetings.types import BROKER, Content, Decision, Minutes

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


DAY = date(2031, 3, 20)


def decided(meeting: Meeting, *decisions: Decision) -> list[dict[str, object]]:
    """Have 吴桥 write down decisions, and return them as they are kept."""
    services.hold(meeting, Minutes("谈了。", decisions=decisions), by=meeting.called_by)
    kept: list[dict[str, object]] = meeting.decisions
    return kept


def test_a_decision_becomes_the_task_of_the_party_that_has_to_do_it(cast: Cast) -> None:
    case = cast.table()
    meeting = services.call(case, content(case), by=cast.wu)
    asking = casework.parties(case)[0]
    decided(
        meeting,
        Decision("寄样品", "林小满", DAY, party=asking.pk),
        Decision("订下次会议室", "", DAY, party=BROKER),
    )
    assert [(task.text, task.party) for task in casework.tasks(case)] == [
        ("寄样品", asking),
        ("订下次会议室", None),
    ]
    strange = casework.parties(cast.case())[0].pk
    with pytest.raises(NotAllowed):
        decided(meeting, Decision("寄样品", "", DAY, party=strange))


def test_a_decision_that_changes_keeps_its_task_and_one_that_goes_takes_it_along(
    cast: Cast,
) -> None:
    case = cast.table()
    meeting = services.call(case, content(case), by=cast.wu)
    kept = decided(meeting, Decision("寄 5 公斤样品", "", DAY), Decision("约时间", "", DAY))
    first, second = (int(str(one["task"])) for one in kept)
    later = DAY + timedelta(days=3)
    decided(
        meeting,
        Decision("寄 8 公斤样品", "", later, task=first),
        Decision("约时间", "", DAY, task=second),
    )
    assert [(task.pk, task.text, task.due_on) for task in casework.tasks(case)] == [
        (second, "约时间", DAY),
        (first, "寄 8 公斤样品", later),
    ]
    decided(meeting, Decision("寄 8 公斤样品", "", later, task=first), Decision("约时间"))
    assert [task.pk for task in casework.tasks(case)] == [first]
    done = [one.action for one in journal.about(case_services.subject_of(case))]
    assert done[-4:] == [
        "case.task_changed",
        "meeting.held",
        "case.task_withdrawn",
        "meeting.held",
    ]


def test_a_task_that_was_done_or_taken_back_is_not_given_again(cast: Cast) -> None:
    case = cast.table()
    meeting = services.call(case, content(case), by=cast.wu)
    kept = decided(meeting, Decision("寄样品", "", DAY), Decision("约时间", "", DAY))
    first, second = (int(str(one["task"])) for one in kept)
    case_services.finish_task(casework.task(case, first), by=cast.wu)
    case_services.withdraw_task(casework.task(case, second), by=cast.wu)
    decided(
        meeting,
        Decision("寄样品（改）", "", DAY, task=first),
        Decision("约时间", "", DAY, task=second),
    )
    assert [task.text for task in casework.tasks(case)] == ["寄样品"]


def test_a_number_of_another_task_is_not_taken_over(cast: Cast) -> None:
    case = cast.table()
    other = case_services.add_task(case, "别的事", by=cast.wu)
    meeting = services.call(case, content(case), by=cast.wu)
    decided(meeting, Decision("寄样品", "", DAY, task=other.pk))
    assert {task.text for task in casework.tasks(case)} == {"别的事", "寄样品"}


def test_a_decision_is_not_due_before_its_meeting(cast: Cast) -> None:
    case = cast.table()
    meeting = services.call(case, content(case), by=cast.wu)
    with pytest.raises(Invalid) as refusal:
        decided(meeting, Decision("寄样品", "", date(2020, 1, 1)))
    assert [one.field for one in refusal.value.problems] == ["decision_0_due_on"]
    assert not casework.tasks(case).exists()


def test_a_party_is_absent_only_when_somebody_says_so(cast: Cast) -> None:
    case = cast.table()
    meeting = services.call(case, content(case), by=cast.wu)
    asks, answers = (party.pk for party in casework.parties(case))
    services.hold(
        meeting, Minutes("谈了。", ((asks, ""), (answers, "")), (), (answers,)), by=cast.wu
    )
    assert [seat.is_absent for seat in meeting.seats.order_by("pk")] == [False, True]
    both = Minutes("谈了。", ((answers, "陈砚"),), (), (answers,))
    with pytest.raises(Invalid) as refusal:
        services.hold(meeting, both, by=cast.wu)
    assert [one.field for one in refusal.value.problems] == [f"seat_{answers}"]
