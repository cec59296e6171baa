"""Activities of 唐果's association, for the tests of several rooms."""

from __future__ import annotations

from typing import Any

from tests.cast import YAAN
from tests.crew import Crew, at

from keqiao.activities import services
from keqiao.activities.models import Activity, Session
from keqiao.activities.types import Content, Question, QuestionKind, SessionContent


def content(**changes: object) -> Content:
    """Return what a complete activity says, with ``changes``."""
    values: dict[str, object] = {
        "title": "玩转科学：机器人编程营",
        "kind": "camp",
        "about": "动手搭一台会走迷宫的机器人。请自带水杯。",
        "themes": ("机器人", "编程"),
        "audience": "小学三至六年级学生",
        "least_age": 9,
        "most_age": 12,
        "partners": ("雅安示例县中学",),
        "cost": "免费",
        "accessibility": "有坡道，有无障碍卫生间",
        "contact": "0835-000 0000，工作日九点到五点",
        "questions": (
            Question(
                "要素食吗",
                kind=QuestionKind.YES_NO.value,
                why="中午统一订餐",
                is_required=True,
            ),
        ),
    }
    return Content(**{**values, **changes})  # type: ignore[arg-type]


def session_content(days: int = 10, **changes: object) -> SessionContent:
    """Return what a session says that begins at nine, some days from today."""
    values: dict[str, object] = {
        "starts_at": at(days),
        "ends_at": at(days, 12),
        "place": "雅安市青少年活动中心",
        "address": "雅安市雨城区示例路 1 号",
        "region_id": YAAN,
        "places": 30,
    }
    return SessionContent(**{**values, **changes})  # type: ignore[arg-type]


def draft(crew: Crew, **changes: object) -> Activity:
    """Return a draft of 唐果 without sessions."""
    return services.draft(crew.node, content(**changes), by=crew.tang)


def with_session(crew: Crew, activity: Activity, days: int = 10, **changes: Any) -> Session:
    """Return a session that 唐果 adds."""
    return services.add_sessions(activity, session_content(days, **changes), by=crew.tang)[0]


def published(crew: Crew, days: int = 10, **changes: Any) -> Session:
    """Return the session of an activity that everybody sees; ``changes`` are of the session."""
    activity = draft(crew)
    session = with_session(crew, activity, days, **changes)
    services.publish(activity, by=crew.tang)
    session.refresh_from_db()
    return session
