"""A team of 雅安市科协 with a project and a shift, for the tests of volunteering.

唐果 organises for the node, 秦川 leads the team, 罗青 is the team's second leader, 𠮷田㐂 and 古力·阿依 volunteer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from tests.crew import Crew, at

from keqiao.accounts.models import Person
from keqiao.volunteering import hours, projects, reviewing, selectors, services
from keqiao.volunteering.models import Hours, Member, Project, Review, Shift, SignUp, Team
from keqiao.volunteering.types import (
    Criterion,
    Marked,
    MarkKind,
    ProjectContent,
    Scored,
    ShiftContent,
    Worked,
)

AIM = "教农民学科普、学技术，助力乡村振兴。"
WORK = "在村里讲解稻田病虫害，帮农户辨认病叶。"
THREE_HOURS = 180
TARGET = Decimal(300)
CRITERIA = (Criterion("目标完成情况", 60), Criterion("记录真实完整", 40))


@dataclass(slots=True)
class Field:
    """The team at work."""

    crew: Crew
    team: Team
    project: Project
    shift: Shift

    def member(self, person: Person) -> Member:
        """Return where somebody stands in the team."""
        found = selectors.membership(self.team, person)
        assert found is not None
        return found

    def join(self, person: Person) -> Member:
        """Have somebody apply, and 秦川 admit them."""
        return services.admit(services.apply(self.team, by=person), by=self.crew.qin)

    def sign_up(self, person: Person, shift: Shift | None = None) -> SignUp:
        """Have a member take a place."""
        return projects.sign_up(shift or self.shift, by=person)

    def record(self, person: Person, shift: Shift | None = None, **changes: Any) -> Hours:
        """Have 秦川 record what somebody did in a shift that is over."""
        where = shift or self.shift
        return hours.record(where, person, worked(where, **changes), by=self.crew.qin)

    def checked(self, person: Person, shift: Shift | None = None, **changes: Any) -> Hours:
        """Return an entry that 罗青 has checked."""
        return hours.check(self.record(person, shift, **changes), by=self.crew.luo)


def laid(crew: Crew, *, volunteers: tuple[str, ...] = ("ji", "gu")) -> Field:
    """Lay out the team: its shift of yesterday, three hours in the morning, in which the volunteers had places."""
    team = services.found(
        crew.node, "雅安示例科技志愿服务队", "两学一助。", crew.qin.email, by=crew.tang
    )
    field = Field(crew, team, _project(team, crew), Shift())
    services.set_leader(field.join(crew.luo), is_leader=True, by=crew.qin)
    field.shift = shift(field)
    for name in volunteers:
        field.join(crew.person(name))
        field.sign_up(crew.person(name))
    over(field.shift)
    return field


def project_content(**changes: object) -> ProjectContent:
    """Return what a project says, with ``changes``."""
    today = timezone.localdate()
    values: dict[str, object] = {
        "title": "惠民兴县示例项目",
        "aim": AIM,
        "from_on": today - dt.timedelta(days=60),
        "until_on": today + dt.timedelta(days=60),
    }
    return ProjectContent(**{**values, **changes})  # type: ignore[arg-type]


def shift_content(**changes: object) -> ShiftContent:
    """Return what a shift of tomorrow morning says, with ``changes``."""
    values: dict[str, object] = {
        "title": "稻田病虫害讲解",
        "work": WORK,
        "starts_at": at(1, 9),
        "ends_at": at(1, 12),
        "place": "示例村文化站",
        "served": "种粮农户",
        "places": 3,
    }
    return ShiftContent(**{**values, **changes})  # type: ignore[arg-type]


def shift(field: Field, **changes: object) -> Shift:
    """Return a shift of tomorrow that 秦川 has offered."""
    return projects.offer_shift(field.project, shift_content(**changes), by=field.crew.qin)


def over(shift: Shift, *, days: int = 2) -> Shift:
    """Have a shift lie ``days`` earlier, as if the time had passed."""
    earlier = dt.timedelta(days=days)
    Shift.objects.filter(pk=shift.pk).update(
        starts_at=shift.starts_at - earlier, ends_at=shift.ends_at - earlier
    )
    shift.refresh_from_db()
    return shift


def worked(shift: Shift, **changes: object) -> Worked:
    """Return the whole of a shift as hours, with ``changes``."""
    values: dict[str, object] = {"starts_at": shift.starts_at, "ends_at": shift.ends_at}
    return Worked(**{**values, **changes})  # type: ignore[arg-type]


def insured(**changes: object) -> Marked:
    """Return an insurance of a year from today, with ``changes``."""
    today = timezone.localdate()
    values: dict[str, object] = {
        "kind": MarkKind.INSURANCE,
        "title": "志愿者意外险",
        "given_on": today,
        "until_on": today + dt.timedelta(days=365),
    }
    return Marked(**{**values, **changes})  # type: ignore[arg-type]


def opened(field: Field) -> Review:
    """Return a review of the project to which 唐果 has invited 陈砚 and 孙远."""
    crew = field.crew
    due_on = timezone.localdate() + dt.timedelta(days=14)
    review = reviewing.open_review(field.project, CRITERIA, due_on, by=crew.tang)
    for who in (crew.cast.chen, crew.cast.sun):
        reviewing.invite(review, who.email, by=crew.tang)
    return review


def scored() -> Scored:
    """Return 80 and 90 with a word to them."""
    return Scored({0: 80, 1: 90}, "台账齐全，成效明显。")


def _project(team: Team, crew: Crew) -> Project:
    return projects.plan(team.association, project_content(), team=team, by=crew.qin)
