"""A tour to plan: three firms of 雅安 with and without needs, two experts, three days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from tests.cast import GOOD, YAAN, Cast, firm, offer_content

from keqiao.offers import services as offers
from keqiao.organisations import services as organisations
from keqiao.organisations.models import Organisation
from keqiao.places.models import Association
from keqiao.reactions import services as reactions
from keqiao.tours import selectors, services, sides
from keqiao.tours.models import Expert, Firm, Plan, Ruling, Stop
from keqiao.tours.types import Going, Receiving, Terms


@dataclass(slots=True)
class Tour:
    """A draft of 吴桥 with what it was made of."""

    cast: Cast
    plan: Plan
    lithium: Firm  # with an open need
    cement: Firm  # with an industry only

    def revision(self) -> int:
        """Return what a page that is opened now shows."""
        self.plan.refresh_from_db()
        return self.plan.revision

    def solve(self) -> Plan:
        """Let the worker do what follows."""
        reactions.run("slow")
        self.plan.refresh_from_db()
        return self.plan

    def expert(self, code: str) -> Expert:
        """Return an expert of the plan."""
        return selectors.expert(self.plan, code)

    def met(self) -> dict[str, set[str]]:
        """Return who visits whom: names of studios by names of firms."""
        found: dict[str, set[str]] = {}
        for one in self.stops():
            found.setdefault(one.firm.organisation.name, set()).add(one.day.expert.body.name)
        return found

    def stops(self) -> list[Stop]:
        """Return all stops by time."""
        rows = Stop.objects.filter(day__expert__plan=self.plan).select_related(
            "firm__organisation", "day__expert__studio", "day__expert__society"
        )
        return list(rows.order_by("starts_at", "pk"))

    def ruled(self) -> list[tuple[str, str, str]]:
        """Return firm, studio and kind of all that was ruled."""
        rows = Ruling.objects.filter(firm__plan=self.plan).order_by("pk")
        names = ("firm__organisation__name", "expert__studio__name", "kind")
        return list(rows.values_list(*names))


def node(code: str = YAAN) -> Association:
    """Return the association of a region."""
    found: Association = Association.objects.get(region=code, kind="association")
    return found


def first_day() -> dt.date:
    """Return the Monday of the week after next: always ahead."""
    today = timezone.localdate()
    return today + dt.timedelta(days=14 - today.weekday())


def terms(**changes: object) -> Terms:
    """Return terms for three days, with ``changes``."""
    begins_on = first_day()
    values: dict[str, object] = {
        "title": "雨城名山企业行",
        "begins_on": begins_on,
        "ends_on": begins_on + dt.timedelta(days=2),
        "threshold": 0,
    }
    return Terms(**{**values, **changes})  # type: ignore[arg-type]


def cement_of(cast: Cast) -> Organisation:
    """Return a verified enterprise of 雅安 that has no need."""
    made = firm("雅安示例水泥有限公司", YAAN, "91511800MAKQ00004", by=cast.zhou)
    return organisations.verify(made, by=cast.zheng)


def both_can(cast: Cast) -> None:
    """Open an offer of each studio: 陈砚 in cement, 古力·阿依 in machine vision."""
    cast.open_offer()
    content = offer_content(
        title="焊缝视觉检测", subject_id="F0304",
        description="产线上的焊缝和表面缺陷在线检测，已经在三条产线上稳定运行一年。",
        industry_ids=("C3011",), keywords=("机器视觉",),
    )  # fmt: skip
    draft = offers.draft(content, studio=cast.gu_studio, by=cast.gu)
    offers.approve(offers.submit(draft, by=cast.gu), by=cast.zheng, scores=GOOD)


def tour_of(cast: Cast, **changes: object) -> Tour:
    """Draft a plan with 雅安示例锂业 (a need) and 雅安示例水泥 (an industry), 陈砚 and 古力·阿依; solve it."""
    both_can(cast)
    need = cast.open_need()
    cement = cement_of(cast)
    reactions.run("default")
    plan = services.draft(node(), terms(**changes), by=cast.wu)
    for studio in (cast.chen_studio, cast.gu_studio):
        sides.add_expert(plan, studio, Going(YAAN), by=cast.wu, revision=plan.revision)
    about_need = Receiving("511802", "雨城区示例路 1 号", need=need.code)
    sides.add_firm(plan, cast.lithium, about_need, by=cast.wu, revision=plan.revision)
    about_field = Receiving("511803", "名山区示例路 2 号", industry_id="C3011")
    sides.add_firm(plan, cement, about_field, by=cast.wu, revision=plan.revision)
    tour = Tour(
        cast,
        plan,
        selectors.firm(plan, cast.lithium.code),
        selectors.firm(plan, cement.code),
    )
    tour.solve()
    return tour
