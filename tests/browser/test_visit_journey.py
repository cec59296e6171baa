"""A county's day at three enterprises through the browser: arranged, written on a phone, confirmed, and its fruit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.browser.test_lithium_journey import said
from tests.cast import GOOD, SICHUAN, Cast, firm, need_content
from tests.crew import Crew
from tests.outcomes.test_outcomes import content as outcome_content

from keqiao.access import services as access
from keqiao.access.types import Role
from keqiao.casework import services as casework
from keqiao.invitations import services as invitations
from keqiao.needs import services as needs
from keqiao.needs.models import Need
from keqiao.ops.commands import tend
from keqiao.organisations import services as organisations
from keqiao.organisations.models import Organisation
from keqiao.outcomes import services as outcomes
from keqiao.places.models import Association
from keqiao.reactions import services as reactions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Open = Callable[..., Page]
COUNTY = "510113"
WELDING, OIL, BRAZING = (
    "青白江示例焊接设备有限公司",
    "青白江示例油脂有限公司",
    "青白江示例钎焊科技有限公司",
)
PHONE = 375


def county(crew: Crew) -> list[Organisation]:
    """Return the three enterprises of 青白江, whose association 唐果 organises for."""
    cast = crew.cast
    root = Association.objects.get(region=SICHUAN)
    values = {"code": "A-510113", "name": "青白江区科协", "kind": "association"}
    node = Association.objects.add_child(root, {**values, "region_id": COUNTY})
    society = {"code": "S-510113", "name": "成都新材料示例学会", "kind": "society"}
    Association.objects.add_child(
        Association.objects.get(pk=node.pk), {**society, "region_id": COUNTY}
    )
    for person, role in (
        (crew.tang, Role.ORGANISER), (cast.wu, Role.BROKER), (cast.zheng, Role.REVIEWER),
    ):  # fmt: skip
        access.grant(person, role, node, by=cast.he)
    owners = ((WELDING, cast.lin), (OIL, cast.zhou), (BRAZING, cast.ji))
    return [
        organisations.verify(firm(name, COUNTY, f"91510113MAKQ0001{number}", by=owner), by=cast.he)
        for number, (name, owner) in enumerate(owners)
    ]


def arrange(organiser: Page, firms: list[Organisation], experts: str) -> None:
    """Begin a round, and arrange its three visits one by one."""
    organiser.get_by_role("link", name="建一轮企业行").click()
    organiser.get_by_label("组织的科协").select_option(label="青白江区科协")
    organiser.get_by_role("textbox", name="名称").fill("科创生态伙伴企业行（示例）")
    organiser.get_by_role("button", name="建立").click()
    said(organiser, "已建立")
    day = f"{timezone.localdate():%Y-%m-%d}"
    for hour, one in enumerate(firms):
        organiser.get_by_role("link", name="安排一家企业").click()
        organiser.get_by_label("到访哪家企业").fill(one.name)
        organiser.get_by_label("哪些专家去").fill(experts)
        organiser.get_by_label("开始").fill(f"{day}T0{hour}:00")
        organiser.get_by_label("结束").fill(f"{day}T0{hour}:50")
        organiser.get_by_role("button", name="安排并通知").click()
        said(organiser, "到访已安排")
        organiser.get_by_role("link", name="科创生态伙伴企业行（示例）").click()
    expect(organiser.get_by_text("3 家企业")).to_be_visible()


def fits(page: Page) -> None:
    """See that nothing sticks out of a phone's width; something of the page has to be seen before."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def write(phone: Page, found: list[str], *, promise: bool = False) -> None:
    """Write the record of a visit on a phone; what is missing is said, and nothing typed is lost."""
    phone.get_by_role("link", name="写记录").click()
    expect(phone.get_by_label("看到了什么")).to_be_visible()
    fits(phone)
    for number, text in enumerate(found):
        phone.get_by_label("需求，一句话").nth(number).fill(text)
    phone.get_by_role("button", name="保存，接着写").click()
    expect(phone.get_by_role("alert")).to_contain_text("请写下看到了什么")
    assert phone.get_by_label("需求，一句话").first.input_value() == found[0]
    phone.get_by_label("看到了什么").fill("看了总装线和焊接工位。")
    phone.get_by_label("给出的建议").fill("先测焊缝热输入，再选焊丝。")
    phone.get_by_label("姓名").first.fill("陈砚")
    phone.get_by_label("代表谁").first.fill("成都新材料示例学会")
    if promise:
        phone.get_by_label("做什么").first.fill("寄三组焊接试样")
        phone.get_by_label("谁承诺的").first.select_option("firm")
        phone.get_by_label("到哪一天").first.fill(f"{timezone.localdate():%Y-%m-%d}")
        phone.get_by_label("做什么").nth(1).fill("共建焊接材料联合中心")
        phone.get_by_label("承诺还是意向").nth(1).select_option("centre")
        phone.get_by_label("到哪一天").nth(1).fill(f"{timezone.localdate().year + 1}-12-01")
    phone.get_by_role("button", name="保存并看整份记录").click()
    said(phone, "记录已保存")
    fits(phone)


def decide(enterprise: Page, other: Page) -> tuple[str, str]:
    """Make drafts of two needs found, refuse one; return the address of the visit and the code of the first draft."""
    enterprise.get_by_role("link", name="薄板焊接变形大").click()
    expect(enterprise.get_by_role("button", name="写成需求草稿").first).to_be_visible()
    visit = enterprise.url.partition("#")[0]
    fits(enterprise)
    enterprise.get_by_role("button", name="写成需求草稿").first.click()
    said(enterprise, "已写成草稿，只有本单位能看到")
    code = enterprise.url.rstrip("/").split("/")[-2]
    enterprise.goto(visit)
    enterprise.get_by_role("button", name="不同意，从记录里删去").click()
    said(enterprise, "这句话已从记录里删去")
    expect(enterprise.get_by_text("想要客户名单")).to_have_count(0)
    expect(enterprise.get_by_text("另有 1 条企业不同意写下")).to_be_visible()
    other.get_by_role("link", name="菜籽油氧化快").click()
    other.get_by_role("button", name="写成需求草稿").click()
    said(other, "已写成草稿")
    return visit, code


def confirm(page: Page, visit: str) -> None:
    """Say for one's side that the record is true."""
    page.goto(visit)
    page.get_by_role("button", name="我方确认属实").click()
    said(page, "已为您这一方确认")


def answer(page: Page) -> None:
    """Read that a promise has come to its day, and say that it was kept."""
    page.goto("/notices/")
    expect(page.get_by_text("一项承诺或意向到了日子").first).to_be_visible()
    page.goto("/desk/")
    page.get_by_role("link", name="寄三组焊接试样").click()
    page.get_by_label("已经兑现").check()
    page.get_by_role("button", name="回答").click()
    said(page, "您的回答已记下")


def opened_need(cast: Cast, code: str) -> Need:
    """Return the drafted need, completed by 林小满 and opened by 郑立."""
    need = Need.objects.get(code=code)
    full = need_content(region_id=COUNTY, title="铝合金薄板焊接变形控制")
    need = needs.submit(needs.revise(need, full, by=cast.lin), by=cast.lin)
    return needs.approve(need, by=cast.zheng, scores=GOOD)


def solve(cast: Cast, need: Need) -> None:
    """Carry the need to an outcome that both sides confirm."""
    case = casework.open_case((need,), by=cast.wu)
    due_on = timezone.localdate()
    sent = invitations.invite(case, need, cast.chen_studio, due_on=due_on, by=cast.wu)
    invitations.accept(sent, by=cast.chen)
    result = outcomes.enter(case, outcome_content(), by=cast.wu)
    outcomes.confirm(result, by=cast.lin)
    outcomes.confirm(result, by=cast.chen)


def test_a_county_visits_three_enterprises_and_something_comes_of_it(
    crew: Crew, opened: Open
) -> None:
    cast = crew.cast
    firms = county(crew)
    cast.open_offer()
    organiser = opened(crew.tang, "/visits/")
    arrange(organiser, firms, f"{cast.chen_studio.code}\n成都新材料示例学会")
    trip = organiser.url

    phone = opened(cast.chen, trip, width=PHONE)
    phone.get_by_role("link", name=WELDING).click()
    write(phone, ["薄板焊接变形大，想控制在 1 毫米以内。", "想要客户名单。"], promise=True)
    phone.goto(trip)
    phone.get_by_role("link", name=OIL).click()
    write(phone, ["菜籽油氧化快，想延长保质期。"])

    enterprise = opened(cast.lin, "/desk/", width=PHONE)
    visit, code = decide(enterprise, opened(cast.zhou, "/desk/"))
    confirm(enterprise, visit)
    confirm(phone, visit)
    expect(phone.get_by_text("双方已确认").first).to_be_visible()
    expect(phone.get_by_text("想要客户名单")).to_have_count(0)

    assert tend.ask_after_promises(timezone.localdate()) == 1
    reactions.run("mail")
    answer(enterprise)
    answer(phone)
    expect(phone.get_by_text("双方都说已兑现")).to_be_visible()

    solve(cast, opened_need(cast, code))
    enterprise.goto(visit)
    expect(enterprise.get_by_role("link", name="双方已确认的成果")).to_be_visible()
    organiser.goto(trip)
    facts = organiser.get_by_role("region", name="这一轮到现在")
    expect(facts).to_contain_text("等企业决定 0，写成草稿 2，不同意写下 1")
    expect(facts).to_contain_text("等待兑现 1，双方都说已兑现 1，不再进行 0")
    broker = opened(cast.wu, trip)
    facts = broker.get_by_role("region", name="这一轮到现在")
    expect(facts).to_contain_text("双方确认的成果 1")
    stranger = opened(None, visit)
    expect(stranger.get_by_text(WELDING)).to_have_count(0)
