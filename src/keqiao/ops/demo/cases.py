"""One case of the demonstration: the lithium slag, come as far as a meeting that is called."""

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

CODE, NEED, STUDIO = "C-DEM00001", "N-DEM00001", "S-DEM00001"
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
    step = StepContent("电话里说：渣场快满了，水泥厂怕影响强度。", next_on=today)
    services.advance(case, "contact", step, by=broker)
    studio = offers.studio(STUDIO, by=broker)
    due_on = today + dt.timedelta(days=7)
    sent = invitations.invite(
        case, need, studio, due_on=due_on, by=broker, text="想请您看看能否做水泥混合材。"
    )
    invitations.ask(sent, "渣样的含水率和硫含量是多少？", by=expert)
    invitations.reply(sent, "含水约 20%，硫含量在送检，座谈前给您。", by=broker)
    invitations.accept(sent, by=expert)
    node = places.association_for(case.region_id)
    if node is not None:
        services.add_party(case, node, Side.SUPPORTS, by=broker)
    seats = tuple(party.pk for party in casework.parties(case))
    morning = dt.time(HOUR, 30, tzinfo=timezone.get_current_timezone())
    start = dt.datetime.combine(due_on, morning)
    end = start + dt.timedelta(hours=2)
    agenda = "一、介绍渣场情况\n二、看样品\n三、议定试验安排"
    place = "雅安市科协会议室（示例）"
    called = Content("锂渣消纳三方座谈", start, end, place, agenda, seats)
    meetings.call(case, called, by=broker)
    services.add_task(case, "送检渣样，拿到硫含量报告", by=broker, due_on=today)
    services.note(case, "陈老师下周三上午有空。", by=broker, kind=NoteKind.PHONE)
