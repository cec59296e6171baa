"""Visits of the cast: arranged for the day after tomorrow, or held this morning."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from tests.cast import YAAN, Cast
from tests.crew import at

from keqiao.journal import selectors as journal
from keqiao.places.models import Association
from keqiao.visits import services, steps
from keqiao.visits.models import Visit
from keqiao.visits.types import Attendee, FoundNeed, Kind, Pledged, Record, Side


def node(region: str = YAAN) -> Association:
    found: Association = Association.objects.get(code=f"A-{region}")
    return found


def arranged(cast: Cast, **changes: Any) -> Visit:
    """Return a visit of 陈砚 to 雅安示例锂业, which 吴桥 arranges for the day after tomorrow."""
    values: dict[str, Any] = {
        "experts": [cast.chen_studio],
        "starts_at": at(2),
        "ends_at": at(2, 11),
        "association": node(),
        "place": "厂区东门",
        "by": cast.wu,
    }
    return services.arrange(cast.lithium, **{**values, **changes})


def an_hour_ago(hours: int = 1) -> datetime:
    """Return a moment before now, to the minute."""
    return (timezone.now() - timedelta(hours=hours)).replace(second=0, microsecond=0)


def record(**changes: Any) -> Record:
    """Return what 吴桥 wrote down: two needs found, one promise, one intent."""
    today = timezone.localdate()
    values: dict[str, Any] = {
        "seen": "看了回转窑和渣场。",
        "advice": "先测含水率，再定烘干办法。",
        "attendees": (Attendee("陈砚", "陈砚固废利用工作室"), Attendee("林小满", "雅安示例锂业")),
        "found": (
            FoundNeed("酸法锂渣堆存压力大，想用作水泥混合材，掺量不低于 10%。"),
            FoundNeed("渣场雨季含水率超过 30%，想找烘干办法。"),
        ),
        "pledges": (
            Pledged("寄 5 千克渣样", Kind.PROMISE, today + timedelta(days=7), Side.FIRM),
            Pledged("共建固废利用联合中心", Kind.CENTRE, today + timedelta(days=90)),
        ),
    }
    return Record(**{**values, **changes})


def held(cast: Cast, **changes: Any) -> Visit:
    """Return a visit that was this morning, and of which 吴桥 wrote the record."""
    times = {"starts_at": an_hour_ago(2), "ends_at": an_hour_ago(1)}
    visit = arranged(cast, **{**times, **changes})
    return services.record(visit, record(), by=cast.wu)


def confirmed(cast: Cast, **changes: Any) -> Visit:
    """Return such a visit, its record confirmed by both sides."""
    visit = held(cast, **changes)
    steps.confirm(visit, by=cast.lin)
    return steps.confirm(visit, by=cast.chen)


def actions(visit: Visit) -> list[str]:
    """Return what the journal has of a visit, in order."""
    return [one.action for one in journal.about(services.subject_of(visit)).order_by("position")]
