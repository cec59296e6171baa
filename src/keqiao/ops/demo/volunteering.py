"""A team of the demonstration, after the project that a newspaper page tells of (两学一助); its people are invented."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from keqiao.places import selectors as places
from keqiao.volunteering import projects, services
from keqiao.volunteering.models import Team
from keqiao.volunteering.types import (
    Marked,
    MarkKind,
    Measured,
    Profile,
    ProjectContent,
    ShiftContent,
)

if TYPE_CHECKING:
    from keqiao.accounts.models import Person
    from keqiao.volunteering.models import Project

NODE = "510705"  # 绵阳市安州区
TEAM, PROJECT, SHIFTS = "G-DEM00001", "J-DEM00001", ("B-DEM00001", "B-DEM00002")
ADMINISTRATOR, LEADER, SECOND = (
    "helan@keqiao.example",
    "qinchuan@keqiao.example",
    "tangguo@keqiao.example",
)
VOLUNTEERS = ("chenyan@keqiao.example", "jitianxi@keqiao.example")
AIM = "学科学、学技术，助农民增收：志愿者进村讲解、进田指导，把农户的问题带回来找专家。"
HOUR = 9


def load(people: dict[str, Person]) -> None:
    """Found the team with its project and shifts, unless it is there."""
    node = places.association_for(NODE)
    if node is None or Team.objects.filter(code=TEAM).exists():
        return
    above, leader, today = people[ADMINISTRATOR], people[LEADER], timezone.localdate()
    name, about = "安州科技志愿服务队（示例）", "进村讲解、进田指导、线上答疑。"
    team = services.found(node, name, about, leader.email, by=above, code=TEAM, is_example=True)
    second = services.admit(services.apply(team, by=people[SECOND]), by=leader)
    services.set_leader(second, is_leader=True, by=leader)
    insured = Marked(
        MarkKind.INSURANCE,
        "志愿者意外险（示例）",
        given_on=today,
        until_on=today + dt.timedelta(days=365),
    )
    for email in VOLUNTEERS:
        member = services.admit(services.apply(team, by=people[email]), by=leader)
        services.mark(member, insured, by=leader)
    services.describe(Profile(skills=("讲解", "固废利用")), by=people[VOLUNTEERS[0]])
    services.describe(Profile(skills=("讲解",)), by=people[VOLUNTEERS[1]])
    told = ProjectContent(
        "“惠民兴县”两学一助科技志愿服务（示例）",
        AIM,
        today - dt.timedelta(days=90),
        today + dt.timedelta(days=90),
    )
    project = projects.plan(node, told, team=team, by=leader, code=PROJECT, is_example=True)
    _measure(project, leader, today)
    for number, code in enumerate(SHIFTS, start=1):
        day = today + dt.timedelta(days=7 * number)
        shift = projects.offer_shift(project, content(day), by=leader, code=code)
        projects.sign_up(shift, by=people[VOLUNTEERS[number - 1]])


def _measure(project: Project, leader: Person, today: dt.date) -> None:
    earlier = today - dt.timedelta(days=30)
    first = projects.add_milestone(project, "完成十个村的需求摸底", earlier, by=leader)
    projects.reach(first, earlier, "摸底表十份", by=leader)
    projects.add_milestone(project, "进村讲解二十场", today + dt.timedelta(days=60), by=leader)
    indicator = projects.add_indicator(project, "受益农户", "户", Decimal(300), by=leader)
    projects.measure(indicator, Measured(Decimal(120), earlier, "村委会登记表"), by=leader)


def content(day: dt.date) -> ShiftContent:
    """Return what a shift of the morning of a day says."""
    morning = dt.time(HOUR, tzinfo=timezone.get_current_timezone())
    starts_at = dt.datetime.combine(day, morning)
    return ShiftContent(
        "进村讲解水稻病虫害",
        "讲解识别和防治要点，帮农户辨认病叶，记下答不了的问题。",
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=3),
        place="示例村文化站",
        served="种粮农户",
        places=6,
        skills=("讲解",),
        needs_insurance=True,
    )
