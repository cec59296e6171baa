"""One case through the browser: a vague sentence, a table of three, a contract's form, two words, a follow-up.

``docs/tutorials/a-case-from-a-vague-sentence.md`` tells the same way, with the pictures that are taken here.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.test_journeys import score
from tests.cast import Cast, firm

from keqiao.needs.models import Need
from keqiao.organisations import services as organisations
from keqiao.outcomes.models import FollowUp, Outcome
from keqiao.outcomes.services import ask_after
from keqiao.reactions import services as reactions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Open = Callable[..., Page]
Keep = Callable[[Page, str], None]
VAGUE = "锂渣堆不下了，去年开始越堆越多，想找个去处。"
PUBLIC = "提锂产生的酸法锂渣需要稳定的消纳途径，希望用于水泥、混凝土等建材。"


def said(page: Page, sentence: str) -> None:
    """Wait for what the page answers to a press."""
    expect(page.get_by_role("status").first).to_contain_text(sentence)


def describe(enterprise: Page, picture: Keep) -> None:
    """Tell the need in a vague sentence, read what is asked, and hand in what is complete."""
    enterprise.get_by_label("用自己的话说说").fill(VAGUE)
    picture(enterprise, "1-vague")
    enterprise.get_by_role("button", name="整理成草稿").click()
    said(enterprise, "已存为草稿")
    asked = enterprise.get_by_role("region", name="还想请您说说")
    expect(asked.get_by_role("listitem").first).to_be_visible()
    picture(enterprise, "2-questions")
    enterprise.get_by_label("需求名称").first.fill("锂渣的规模化消纳利用")
    enterprise.get_by_label("试过什么").fill("试过直接填埋，渗滤液不达标。")
    enterprise.get_by_label("要达到的指标").fill("水泥混合材掺量不低于 10%，28 天活性指数≥65%。")
    enterprise.get_by_label("限制条件").fill("厂区不能新建窑炉。")
    enterprise.get_by_label("技术开发").check()
    enterprise.get_by_label("所在地区").select_option("511800")
    enterprise.get_by_label("关键词").fill("锂渣、固废利用")
    enterprise.get_by_label("公开版名称").fill("锂渣的规模化消纳利用")
    enterprise.get_by_label("公开版内容").fill(PUBLIC)
    enterprise.get_by_role("button", name="保存并提交审核").click()
    said(enterprise, "已提交审核")


def review(reviewer: Page, picture: Keep) -> None:
    """Open the need as a second person."""
    reviewer.get_by_role("link", name="锂渣的规模化消纳利用").click()
    expect(reviewer.get_by_role("heading", name="完整版（不公开）")).to_be_visible()
    for criterion, points in (("清楚", 4), ("指标", 4), ("合作", 3), ("合规与用语", 5)):
        score(reviewer, criterion, points)
    expect(reviewer.get_by_text("合计 16 分，可以公开。")).to_be_visible()
    picture(reviewer, "3-review")
    reviewer.get_by_role("button", name="通过并公开").click()
    said(reviewer, "需求已公开")


def step(page: Page, name: str, note: str) -> None:
    """Record the next step of the case."""
    page.get_by_label("下一步").select_option(label=name)
    page.get_by_role("textbox", name="进展").fill(note)
    page.get_by_role("button", name="保存进展").click()
    said(page, "进展已记下")


def invite(broker: Page, picture: Keep) -> None:
    """Read the suggestions with their reasons and ask the first studio."""
    broker.get_by_role("link", name="匹配与邀请").click()
    picture(broker, "4-matching")
    broker.get_by_text("邀请这个工作室，或写下我的判断").first.click()
    broker.get_by_label("附言").first.fill("请看能否做水泥混合材。")
    broker.get_by_role("button", name="发出邀请").first.click()
    said(broker, "邀请已发出")


def accept(expert: Page, picture: Keep) -> None:
    """Accept the invitation for the studio."""
    expert.get_by_role("region", name="收到的邀请").get_by_role("link").first.click()
    expect(expert.get_by_text("请看能否做水泥混合材。")).to_be_visible()
    picture(expert, "5-invitation")
    expert.get_by_role("button", name="接受，加入对接").click()
    said(expert, "已接受")


def seat(broker: Page, code: str, side: str, name: str) -> None:
    """Seat one more party by its code."""
    broker.get_by_text("请一方加入").click()
    broker.get_by_label("单位或工作室的名称或编号").fill(code)
    broker.get_by_label("角色").select_option(side)
    broker.get_by_role("button", name="加入", exact=True).click()
    expect(broker.get_by_role("region", name="参与方")).to_contain_text(name)


def meet(broker: Page, picture: Keep) -> None:
    """Call the parties of the case to a table, and write down what they decided."""
    broker.get_by_role("link", name="安排座谈").click()
    broker.get_by_label("主题").fill("锂渣消纳三方座谈")
    broker.get_by_label("开始").fill("2031-03-04T09:30")
    broker.get_by_label("结束").fill("2031-03-04T11:30")
    broker.get_by_label("地点").fill("雅安市科协二楼会议室")
    broker.get_by_role("button", name="保存").click()
    said(broker, "座谈已安排")
    broker.get_by_role("textbox", name="会议记录").fill("三方介绍情况，同意先做千吨级试验。")
    broker.get_by_label("议定事项").first.fill("寄 5 公斤锂渣样品")
    broker.get_by_label("谁来做").first.select_option(label="雅安示例锂业有限公司")
    broker.get_by_label("具体由谁").first.fill("林小满")
    broker.get_by_label("期限").first.fill("2031-03-20")
    broker.get_by_role("button", name="保存会议记录").click()
    expect(broker.get_by_role("heading", name="议定事项")).to_be_visible()
    picture(broker, "6-minutes")


def draft_contract(broker: Page, picture: Keep) -> None:
    """Have the contract and the registration form filled from the case, and open both."""
    home = broker.url
    broker.get_by_role("link", name="合同草稿与登记表").click()
    expect(broker.get_by_label("项目名称")).to_have_value("锂渣的规模化消纳利用")
    broker.get_by_label("合同总额（元）").fill("360000")
    broker.get_by_role("button", name="存为新的一版").first.click()
    for name in ("合同 DOCX", "合同 PDF", "登记表 XLSX", "登记表 PDF"):
        link = broker.get_by_role("link", name=name).get_attribute("href") or ""
        paper = broker.request.get(link)
        assert (paper.status, len(paper.body()) > 5_000) == (200, True), name
    picture(broker, "7-contract")
    broker.goto(home)


def enter_contract(broker: Page) -> None:
    """Enter a contract as what came of the case."""
    broker.get_by_text("登记成果", exact=True).click()
    broker.get_by_label("成果类型").select_option("contract")
    broker.get_by_label("取得了什么").fill("签订锂渣微粉技术开发合同，先做千吨级试验。")
    broker.get_by_label("日期").fill(timezone.localdate().isoformat())
    broker.get_by_label("合同金额（元）").fill("360000")
    broker.get_by_role("button", name="登记", exact=True).click()
    expect(broker.get_by_role("region", name="成果")).to_contain_text("待双方确认")


def confirm(side: Page, picture: Keep, name: str) -> None:
    """Give one side's word from its own log-in."""
    side.get_by_role("region", name="等您确认的成果").get_by_role("link").click()
    picture(side, name)
    side.get_by_role("button", name="我方确认属实").click()
    said(side, "已为您这一方确认")


def follow_up(opened: Open, cast: Cast, picture: Keep) -> None:
    """Answer for the asking side, a month later, what became of it."""
    FollowUp.objects.filter(days=30).update(due_on=timezone.localdate())
    ask_after(FollowUp.objects.get(days=30))
    asked = opened(cast.lin, f"/outcomes/{Outcome.objects.get().code}/")
    asked.get_by_label("合作又有扩大").check()
    picture(asked, "9-follow-up")
    asked.get_by_role("button", name="回答").click()
    expect(asked.get_by_text("需求方：合作又有扩大")).to_be_visible()


def test_a_vague_sentence_comes_to_a_table_a_contract_and_an_outcome_that_both_confirm(
    cast: Cast, opened: Open, picture: Keep
) -> None:
    builder = firm("雅安示例装配式建材有限公司", "511800", "91511800MAKQ00003", by=cast.ji)
    organisations.verify(builder, by=cast.zheng)
    cast.open_offer()
    describe(opened(cast.lin, "/needs/describe/"), picture)
    review(opened(cast.zheng, "/review/"), picture)
    reactions.run("default")

    need = Need.objects.get()
    broker = opened(cast.wu, f"/needs/{need.code}/private/")
    broker.get_by_role("button", name="建立对接单").click()
    said(broker, "已建立对接单")
    step(broker, "已联系上", "和林小满通了电话，每天出渣 300 吨。")
    home = broker.url
    invite(broker, picture)
    accept(opened(cast.chen, "/desk/"), picture)
    broker.goto(home)
    seat(broker, builder.code, "answers", builder.name)
    seat(broker, "A-511800", "supports", "雅安市科协")
    meet(broker, picture)
    broker.goto(home)
    for name, note in (
        ("进入座谈", "三方到齐。"),
        ("达成合作意向", "签了意向书。"),
        ("签订合同", "技术开发合同。"),
    ):
        step(broker, name, note)
    expect(broker.get_by_role("region", name="任务")).to_contain_text("寄 5 公斤锂渣样品")
    draft_contract(broker, picture)
    enter_contract(broker)
    confirm(opened(cast.lin, "/desk/"), picture, "8-confirm")
    confirm(opened(cast.chen, "/desk/"), picture, "8-confirm-other")
    assert Outcome.objects.get().state == "confirmed"

    broker.goto(home)
    broker.get_by_text("办结（成果已确认）").click()
    broker.get_by_role("region", name="成果").get_by_label("说明").fill("合同已签，试验排期已定。")
    broker.get_by_role("button", name="办结").click()
    said(broker, "已办结")
    need.refresh_from_db()
    assert (need.state, need.resolution) == ("closed", "solved")
    follow_up(opened, cast, picture)
