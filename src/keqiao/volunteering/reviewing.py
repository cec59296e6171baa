"""The writer of reviews at the end of projects: criteria, reviewers who had no part, scores, the node's decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from keqiao.accounts import selectors as accounts
from keqiao.accounts.models import Person
from keqiao.base.codes import new_code
from keqiao.base.errors import NotAllowed, Refused
from keqiao.base.phrases import N_
from keqiao.base.states import WrongState
from keqiao.base.text import Intake, clean_line
from keqiao.journal import services as journal
from keqiao.journal.types import Subject
from keqiao.volunteering import evidence, policies
from keqiao.volunteering import intake as rules
from keqiao.volunteering.models import Project, Review, Reviewer
from keqiao.volunteering.states import REVIEWS as MACHINE
from keqiao.volunteering.states import ReviewState
from keqiao.volunteering.types import PASS_MARKS, Criterion, Result, Scored

LEAST_REVIEWERS = 2
LONGEST_DAYS = 365
NOBODY = N_("没有找到用这个邮箱登录的人，请核对后再填。")
DUE_WRONG = N_("请填写今天以后、一年以内的日期。")
SCORE_WRONG = N_("每一条都要打 0 到 100 之间的整数分。")
RESULT_NEEDED = N_("请选择结论。")


class TookPart(Refused):
    """Nobody reviews or decides on the own work."""

    text = N_("这个人参加过这个项目，不能评审它。")


class UnderReview(Refused):
    """One review of a project at a time."""

    text = N_("这个项目正在评审，先有结论再开新的评审。")


class InvitedAlready(Refused):
    """Somebody is invited once."""

    text = N_("已经邀请过这个人。")


class ScoresMissing(Refused):
    """A decision waits for those who were asked."""

    text = N_("至少要有 %(least)s 位评审人打分，并且没有人还没答复，才能作出结论。")


class Scoring(Refused):
    """What was scored is not gathered anew."""

    text = N_("已经有人打分，材料不能再重新汇集。")


def subject_of(review: Review) -> Subject:
    """Return how the journal names a review of a project."""
    return Subject("project_review", review.code)


@transaction.atomic
def open_review(
    project: Project, criteria: tuple[Criterion, ...], due_on: dt.date | None, *, by: Person
) -> Review:
    """Have a project reviewed until a day by weighted criteria; gather its evidence. Raise UnderReview, Invalid."""
    if not policies.may_open_review(by, project):
        raise NotAllowed
    kept = rules.criteria(criteria)
    today = timezone.localdate()
    intake = Intake()
    last = today + dt.timedelta(days=LONGEST_DAYS)
    intake.check(due_on is not None and today <= due_on <= last, "due_on", DUE_WRONG)
    intake.finish()
    columns: dict[str, Any] = {"criteria": kept, "due_on": due_on}
    columns["evidence"] = evidence.gathered(project)
    try:
        with transaction.atomic():
            made: Review = Review.objects.create(
                code=new_code("Q"), project=project, opened_by=by, **columns
            )
    except IntegrityError:
        raise UnderReview from None
    _record("project_review.opened", made, by=by)
    return made


@transaction.atomic
def gather(review: Review, *, by: Person) -> Review:
    """Gather the evidence anew, as long as nobody has scored it; raise Scoring."""
    _refuse_unless_open(review, by)
    if Reviewer.objects.filter(review=review, scored_at__isnull=False).exists():
        raise Scoring
    Review.objects.filter(pk=review.pk).update(
        evidence=evidence.gathered(review.project), gathered_at=timezone.now()
    )
    review.refresh_from_db()
    _record("project_review.gathered", review, by=by)
    return review


@transaction.atomic
def invite(review: Review, email: str, *, by: Person) -> Reviewer:
    """Invite somebody who had no part in the project to review it; raise TookPart, InvitedAlready, Invalid."""
    _refuse_unless_open(review, by)
    person = accounts.person_by_email(email)
    intake = Intake()
    intake.check(person is not None and person.is_active, "email", NOBODY)
    intake.finish()
    assert person is not None  # noqa: S101 - finish() refused otherwise
    if policies.worked_in(person, review.project):
        raise TookPart
    try:
        with transaction.atomic():
            made: Reviewer = Reviewer.objects.create(review=review, person=person, invited_by=by)
    except IntegrityError:
        raise InvitedAlready from None
    _record("project_review.invited", review, by=by, data={"person": person.pk})
    return made


@transaction.atomic
def decline(review: Review, why: str, *, by: Person) -> None:
    """Decline an invitation to review, and say why."""
    said = clean_line(why, most=200, field="why", required=True)
    _seat(review, by, {"declined_why": said, "declined_at": timezone.now()})
    _record("project_review.declined", review, by=by)


@transaction.atomic
def score(review: Review, scored: Scored, *, by: Person) -> None:
    """Give one's scores, 0 to 100 for each criterion, with the words to them; they are not changed afterwards."""
    count = len(review.criteria)
    given = [scored.scores.get(number) for number in range(count)]
    intake = Intake()
    for number, one in enumerate(given):
        intake.check(one is not None and one in PASS_MARKS, f"score_{number}", SCORE_WRONG)
    text = intake.text("text", scored.text, most=3000, required=True)
    intake.finish()
    if policies.worked_in(by, review.project):
        raise TookPart
    _seat(review, by, {"scores": given, "text": text, "scored_at": timezone.now()})
    _record("project_review.scored", review, by=by)


@transaction.atomic
def decide(review: Review, result: Result | None, advice: str, *, by: Person) -> Review:
    """Decide, for the node, what the review comes to, with advice; who had a part in the project does not decide.

    Raise ScoresMissing, TookPart, Invalid.
    """
    _refuse_unless_open(review, by)
    if policies.worked_in(by, review.project):
        raise TookPart
    intake = Intake()
    intake.check(result is not None, "result", RESULT_NEEDED)
    said = intake.text("advice", advice, most=3000, required=True)
    intake.finish()
    seats = list(Reviewer.objects.select_for_update().filter(review=review, declined_at=None))
    if len(seats) < LEAST_REVIEWERS or any(one.scored_at is None for one in seats):
        raise ScoresMissing(least=LEAST_REVIEWERS)
    state = MACHINE.after("decide", review.state)
    rows = Review.objects.filter(pk=review.pk, state=review.state)
    values = {"result": result, "advice": said, "decided_by": by, "decided_at": timezone.now()}
    if not rows.update(**values, state=state):
        raise WrongState
    review.refresh_from_db()
    _record("project_review.decided", review, by=by, data={"result": review.result})
    return review


def _refuse_unless_open(review: Review, person: Person) -> None:
    if not policies.may_open_review(person, review.project):
        raise NotAllowed
    if review.state != ReviewState.OPEN:
        raise WrongState


def _seat(review: Review, person: Person, values: dict[str, object]) -> None:
    """Fill the person's own seat once, while the review is open."""
    held = Review.objects.select_for_update().get(pk=review.pk)
    if held.state != ReviewState.OPEN:
        raise WrongState
    seats = Reviewer.objects.filter(review=review, person=person)
    if not seats.exists():
        raise NotAllowed
    if not seats.filter(scored_at=None, declined_at=None).update(**values):
        raise WrongState


def _record(
    action: str, review: Review, *, by: Person, data: dict[str, object] | None = None
) -> None:
    told = {"project": review.project.code, **(data or {})}
    journal.record(action, subject_of(review), by=by, data=told)
