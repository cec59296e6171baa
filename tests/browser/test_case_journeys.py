"""Journeys of a case through the browser: to an outcome that both sides confirm, and to a refusal that teaches."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.cast import Cast
from tests.web import tables

from keqiao.casework.models import Case
from keqiao.casework.types import Side
from keqiao.needs.models import Need
from keqiao.outcomes.models import FollowUp, Outcome
from keqiao.outcomes.services import ask_after
from keqiao.reactions import services as reactions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Open = Callable[..., Page]


def step(page: Page, name: str, note: str, reason: str = "") -> None:
    page.get_by_label("下一步").select_option(label=name)
    page.get_by_role("textbox", name="进展").fill(note)
    page.get_by_label("跳过或退回的原因").fill(reason)
    page.get_by_role("button", name="保存进展").click()
    expect(page.get_by_role("status")).to_contain_text("进展已记下")


def meet(broker: Page) -> None:
    """Call the parties of the case to a table, and write down what they decided."""
    broker.get_by_role("link", name="安排座谈").click()
    broker.get_by_label("主题").fill("锂渣消纳三方座谈")
    broker.get_by_label("开始").fill("2031-03-04T09:30")
    broker.get_by_label("结束").fill("2031-03-04T11:30")
    broker.get_by_label("地点").fill("雅安市科协二楼会议室")
    broker.get_by_role("button", name="保存").click()
    expect(broker.get_by_role("status")).to_contain_text("座谈已安排")
    broker.get_by_role("textbox", name="会议记录").fill("三方介绍情况，同意先做千吨级试验。")
    broker.get_by_label("议定事项").first.fill("寄 5 公斤锂渣样品")
    broker.get_by_label("谁来做").first.fill("林小满")
    broker.get_by_label("期限").first.fill("2031-03-20")
    broker.get_by_role("button", name="保存会议记录").click()
    expect(broker.get_by_role("heading", name="议定事项")).to_be_visible()


def enter_contract(broker: Page) -> None:
    """Enter a contract as what came of the case."""
    broker.get_by_text("登记成果", exact=True).click()
    broker.get_by_label("成果类型").select_option("contract")
    broker.get_by_label("取得了什么").fill("签订锂渣微粉技术开发合同，先做千吨级试验。")
    broker.get_by_label("日期").fill(timezone.localdate().isoformat())
    broker.get_by_label("合同金额（元）").fill("360000")
    broker.get_by_role("button", name="登记", exact=True).click()
    expect(broker.get_by_role("region", name="成果")).to_contain_text("待双方确认")


def test_the_lithium_slag_comes_to_a_table_a_contract_and_an_outcome_that_both_confirm(
    cast: Cast, opened: Open
) -> None:
    cast.open_offer()
    need = cast.open_need()
    reactions.run("default")

    broker = opened(cast.wu, f"/needs/{need.code}/private/")
    broker.get_by_role("button", name="建立对接单").click()
    expect(broker.get_by_role("status")).to_contain_text("已建立对接单")
    step(broker, "已联系上", "和林小满通了电话，每天出渣 300 吨。")
    home = broker.url
    broker.get_by_role("link", name="匹配与邀请").click()
    broker.get_by_text("邀请这个工作室，或写下我的判断").first.click()
    broker.get_by_label("附言").first.fill("请看能否做水泥混合材。")
    broker.get_by_role("button", name="发出邀请").first.click()
    expect(broker.get_by_role("status")).to_contain_text("邀请已发出")

    expert = opened(cast.chen, "/desk/")
    expert.get_by_role("region", name="收到的邀请").get_by_role("link").first.click()
    expect(expert.get_by_text("请看能否做水泥混合材。")).to_be_visible()
    expert.get_by_role("button", name="接受，加入对接").click()
    expect(expert.get_by_role("status")).to_contain_text("已接受")

    broker.goto(home)
    broker.get_by_text("请一方加入").click()
    broker.get_by_label("单位或工作室的编号").fill("A-511800")
    broker.get_by_label("角色").select_option(Side.SUPPORTS)
    broker.get_by_role("button", name="加入", exact=True).click()
    expect(broker.get_by_role("region", name="参与方")).to_contain_text("雅安市科协")

    meet(broker)

    broker.goto(home)
    step(broker, "进入座谈", "三方到齐。")
    step(broker, "达成合作意向", "签了意向书。")
    step(broker, "签订合同", "技术开发合同。")
    expect(broker.get_by_role("region", name="任务")).to_contain_text("寄 5 公斤锂渣样品")
    enter_contract(broker)

    for person in (cast.lin, cast.chen):
        side = opened(person, "/desk/")
        side.get_by_role("region", name="等您确认的成果").get_by_role("link").click()
        side.get_by_role("button", name="我方确认属实").click()
        expect(side.get_by_role("status")).to_contain_text("已记下")
    outcome = Outcome.objects.get()
    assert outcome.state == "confirmed"

    broker.goto(home)
    broker.get_by_text("办结（成果已确认）").click()
    broker.get_by_role("region", name="成果").get_by_label("说明").fill("合同已签，试验排期已定。")
    broker.get_by_role("button", name="办结").click()
    expect(broker.get_by_role("status")).to_contain_text("已办结")
    need = Need.objects.get(pk=need.pk)
    assert (need.state, need.resolution) == ("closed", "solved")

    FollowUp.objects.filter(days=30).update(due_on=timezone.localdate())
    ask_after(FollowUp.objects.get(days=30))
    asked = opened(cast.lin, f"/outcomes/{outcome.code}/")
    asked.get_by_label("合作又有扩大").check()
    asked.get_by_role("button", name="回答").click()
    expect(asked.get_by_text("需求方：合作又有扩大")).to_be_visible()


def test_a_coded_refusal_changes_the_next_suggestion(cast: Cast, opened: Open) -> None:
    offer = cast.open_offer()
    case = cast.case(cast.open_need())
    need = case.concerns.get().need
    reactions.run("default")
    match = f"/cases/{case.code}/match/{need.code}/"
    broker = opened(cast.wu, match)
    suggested = broker.get_by_role("heading", name=offer.title)
    expect(suggested).to_be_visible()
    broker.get_by_text("邀请这个工作室，或写下我的判断").first.click()
    broker.get_by_role("button", name="发出邀请").first.click()
    expert = opened(cast.chen, "/desk/")
    expert.get_by_role("region", name="收到的邀请").get_by_role("link").first.click()
    expert.get_by_text("谢绝", exact=True).first.click()
    expert.get_by_label("技术成熟度太低，还做不到").check()
    expert.get_by_role("button", name="谢绝").click()
    expect(expert.get_by_text("已谢绝：技术成熟度太低，还做不到")).to_be_visible()
    reactions.run("default")
    broker.goto(match)
    expect(broker.get_by_text("还做不到：可以先提技术咨询或小试")).to_be_visible()
    expect(suggested).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 375])
def test_no_page_of_a_case_has_a_barrier_or_scrolls_sideways(
    cast: Cast, opened: Open, width: int
) -> None:
    cast.open_offer()
    paths = tables.laid(cast)
    reactions.run("default")
    case = Case.objects.get()
    shown = [path for row, path in paths.items() if "paper" not in row and "file" not in row]
    pages = {cast.wu: [*shown, "/cases/"], cast.lin: ["/cases/", f"/cases/{case.code}/"]}
    pages[cast.chen] = [paths["invitation_detail table"], "/desk/"]
    for person, addresses in pages.items():
        page = opened(person, "/", width=width)
        for path in addresses:
            page.goto(path)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
            sideways = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(sideways), path
