"""Itineraries of visits (企业行): an expert's way, or whom an enterprise receives, as PDF and iCalendar.

Roads and times on them are estimated, and the paper says so. Times are those of the place, Asia/Shanghai.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from itertools import groupby

from icalendar import Calendar, Event

from keqiao.base.errors import Invalid, Problem
from keqiao.base.phrases import Phrase
from keqiao.paperwork import pdf
from keqiao.paperwork.fields import cleaned, line, many
from keqiao.paperwork.invitations import PRODUCT, SHANGHAI, UID, UID_WRONG
from keqiao.paperwork.paper import Block, Heading, Lines, Paper, Table, day

HEAD = ("时间", "到访", "地址", "事由", "路上（估算）")
WIDTHS = (3, 6, 5, 5, 4)
FOOT = "企业行行程　由科桥按计划生成"
NOTE = (
    "路程和时间按两地政府驻地的直线距离估算，没有计入山路、路况和天气；出发前请与对方确认，并查看实际路线。",
)
PROPOSED = "拟定中，尚未安排"
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit; ``uid`` stays the same for it, ``kilometres`` and ``minutes`` are those of the road before it."""

    uid: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    whom: str = line(200)
    address: str = line(300)
    about: str = line(300)
    kilometres: float | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Itinerary:
    """The stops of one expert or enterprise; ``sequence`` grows with every change of the plan."""

    title: str = line(200)
    name: str = line(200)
    code: str = line(20)
    organiser: str = line(200)
    sequence: int = 0
    changed_at: datetime.datetime
    is_proposal: bool = False
    stops: tuple[Stop, ...] = many(200)


def itinerary_pdf(itinerary: Itinerary) -> bytes:
    """Return the itinerary as PDF; raise Invalid for text that cannot be kept."""
    return pdf.document(paper(cleaned(itinerary)))


def itinerary_ics(itinerary: Itinerary) -> bytes:
    """Return one entry a stop for a calendar (METHOD:PUBLISH), under the same number after every change."""
    itinerary = cleaned(itinerary)
    wrong = [one for one in itinerary.stops if not UID.fullmatch(one.uid)]
    if wrong:
        raise Invalid([Problem("uid", Phrase(UID_WRONG))])
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for stop in itinerary.stops:
        calendar.add_component(_event(itinerary, stop))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def paper(itinerary: Itinerary) -> Paper:
    """Return a clean itinerary as a paper: a table for every day."""
    blocks: list[Block] = [Lines((f"组织：{itinerary.organiser}",))]
    for on, stops in groupby(itinerary.stops, key=lambda one: _local(one.starts_at).date()):
        blocks.append(Heading(f"{day(on)}　星期{WEEKDAYS[on.weekday()]}"))
        rows = tuple(_row(one) for one in stops)
        blocks.append(Table(rows=rows, widths=WIDTHS, head=HEAD))
    if not itinerary.stops:
        blocks.append(Lines(("没有排到访。",)))
    blocks.append(Lines(NOTE, style="note"))
    state = f"　{PROPOSED}" if itinerary.is_proposal else ""
    return Paper(
        title=f"{itinerary.name}　行程",
        subtitle=f"{itinerary.title}　{itinerary.code}{state}",
        blocks=tuple(blocks),
        note=FOOT,
    )


def road(kilometres: float | None, minutes: int | None) -> str:
    """Return the road before a stop in words."""
    if kilometres is None or minutes is None:
        return ""
    return f"约 {kilometres:.0f} 公里，{minutes} 分钟"


def _row(stop: Stop) -> tuple[str, ...]:
    starts, ends = _local(stop.starts_at), _local(stop.ends_at)
    time = f"{starts:%H:%M}—{ends:%H:%M}"
    return (time, stop.whom, stop.address, stop.about, road(stop.kilometres, stop.minutes))


def _event(itinerary: Itinerary, stop: Stop) -> Event:
    event = Event()
    event.add("uid", stop.uid)
    event.add("sequence", itinerary.sequence)
    event.add("dtstamp", itinerary.changed_at.astimezone(datetime.UTC))
    event.add("dtstart", _local(stop.starts_at))
    event.add("dtend", _local(stop.ends_at))
    event.add("summary", f"{itinerary.title}：{stop.whom}")
    event.add("status", "TENTATIVE" if itinerary.is_proposal else "CONFIRMED")
    if stop.address:
        event.add("location", stop.address)
    told = [stop.about, road(stop.kilometres, stop.minutes)]
    if any(told):
        event.add("description", "\n".join(one for one in told if one))
    return event


def _local(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(SHANGHAI)
