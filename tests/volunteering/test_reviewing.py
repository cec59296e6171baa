"""The review at the end of a project: reviewers who had no part, one evidence file, the node's decision."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.attendance import camp
from tests.crew import Crew, at
from tests.volunteering import field as fields
from tests.volunteering.field import CRITERIA, opened, scored
from tests.volunteering.test_teams import last

from keqiao.attendance import services as attendance
from keqiao.attendance.types import Press
from keqiao.base.errors import Invalid, Missing, NotAllowed
from keqiao.base.states import WrongState
from keqiao.journal.models import Entry
from keqiao.paperwork.evidence import evidence_pdf
from keqiao.volunteering import evidence, projects, reviewing
from keqiao.volunteering.models import Review, Reviewer
from keqiao.volunteering.types import Criterion, Measured, Result, Scored

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def field(crew: Crew) -> fields.Field:
    return fields.laid(crew)


def test_a_review_gathers_its_evidence_by_itself(field: fields.Field) -> None:
    crew = field.crew
    field.checked(crew.cast.ji), field.record(crew.cast.gu)
    milestone = projects.add_milestone(field.project, "十个村", TODAY(), by=crew.qin)
    projects.reach(milestone, TODAY(), "签到表", by=crew.qin)
    indicator = projects.add_indicator(field.project, "农户", "户", fields.TARGET, by=crew.qin)
    projects.measure(indicator, Measured(fields.TARGET, TODAY(), "登记表"), by=crew.qin)
    gathered = opened(field).evidence
    assert (gathered["entries"], gathered["minutes"], gathered["volunteers"]) == (1, 180, 1)
    assert (gathered["shifts"], gathered["taken"]) == (1, 2)
    assert gathered["milestones"][0]["reached_on"] == TODAY().isoformat()
    assert gathered["indicators"][0]["amount"] == "300"
    assert not {"𠮷田㐂", "古力·阿依"} & set(str(gathered))
    assert evidence_pdf(gathered, code="Q-1", gathered_at=timezone.now()).startswith(b"%PDF")


def test_the_evidence_counts_who_came_to_the_sessions_that_volunteers_served(
    field: fields.Field,
) -> None:
    crew = field.crew
    held = camp.session(crew, starts_at=at(1, 9), ends_at=at(1, 11))
    served = fields.shift(field, session=held.code, starts_at=None, ends_at=None, place="")
    assert (served.session, served.starts_at, served.place) == (held, held.starts_at, held.place)
    now = timezone.now()
    type(held).objects.filter(pk=held.pk).update(
        starts_at=now - dt.timedelta(minutes=5), ends_at=now + dt.timedelta(hours=1)
    )
    held.refresh_from_db()
    for who in (crew.cast.ji, crew.cast.gu):
        camp.place(held, who)
    came = held.registrations.get(person=crew.cast.ji)
    attendance.check_in(held, Press(uuid4(), came.code), by=crew.qin)
    (session,) = opened(field).evidence["sessions"]
    assert (session["code"], session["came"]) == (held.code, 1)


def test_two_reviewers_score_and_the_node_decides(field: fields.Field) -> None:
    crew = field.crew
    review = opened(field)
    with pytest.raises(reviewing.ScoresMissing):
        reviewing.decide(review, Result.PASSED, "同意结项。", by=crew.cast.he)
    for who in (crew.cast.chen, crew.cast.sun):
        reviewing.score(review, scored(), by=who)
    assert last() == "project_review.scored"
    reviewing.decide(review, Result.PASSED, "同意结项，扩大到邻县。", by=crew.cast.he)
    assert (review.state, review.result, last()) == (
        "decided",
        "passed",
        "project_review.decided",
    )
    first, _second = evidence.reviewers(review, by=crew.tang)
    assert evidence.mean(review, first.scores) == pytest.approx(0.6 * 80 + 0.4 * 90)
    with pytest.raises(WrongState):
        reviewing.decide(review, Result.FAILED, "再想", by=crew.cast.he)


@pytest.mark.parametrize("name", ["qin", "luo", "ji", "gu"])
def test_who_worked_in_the_project_does_not_review_it(field: fields.Field, name: str) -> None:
    with pytest.raises(reviewing.TookPart):
        reviewing.invite(opened(field), field.crew.person(name).email, by=field.crew.tang)
    assert Reviewer.objects.count() == 2


def test_a_reviewer_who_joins_the_team_meanwhile_scores_no_more(field: fields.Field) -> None:
    review = opened(field)
    field.join(field.crew.cast.chen)
    with pytest.raises(reviewing.TookPart):
        reviewing.score(review, scored(), by=field.crew.cast.chen)


def test_an_organiser_who_worked_in_the_project_does_not_decide(field: fields.Field) -> None:
    crew = field.crew
    review = opened(field)
    for who in (crew.cast.chen, crew.cast.sun):
        reviewing.score(review, scored(), by=who)
    projects.add_milestone(field.project, "我加的", TODAY(), by=crew.tang)
    with pytest.raises(reviewing.TookPart):
        reviewing.decide(review, Result.PASSED, "同意", by=crew.tang)
    assert reviewing.decide(review, Result.REWORK, "补台账", by=crew.cast.he).result == "rework"


@pytest.mark.parametrize("name", ["qin", "ji", "sun", "wu", "chen"])
def test_only_the_node_opens_invites_and_decides(field: fields.Field, name: str) -> None:
    who = field.crew.person(name)
    with pytest.raises(NotAllowed):
        reviewing.open_review(field.project, CRITERIA, TODAY(), by=who)
    review = opened(field)
    with pytest.raises(NotAllowed):
        reviewing.invite(review, field.crew.cast.zhou.email, by=who)
    with pytest.raises(NotAllowed):
        reviewing.gather(review, by=who)
    with pytest.raises(NotAllowed):
        reviewing.decide(review, Result.PASSED, "好", by=who)
    assert Entry.objects.filter(action="project_review.decided").count() == 0


@pytest.mark.parametrize("name", ["lin", "zhou", "wu", "ji"])
def test_a_review_is_for_whom_it_concerns(field: fields.Field, name: str) -> None:
    with pytest.raises(Missing):
        evidence.review(opened(field).code, by=field.crew.person(name))


def test_a_reviewer_reads_only_the_own_words_until_there_is_a_result(field: fields.Field) -> None:
    crew, review = field.crew, opened(field)
    assert [one.person for one in evidence.reviewers(review, by=crew.cast.chen)] == [crew.cast.chen]
    assert len(evidence.reviewers(review, by=crew.tang)) == 2
    assert evidence.reviewers(review, by=crew.qin) == []


def test_one_review_at_a_time_and_nobody_twice(field: fields.Field) -> None:
    crew, review = field.crew, opened(field)
    with pytest.raises(reviewing.UnderReview):
        reviewing.open_review(field.project, CRITERIA, TODAY(), by=crew.cast.he)
    with pytest.raises(reviewing.InvitedAlready):
        reviewing.invite(review, crew.cast.chen.email, by=crew.tang)
    with pytest.raises(Invalid):
        reviewing.invite(review, "nobody@keqiao.example", by=crew.tang)


def test_scores_are_given_once_and_the_evidence_stays(field: fields.Field) -> None:
    crew, review = field.crew, opened(field)
    reviewing.gather(review, by=crew.tang)
    reviewing.score(review, scored(), by=crew.cast.chen)
    with pytest.raises(WrongState):
        reviewing.score(review, scored(), by=crew.cast.chen)
    with pytest.raises(WrongState):
        reviewing.decline(review, "又不想了", by=crew.cast.chen)
    with pytest.raises(reviewing.Scoring):
        reviewing.gather(review, by=crew.tang)
    with pytest.raises(NotAllowed):
        reviewing.score(review, scored(), by=crew.cast.zhou)


def test_who_declines_is_not_waited_for(field: fields.Field) -> None:
    crew, review = field.crew, opened(field)
    reviewing.decline(review, "出差", by=crew.cast.sun)
    reviewing.score(review, scored(), by=crew.cast.chen)
    with pytest.raises(reviewing.ScoresMissing):  # two at least
        reviewing.decide(review, Result.PASSED, "好", by=crew.cast.he)
    reviewing.invite(review, crew.cast.zhou.email, by=crew.tang)
    reviewing.score(review, scored(), by=crew.cast.zhou)
    assert reviewing.decide(review, Result.PASSED, "好", by=crew.cast.he).result == "passed"


@pytest.mark.parametrize(
    "criteria",
    [
        (),
        (Criterion("一", 100),),
        (Criterion("一", 50), Criterion("二", 40)),
        (Criterion("一", 150), Criterion("二", -50)),
        (Criterion("一", 50), Criterion("一", 50)),
        (Criterion("\x00", 50), Criterion("二", 50)),
        tuple(Criterion(str(one), 10) for one in range(10)),
    ],
)
def test_criteria_that_make_no_whole_are_refused(
    field: fields.Field, criteria: tuple[Criterion, ...]
) -> None:
    with pytest.raises(Invalid):
        reviewing.open_review(field.project, criteria, TODAY(), by=field.crew.tang)
    late = TODAY() - dt.timedelta(days=1)
    with pytest.raises(Invalid):
        reviewing.open_review(field.project, CRITERIA, late, by=field.crew.tang)
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        Scored({0: 101, 1: 1}, "好"),
        Scored({0: -1, 1: 1}, "好"),
        Scored({0: 1}, "好"),
        Scored({0: None, 1: 1}, "好"),
        Scored({0: 1, 1: 1}, " "),
    ],
)
def test_wrong_scores_are_refused(field: fields.Field, given: Scored) -> None:
    review = opened(field)
    with pytest.raises(Invalid):
        reviewing.score(review, given, by=field.crew.cast.chen)
    assert not Reviewer.objects.filter(scored_at__isnull=False).exists()
