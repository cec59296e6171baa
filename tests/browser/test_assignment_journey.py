"""A week at the assignment desk through the browser: planned, locked, handed out, taken up, and the studio is asked."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.assignments.week import week_of
from tests.browser.barriers import barriers
from tests.cast import Cast

from keqiao.assignments import services
from keqiao.assignments.types import Terms
from keqiao.offers.models import Studio
from keqiao.reactions import services as reactions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Open = Callable[..., Page]


def test_a_broker_plans_a_week_and_the_studio_is_asked(cast: Cast, opened: Open) -> None:
    cast.open_offer(), cast.open_need()
    reactions.run("default")
    broker = opened(cast.wu, "/cases/")
    broker.get_by_role("link", name="派单台").click()
    broker.get_by_role("button", name="排一份").click()
    expect(broker.get_by_role("status")).to_contain_text("请核对")
    broker.get_by_text("改规则", exact=True).click()
    broker.get_by_label("门槛（分）").fill("10")
    broker.get_by_role("button", name="改规则并重排").click()
    expect(broker.get_by_role("status")).to_contain_text("规则已改")
    row = broker.get_by_role("listitem").filter(has_text="锂渣的规模化消纳利用")
    expect(row.first).to_contain_text(cast.chen_studio.name)
    row.get_by_role("button", name=re.compile(f"锁定.*{cast.chen_studio.name}")).click()
    expect(broker.get_by_role("status")).to_contain_text("已锁定")
    broker.get_by_role("button", name="下发给经纪人").click()
    expect(broker.get_by_role("status")).to_contain_text("已下发")
    broker.get_by_role("link", name="对接台").click()
    broker.get_by_role("link", name="锂渣的规模化消纳利用").click()
    broker.get_by_role("button", name="建立对接单并邀请").click()
    expect(broker.get_by_role("status")).to_contain_text("发出 1 份邀请")
    expert = opened(cast.chen, "/desk/")
    expect(expert.get_by_text("锂渣的规模化消纳利用").first).to_be_visible()


def test_the_desk_has_no_barrier_and_does_not_scroll_sideways(cast: Cast, opened: Open) -> None:
    Studio.objects.update(name="雅安示例固废综合利用与新型胶凝材料联合创新工作室" * 3)
    cast.open_need(title="长" * 80, public_title="W" * 80)
    week = week_of(cast, Terms(threshold=0, newcomers=0, wanted=3))
    services.exclude(week.studio(), by=cast.wu, revision=1)
    page = opened(cast.wu)
    for path in ("/assignments/", f"/assignments/{week.plan.code}/"):
        page.goto(path)
        for fold in page.locator("summary").all():
            fold.click()
        assert barriers(page) == []
