"""What the room holds about a person, for the copy of one's own data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q

from keqiao.accounts.models import Person
from keqiao.accounts.types import Held
from keqiao.volunteering.models import (
    Draw,
    Hours,
    Indicator,
    Mark,
    Member,
    Milestone,
    Project,
    Review,
    Reviewer,
    Sample,
    Shift,
    SignUp,
    Team,
    Value,
    Volunteer,
    Wish,
)

STATED = ("gender", "born_on", "phone", "skills", "services")
MARKED = ("kind", "title", "issuer", "place", "given_on", "until_on")
ENTERED = ("code", "state", "starts_at", "ends_at", "work", "quality", "reason", "recorded_at")


def held_about(person: Person) -> Held:
    """Return what is held about a person: as a volunteer, as who organises, records, checks and reviews."""
    marks = Mark.objects.filter(member__person=person).order_by("pk")
    wishes = Wish.objects.filter(Q(person=person) | Q(asked_by=person)).order_by("pk")
    return {
        "volunteer": [_stated(one) for one in Volunteer.objects.filter(person=person)],
        "team_memberships": list(
            Member.objects.filter(person=person)
            .order_by("pk")
            .values("state", "text", "asked_at", "left_at", team_name=F("team__name"))
        ),
        "volunteer_marks": list(
            marks.values(*MARKED, team_name=F("member__team__name"), volunteer_minutes=F("minutes"))
        ),
        "shift_sign_ups": list(
            SignUp.objects.filter(person=person)
            .order_by("pk")
            .values("withdrawn_at", shift_code=F("shift__code"), signed_up_at=F("at"))
        ),
        "hours": _entries(Q(person=person)),
        "hour_wishes": list(
            wishes.values("text", "answer", "due_on", shift_code=F("shift__code"), at=F("asked_at"))
        ),
        "project_scores": list(
            Reviewer.objects.filter(person=person)
            .order_by("pk")
            .values("scores", "text", "declined_why", code=F("review__code"), at=F("scored_at"))
        ),
        "volunteer_work": _work(person),
        "hours_handled": _handled(person),
    }


def _stated(volunteer: Volunteer) -> dict[str, Any]:
    stated = {name: getattr(volunteer, name) for name in STATED}
    return {**stated, "region": volunteer.region_id}


def _entries(condition: Q) -> list[Mapping[str, Any]]:
    rows = Hours.objects.filter(condition).order_by("pk")
    return list(rows.values(*ENTERED, shift_code=F("shift__code"), volunteer_minutes=F("minutes")))


def _work(person: Person) -> list[Mapping[str, Any]]:
    """Return what the person set up and led: teams, members admitted, marks, projects, shifts, reviews."""
    shifts = Shift.objects.filter(Q(leader=person) | Q(made_by=person))
    milestones = Milestone.objects.filter(Q(added_by=person) | Q(reached_by=person))
    reviews = Review.objects.filter(Q(opened_by=person) | Q(decided_by=person))
    invited = Reviewer.objects.filter(invited_by=person)
    told: list[tuple[str, Any]] = [
        ("team", Team.objects.filter(made_by=person).values("code", "name", at=F("made_at"))),
        ("admitted", Member.objects.filter(answered_by=person).values(code=F("team__code"), at=F("answered_at"))),
        ("mark", Mark.objects.filter(given_by=person).values(code=F("member__team__code"), at=F("given_at"))),
        ("project", Project.objects.filter(made_by=person).values("code", "title", at=F("made_at"))),
        ("milestone", milestones.values("title", code=F("project__code"))),
        ("indicator", Indicator.objects.filter(added_by=person).values("name", code=F("project__code"))),
        ("value", Value.objects.filter(entered_by=person).values("source", code=F("indicator__project__code"))),
        ("shift", shifts.values("code", "title", at=F("made_at"))),
        ("review", reviews.values("code", "advice", at=F("opened_at"))),
        ("invited", invited.values(code=F("review__code"), at=F("invited_at"))),
    ]  # fmt: skip
    return [{"what": what, **row} for what, rows in told for row in rows.order_by("pk")]


def _handled(person: Person) -> list[Mapping[str, Any]]:
    """Return what the person recorded, checked, answered and looked at at random; not whose it was."""
    entered = _entries(Q(recorded_by=person) | Q(checked_by=person))
    answered = Wish.objects.filter(answered_by=person).values("answer", at=F("answered_at"))
    drawn = Draw.objects.filter(drawn_by=person).values("month_on", "seed", at=F("drawn_at"))
    found = Sample.objects.filter(found_by=person).values("finding", "text", at=F("found_at"))
    told: list[Any] = [answered, drawn, found]
    more = [row for rows in told for row in rows.order_by("pk")]
    return [*entered, *more]
