"""Two visits of the demonstration, among invented parties only: one that both sides have confirmed, one to come."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.offers import selectors as offers
from keqiao.ops.demo.cases import BROKER, EXPERT
from keqiao.organisations import selectors as organisations
from keqiao.places import selectors as places
from keqiao.places import services as place_services
from keqiao.visits import selectors, services, steps
from keqiao.visits.models import Visit
from keqiao.visits.types import Attendee, FoundNeed, Kind, Pledged, Record, Side

if TYPE_CHECKING:
    from keqiao.accounts.models import Person

SOCIETY, SPEAKER = "四川示例固废资源化学会", "guliayi@keqiao.example"
REGION, FIRM, NEXT_FIRM = "511800", "O-DEM00001", "O-DEM00003"
MEMBER = "linxiaoman@keqiao.example"
KEY = "demo:"
HOUR = 9


def load(people: dict[str, Person]) -> None:
    """Arrange both unless they are there; the first was last week, the next is in a week."""
    _list_society(people[SPEAKER])
    broker, expert, member = people[BROKER], people[EXPERT], people[MEMBER]
    node = places.association_for(REGION)
    studio = offers.studios_of(expert).first()
    if node is None or studio is None or Visit.objects.filter(key=f"{KEY}1").exists():
        return
    trip = services.begin_round(
        "科创生态伙伴企业行（示例）", association=node, by=broker, is_example=True
    )
    today = timezone.localdate()
    days = {FIRM: today - dt.timedelta(days=7), NEXT_FIRM: today + dt.timedelta(days=7)}
    visits = []
    for number, (code, day) in enumerate(days.items(), start=1):
        morning = dt.time(HOUR, 30, tzinfo=timezone.get_current_timezone())
        start = dt.datetime.combine(day, morning)
        visits.append(
            services.arrange(
                organisations.get(code, by=broker),
                experts=[studio],
                starts_at=start,
                ends_at=start + dt.timedelta(hours=2),
                association=node,
                by=broker,
                key=f"{KEY}{number}",
                place="厂区东门",
                about="看生产线，当面听难处。",
                in_round=trip,
            )
        )
    _write(visits[0], broker, expert, member)


def _list_society(speaker: Person) -> None:
    """Put a society on the tree, so that a visit or a plan can name one as an expert."""
    under = places.association_for(settings.HOME_REGION)
    known = {one.name for one in places.associations_named(SOCIETY)}
    if under is not None and SOCIETY not in known:
        society = place_services.add_society(SOCIETY, under, by=None)
        access.grant(speaker, Role.BROKER, society, by=None)


def _write(visit: Visit, broker: Person, expert: Person, member: Person) -> None:
    """Write the record down; the enterprise makes a draft of one need found and has the other taken out."""
    today = timezone.localdate()
    written = Record(
        seen="看了回转窑、渣场和化验室。锂渣含水率高，转运时扬尘大。",
        advice="先测一个月的含水率，再决定烘干还是压滤；渣样做活性指数。",
        attendees=(Attendee(expert.name, "四川示例理工大学"), Attendee(member.name, "企业")),
        found=(
            FoundNeed("渣场雨季含水率超过 30%，想找低能耗的脱水办法。"),
            FoundNeed("想换一家化验机构。"),
        ),
        pledges=(
            Pledged("寄 5 千克渣样给专家", Kind.PROMISE, today, Side.FIRM),
            Pledged("共建固废利用联合中心", Kind.CENTRE, today + dt.timedelta(days=180)),
            Pledged("带两名化验员跟学", Kind.RAISE, today + dt.timedelta(days=90)),
        ),
    )
    services.record(visit, written, by=broker)
    drafted, refused = selectors.findings(visit)
    steps.draft_need(drafted, by=member)
    steps.refuse_need(refused, by=member)
    visit.refresh_from_db()
    steps.confirm(visit, by=member)
    steps.confirm(visit, by=expert)
    for question in selectors.to_ask(today):
        steps.ask_after(question)
