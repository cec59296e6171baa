"""One case of the demonstration, among invented parties only, come as far as a meeting that is called."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone

from keqiao.casework import selectors as casework
from keqiao.casework import services
from keqiao.casework.models import Case
from keqiao.casework.types import NoteKind, Side, StepContent
from keqiao.invitations import services as invitations
from keqiao.meetings import services as meetings
from keqiao.meetings.types import Content
from keqiao.needs import selectors as needs
from keqiao.needs.states import State
from keqiao.offers import selectors as offers
from keqiao.places import selectors as places

if TYPE_CHECKING:
    from keqiao.accounts.models import Person

CODE, NEED, OFFER = "C-DEM00001", "N-DEM00013", "F-DEM00008"
BROKER, EXPERT = "wuqiao@keqiao.example", "chenyan@keqiao.example"
HOUR = 9


def load(people: dict[str, Person]) -> None:
    """Open the case unless it is there, or its need is no longer open."""
    broker, expert = people[BROKER], people[EXPERT]
    need = needs.get(NEED, by=broker)
    if need.state != State.OPEN or Case.objects.filter(code=CODE).exists():
        return
    today = timezone.localdate()
    case = services.open_case([need], by=broker, code=CODE, is_example=True)
    step = StepContent("电话里说：吸附剂换得太勤，蒸汽费用压不下来。", next_on=today)
    services.advance(case, "contact", step, by=broker)
    offer = offers.get(OFFER, by=broker)
    due_on = today + dt.timedelta(days=7)
    asked = "想请您看看锂离子筛能否用到这条母液。"
    sent = invitations.invite(
        case, need, offer.studio, due_on=due_on, text=asked, offer=offer, by=broker
    )
    invitations.ask(sent, "母液的 pH 和钙镁含量是多少？", by=expert)
    invitations.reply(sent, "pH 约 11，钙镁在送检，座谈前给您。", by=broker)
    invitations.accept(sent, by=expert)
    node = places.association_for(case.region_id)
    if node is not None:
        services.add_party(case, node, Side.SUPPORTS, by=broker)
    seats = tuple(party.pk for party in casework.parties(case))
    morning = dt.time(HOUR, 30, tzinfo=timezone.get_current_timezone())
    start = dt.datetime.combine(due_on, morning)
    end = start + dt.timedelta(hours=2)
    agenda = "一、介绍母液情况\n二、看样品\n三、议定试验安排"
    place = "雅安市科协会议室（示例）"
    called = Content("沉锂母液回收三方座谈", start, end, place, agenda, seats)
    meetings.call(case, called, by=broker)
    services.add_task(case, "送检母液，拿到钙镁含量报告", by=broker, due_on=today)
    services.note(case, "陈老师下周三上午有空。", by=broker, kind=NoteKind.PHONE)
