"""The evidence file of a project's review, gathered from what the platform holds: nothing in it is typed in."""

from __future__ import annotations

import operator
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from keqiao.access.policies import Visitor
from keqiao.activities.models import Session
from keqiao.attendance import selectors as attendance
from keqiao.base.codes import is_code
from keqiao.base.errors import Missing
from keqiao.outcomes import selectors as outcomes
from keqiao.outcomes.models import Outcome
from keqiao.volunteering import counted, policies, selectors
from keqiao.volunteering.models import Project, Review, Reviewer, Shift
from keqiao.volunteering.states import ShiftState


def gathered(project: Project) -> dict[str, Any]:
    """Return the evidence of a project as plain JSON values; it names no volunteer."""
    shifts = Shift.objects.filter(project=project, state=ShiftState.PLANNED)
    held = shifts.filter(ends_at__lte=timezone.now())
    return {
        "title": project.title,
        "aim": project.aim,
        "team": project.team.name if project.team is not None else "",
        "association": project.association.name,
        "from_on": project.from_on.isoformat(),
        "until_on": project.until_on.isoformat(),
        "sessions": _sessions(project),
        "shifts": held.count(),
        "taken": held.aggregate(sum=Sum("taken", default=0))["sum"],
        **counted.of_project(project),
        "milestones": [
            {
                "title": one.title,
                "due_on": one.due_on.isoformat(),
                "reached_on": one.reached_on.isoformat() if one.reached_on else "",
                "note": one.note,
            }
            for one in selectors.milestones(project)
        ],
        "indicators": [_indicator(one) for one in selectors.indicators(project)],
        "outcomes": list(project.outcomes),
    }


def _sessions(project: Project) -> list[dict[str, Any]]:
    numbers = Shift.objects.filter(project=project, session__isnull=False).values("session")
    rows = Session.objects.filter(pk__in=numbers).select_related("activity")
    return [
        {
            "code": one.code,
            "title": one.title or one.activity.title,
            "on": f"{timezone.localtime(one.starts_at):%Y-%m-%d}",
            "place": one.place,
            "state": one.state,
            "came": attendance.counts(one).came,
        }
        for one in rows.order_by("starts_at", "pk")
    ]


def _indicator(indicator: Any) -> dict[str, Any]:
    newest = next(iter(indicator.values.all()), None)
    return {
        "name": indicator.name,
        "unit": indicator.unit,
        "target": f"{indicator.target.normalize():f}",
        "amount": f"{newest.amount.normalize():f}" if newest is not None else "",
        "measured_on": newest.measured_on.isoformat() if newest is not None else "",
        "source": newest.source if newest is not None else "",
    }


def review(code: str, *, by: Visitor) -> Review:
    """Return a review; raise Missing for all but the node, the team's leaders and who was invited to it."""
    related = ("project__association__region", "project__team__association", "decided_by")
    rows = Review.objects.filter(code=code).select_related(*related)
    found = rows.first() if is_code(code) else None
    if found is None or not policies.may_see_review(by, found):
        raise Missing
    return found


def reviews_of(project: Project) -> list[Review]:
    """Return the reviews of a project, the newest first."""
    return list(Review.objects.filter(project=project).order_by("-opened_at", "-pk"))


def reviewers(review: Review, *, by: Visitor) -> list[Reviewer]:
    """Return who was invited and what they said: to a reviewer only the own words until there is a result."""
    rows = Reviewer.objects.filter(review=review).select_related("person").order_by("pk")
    if policies.may_open_review(by, review.project) or review.decided_at is not None:
        return list(rows)
    return list(rows.filter(person=by.pk))


def seat(review: Review, person: Visitor) -> Reviewer | None:
    """Return the person's own seat in a review."""
    return Reviewer.objects.filter(review=review, person=person.pk).first()


def to_review(person: Visitor) -> list[Reviewer]:
    """Return the reviews that wait for the person's scores, by their day."""
    rows = Reviewer.objects.filter(
        person=person.pk, scored_at=None, declined_at=None, review__decided_at=None
    )
    return list(rows.select_related("review__project").order_by("review__due_on", "pk"))


def known_outcomes(review: Review, *, by: Visitor) -> list[Outcome]:
    """Return the outcomes of cases in the evidence that the reader may know of."""
    rows = outcomes.visible(by).filter(code__in=review.evidence["outcomes"])
    return list(rows)


def mean(review: Review, scores: list[int]) -> float:
    """Return the weighted mean of one reviewer's scores, 0 to 100."""
    weights: list[int] = [one["weight"] for one in review.criteria]
    total: int = sum(map(operator.mul, weights, scores))
    return total / sum(weights)
