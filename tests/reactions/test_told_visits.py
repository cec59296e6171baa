"""Who is told what of a visit: calls for calendars, words about the record, promises that come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.cast import YAAN, Cast
from tests.crew import at
from tests.postoffice import PostOffice
from tests.reactions.test_meeting_mails import calendar_of
from tests.reactions.test_notices import forget_the_past, told
from tests.visits.arranging import arranged, confirmed, held, node, record

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.accounts import services as accounts
from keqiao.accounts.types import Purpose
from keqiao.messaging.models import Notice
from keqiao.ops.commands import tend
from keqiao.places.models import Association
from keqiao.reactions import services, visit_reminders
from keqiao.visits import selectors, steps
from keqiao.visits import services as visits
from keqiao.visits.models import FollowUp, Visit
from keqiao.visits.types import Answer

pytestmark = pytest.mark.django_db
Deed = Callable[[Cast, Visit], object]


def of_the_firm(cast: Cast, visit: Visit) -> object:
    return steps.draft_need(selectors.findings(visit)[0], by=cast.lin)


def out_of_the_record(cast: Cast, visit: Visit) -> object:
    return steps.refuse_need(selectors.findings(visit)[1], by=cast.lin)


AFTER_A_RECORD: list[tuple[str, Deed, dict[str, list[str]]]] = [
    ("word of the firm", lambda cast, visit: steps.confirm(visit, by=cast.lin), {"chen": ["outcome"]}),
    (
        "dispute", lambda cast, visit: steps.dispute(visit, "写错了", by=cast.lin),
        {"wu": ["outcome"], "chen": ["outcome"]},
    ),
    ("need drafted", of_the_firm, {"wu": ["case"]}),
    ("need refused", out_of_the_record, {"wu": ["case"]}),
    (
        "written anew", lambda cast, visit: visits.record(visit, record(advice="另一句"), by=cast.chen),
        {"lin": ["outcome"]},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("deed", "expected"),
    [row[1:] for row in AFTER_A_RECORD],
    ids=[row[0] for row in AFTER_A_RECORD],
)
def test_what_happens_to_a_record_is_told_to_whom_it_concerns(
    cast: Cast, deed: Deed, expected: dict[str, list[str]]
) -> None:
    visit = held(cast)
    forget_the_past()
    deed(cast, visit)
    assert told(cast) == expected
    assert "写错了" not in str([one.phrase.say() for one in Notice.objects.all()])


def test_a_closed_record_and_an_addendum_are_told_to_all(cast: Cast) -> None:
    visit = held(cast)
    steps.confirm(visit, by=cast.lin)
    forget_the_past()
    steps.confirm(visit, by=cast.chen)
    steps.add(visit, "补一句。", by=cast.lin)
    assert told(cast) == {"lin": ["outcome"], "wu": ["outcome"] * 2, "chen": ["outcome"]}


def test_a_visit_is_called_moved_and_cancelled_in_the_calendars(
    cast: Cast, post_office: PostOffice
) -> None:
    for one in (cast.lin, cast.chen, cast.zhou):
        accounts.consent(one, Purpose.MAIL, by=one)
    forget_the_past()
    visit = arranged(cast)
    services.run("mail")
    assert sorted(post_office.receivers()) == ["chenyan", "linxiaoman"]
    method, first = calendar_of(post_office, "linxiaoman")
    assert (method, int(first["SEQUENCE"])) == ("REQUEST", 0)
    visits.move(visit, starts_at=at(3), ends_at=at(3, 11), by=cast.wu)
    services.run("mail")
    _method, second = calendar_of(post_office, "linxiaoman")
    visits.cancel(visit, "企业停产检修", by=cast.wu)
    services.run("mail")
    method, third = calendar_of(post_office, "linxiaoman")
    assert method == "CANCEL"
    assert {str(one["UID"]) for one in (first, second, third)} == {f"visit-{visit.code}@keqiao"}
    assert (int(second["SEQUENCE"]), int(third["SEQUENCE"])) == (1, 2)


def test_who_comes_no_longer_is_told_so(cast: Cast) -> None:
    visit = arranged(cast)
    forget_the_past()
    visits.move(visit, starts_at=at(2), ends_at=at(2, 11), experts=[cast.gu], by=cast.wu)
    assert told(cast) == {"lin": ["meeting"], "gu": ["meeting"], "chen": ["meeting"]}
    said = Notice.objects.get(person=cast.chen).phrase.say()
    assert "不再需要您参加" in said


def test_what_is_overtaken_is_not_told(cast: Cast) -> None:
    forget_the_past()
    visit = arranged(cast)
    visits.cancel(visit, "企业停产检修", by=cast.wu)
    assert told(cast) == {"lin": ["meeting"], "chen": ["meeting"]}


def test_a_society_is_told_through_who_speaks_for_it(cast: Cast) -> None:
    values = {"code": "S-1", "name": "雅安市示例学会", "kind": "society", "region_id": YAAN}
    society = Association.objects.add_child(node(), values)
    access.grant(cast.gu, Role.ORGANISER, society, by=cast.he)
    forget_the_past()
    visit = arranged(cast, experts=[society])
    assert told(cast) == {"lin": ["meeting"], "gu": ["meeting"]}
    assert selectors.get(visit.code, by=cast.gu) == visit


def test_both_sides_are_asked_on_the_day_and_once(cast: Cast) -> None:
    visit = confirmed(cast)
    forget_the_past()
    day = timezone.localdate() + timedelta(days=7)
    assert tend.ask_after_promises(timezone.localdate()) == 0
    FollowUp.objects.filter(due_on=day).update(due_on=timezone.localdate())
    assert (tend.ask_after_promises(timezone.localdate()), tend.ask_after_promises(day)) == (1, 0)
    assert told(cast) == {"lin": ["follow_up"], "chen": ["follow_up"]}
    question = selectors.to_tell(cast.lin)[0]
    steps.tell(question, Answer.KEPT, by=cast.lin)
    assert question.pledge.visit_id == visit.pk


def test_a_visit_without_a_record_is_brought_back_to_who_arranged_it(cast: Cast) -> None:
    arranged(cast, starts_at=at(-3), ends_at=at(-3, 11))
    arranged(cast)
    for _time in range(2):
        visit_reminders.remind_of_visits(timezone.now())
    told_to = [(one.person, one.kind) for one in Notice.objects.all()]
    assert told_to == [(cast.wu, "outcome")]


def test_a_record_that_waits_a_week_is_brought_back_to_the_side_it_waits_for(cast: Cast) -> None:
    visit = held(cast)
    steps.confirm(visit, by=cast.chen)
    visit_reminders.remind_of_visits(timezone.now())
    assert not Notice.objects.exists()
    later = timezone.now() + timedelta(days=8)
    for _time in range(2):
        visit_reminders.remind_of_visits(later)
    assert [one.person for one in Notice.objects.all()] == [cast.lin]
