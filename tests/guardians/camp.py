"""A camp for children in 雅安, and what 阿依·马兰 enters about hers; the marked words stand nowhere else."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from tests.crew import Crew, at

from keqiao.activities.models import Activity, Session
from keqiao.base.codes import new_code
from keqiao.guardians import services
from keqiao.guardians.models import Minor
from keqiao.guardians.types import Entered, Purpose
from keqiao.registrations import services as registrations

NAME, PHONE, NOTE, SCHOOL = "小满𠮷子", "139-0000-7788", "对花生㐂过敏", "青衣江畔小学㐂"
CONTACT, GRADE, ANSWER = "马尔康𠮷舅舅", "四年级丙班㐂", "想看萤火虫㐂"
MARKS = (NAME, PHONE, NOTE, SCHOOL, CONTACT, GRADE, ANSWER)
ALL = frozenset(Purpose)
NEEDED = {
    "school": "按学校分组",
    "grade": "分年级讲解",
    "emergency": "山里信号不好，要能找到家人",
    "health": "当天安排午餐",
}
QUESTION = {
    "key": "wish",
    "text": "最想看什么？",
    "kind": "text",
    "choices": [],
    "is_required": False,
    "why": "安排路线",
}


def camp(crew: Crew, *, days: int = 3, places: int | None = 10, **changes: Any) -> Session:
    """Return a session that 秦川 leads, ``days`` from today, of an activity that asks for everything."""
    values: dict[str, Any] = {
        "code": new_code("H"),
        "state": "open",
        "association": crew.node,
        "kind": "camp",
        "title": "雨城女孩科学营",
        "least_age": 8,
        "most_age": 14,
        "minor_fields": NEEDED,
        "questions": [QUESTION],
        "made_by": crew.tang,
        "published_at": timezone.now(),
    }
    activity = Activity(**{**values, **changes})
    activity.save(force_insert=True)
    return add_session(crew, activity, days=days, places=places)


def add_session(crew: Crew, activity: Activity, *, days: int, places: int | None = 10) -> Session:
    """Return one more session of an activity."""
    made = Session(
        code=new_code("J"),
        activity=activity,
        starts_at=at(days),
        ends_at=at(days, 17),
        place="雨城示例科技馆",
        region_id="511802",
        leader=crew.qin,
        places=places,
    )
    made.save(force_insert=True)
    return made


def child(**changes: Any) -> Entered:
    """Return everything about a girl of ten, with every consent."""
    values: dict[str, Any] = {
        "name": NAME,
        "born_on": timezone.localdate() - timedelta(days=10 * 366),
        "school": SCHOOL,
        "grade": GRADE,
        "emergency_name": CONTACT,
        "emergency_phone": PHONE,
        "health_note": NOTE,
        "answers": {"wish": ANSWER},
        "consents": ALL,
    }
    return Entered(**{**values, **changes})


def entrust(crew: Crew, session: Session, **changes: Any) -> Minor:
    """Return what 阿依·马兰 has entered."""
    with transaction.atomic():
        return services.entrust(session, child(**changes), by=crew.ma)


def born(years: int, session: Session, *, days: int = 0) -> dt.date:
    """Return the birthday of somebody who turns ``years`` on the session's day, or ``days`` after it."""
    day = timezone.localdate(session.starts_at) + timedelta(days=days)
    return day.replace(year=day.year - years, day=min(day.day, 28))


def placed(crew: Crew, session: Session, **changes: Any) -> Minor:
    """Return a child of 阿依·马兰 who has a place."""
    (made,) = registrations.sign_up(session, minors=[child(**changes)], by=crew.ma)
    assert (made.state, made.minor is not None) == ("confirmed", True)
    return Minor.objects.get(registration=made)
