"""Who is told of volunteering: who leads, whose hours they are, who is the second one; never who did it."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.crew import CREW, Crew
from tests.reactions.test_notices import forget_the_past
from tests.volunteering import field as fields
from tests.volunteering.field import opened, scored, worked

from keqiao.messaging.models import Notice
from keqiao.reactions import reminders, selectors, services
from keqiao.volunteering import hours, projects, reviewing
from keqiao.volunteering import services as teams
from keqiao.volunteering.types import Result

pytestmark = pytest.mark.django_db
NAMES = (*CREW, "ji", "gu", "chen", "sun", "he", "lin", "wu", "zheng")


def told(crew: Crew) -> set[str]:
    """Have everything told; return who was told since the last time."""
    services.run("mail")
    assert not selectors.failures().exists()
    names = {crew.person(name).pk: name for name in NAMES}
    found = {names[one.person_id] for one in Notice.objects.filter(kind="volunteering")}
    Notice.objects.all().delete()
    return found


@pytest.fixture
def field(crew: Crew) -> fields.Field:
    found = fields.laid(crew)
    forget_the_past()
    return found


def test_who_leads_is_told_of_who_asks_and_who_asked_of_the_answer(field: fields.Field) -> None:
    crew = field.crew
    asked = teams.apply(field.team, by=crew.cast.lin)
    assert told(crew) == {"qin", "luo"}
    teams.admit(asked, by=crew.qin)
    assert told(crew) == {"lin"}
    teams.mark(asked, fields.insured(), by=crew.qin)
    assert told(crew) == {"lin"}


def test_who_has_a_place_is_told_that_a_shift_is_cancelled(field: fields.Field) -> None:
    crew, coming = field.crew, fields.shift(field)
    field.sign_up(crew.cast.ji, coming)
    told(crew)
    projects.cancel_shift(coming, "下雨", by=crew.qin)
    assert told(crew) == {"ji"}


def test_the_second_one_is_told_to_check_and_the_volunteer_what_became_of_it(
    field: fields.Field,
) -> None:
    crew = field.crew
    made = field.record(crew.cast.ji)
    assert told(crew) == {"luo", "tang"}
    hours.return_(made, "少记了", by=crew.luo)
    assert told(crew) == {"qin"}
    old = field.checked(crew.cast.ji)
    assert told(crew) == {"luo", "tang", "ji"}
    new = hours.correct(old, worked(field.shift, minutes=60, reason="算错"), by=crew.qin)
    hours.check(new, by=crew.luo)
    assert "ji" in told(crew)


def test_a_wish_is_told_to_who_may_answer_and_once_more_after_its_day(field: fields.Field) -> None:
    crew = field.crew
    wish = hours.wish(field.shift, "没有记", by=crew.cast.ji)
    assert told(crew) == {"qin", "luo", "tang"}
    late = wish.due_on + dt.timedelta(days=1)
    assert reminders.warn_of_wishes(wish.due_on) == 0
    assert reminders.warn_of_wishes(late) == 3
    assert reminders.warn_of_wishes(late) == 0
    hours.decline(wish, "签到表上没有", by=crew.qin)
    assert "ji" in told(crew)


def test_reviewers_are_told_of_the_invitation_and_the_team_of_the_result(
    field: fields.Field,
) -> None:
    crew, review = field.crew, opened(field)
    assert told(crew) == {"chen", "sun"}
    for who in (crew.cast.chen, crew.cast.sun):
        reviewing.score(review, scored(), by=who)
    reviewing.decide(review, Result.PASSED, "同意结项。", by=crew.cast.he)
    assert told(crew) == {"qin", "luo", "ji", "gu"}
