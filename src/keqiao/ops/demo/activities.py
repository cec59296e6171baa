"""Activities of the demonstration, after those that a newspaper page tells of: camps, a camp for girls, a lecture."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone

from keqiao.activities import services
from keqiao.activities.models import Activity, Series
from keqiao.activities.types import Content, Leader, Question, QuestionKind, SessionContent, Way
from keqiao.ops.demo.rows import listed, rows
from keqiao.places import selectors as places

if TYPE_CHECKING:
    from keqiao.accounts.models import Person

ORGANISER, LEADER = "tangguo@keqiao.example", "qinchuan@keqiao.example"
MEAL = Question(
    "要素食或清真餐吗", kind=QuestionKind.YES_NO.value, why="中午统一订餐", is_required=True
)
CONTACT = "演示用，不是真号码：000-0000 0000（工作日九点到五点）"
NEEDED = {
    "emergency": "孩子不舒服或走散时联系家里",
    "health": "实验和户外活动前避开过敏和不适",
}


def load(people: dict[str, Person]) -> None:
    """Publish what is not there yet; days are counted from today, so that there always is something to come."""
    organiser, leader = people[ORGANISER], people[LEADER]
    series: dict[str, Series] = {}
    known = set(Activity.objects.values_list("code", flat=True))
    for number, row in enumerate(rows("activities"), start=1):
        if row["code"] not in known:
            _publish(row, number, series, organiser, leader)


def _publish(
    row: dict[str, str], number: int, series: dict[str, Series], organiser: Person, leader: Person
) -> None:
    node = places.association_for(row["region"])
    if node is None:
        return
    title = row["series"]
    if title and title not in series:
        kept = Series.objects.filter(title=title, association=node).first()
        about = "动手做、走进现场、和科学家面对面。"
        series[title] = kept or services.make_series(node, title, about, by=organiser)
    is_for_children = bool(row["most_age"])
    content = Content(
        title=row["title"],
        kind=row["kind"],
        about=row["about"],
        series=series[title].code if title else "",
        themes=listed(row["themes"]),
        audience=row["audience"],
        least_age=_number(row["least_age"]),
        most_age=_number(row["most_age"]),
        partners=listed(row["partners"]),
        cost=row["cost"],
        accessibility=row["accessibility"],
        contact=CONTACT,
        questions=(MEAL,) if is_for_children else (),
        minor_fields=NEEDED if is_for_children else {},
    )
    activity = services.draft(node, content, by=organiser, code=row["code"], is_example=True)
    first, drawn = _moment(row, "from"), _number(row["drawn"])
    held = SessionContent(
        starts_at=first,
        ends_at=_moment(row, "to"),
        place=row["place"],
        address="",
        region_id=row["region"],
        leader=Leader(leader.email, leader.name),
        places=_number(row["places"]),
        way=Way.DRAW.value if drawn else Way.FIRST_COME.value,
        draws_at=first - dt.timedelta(days=drawn) if drawn else None,
        most_per_family=2 if is_for_children else None,
    )
    days = [
        timezone.localdate(first) + dt.timedelta(weeks=week) for week in range(int(row["weeks"]))
    ]
    codes = [f"E-DEM{number:02}{place:03}" for place in range(1, len(days) + 1)]
    services.add_sessions(activity, held, days=days, codes=codes, by=organiser)
    services.publish(activity, by=organiser)


def _moment(row: dict[str, str], which: str) -> dt.datetime:
    """Return the moment that a cell such as ``12+09:00`` tells: days from today, and the local time."""
    days, _plus, clock = row[which].partition("+")
    day = timezone.localdate() + dt.timedelta(days=int(days))
    return timezone.make_aware(dt.datetime.combine(day, dt.time.fromisoformat(clock)))


def _number(text: str) -> int | None:
    return int(text) if text else None
