"""Journeys through the browser, from one person's hands to the next."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect
from tests.browser.barriers import barriers
from tests.cast import PASSWORD, SECRET, Cast, need_content
from tests.platforms import Platform

from keqiao.accounts import services as accounts
from keqiao.accounts.types import Purpose
from keqiao.messaging import letters
from keqiao.needs import services as needs
from keqiao.needs.models import Need
from keqiao.needs.states import State
from keqiao.reactions import services as reactions
from keqiao.sisters import services as sisters

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Open = Callable[..., Page]
WANTED = f"提锂后的酸法锂渣没有去处，{SECRET}每天都在出渣，堆场快满了。"
PUBLIC = "提锂产生的酸法锂渣需要稳定的消纳途径，希望用于水泥、混凝土等建材。"


def score(page: Page, criterion: str, points: int) -> None:
    page.get_by_role("group", name=criterion).get_by_label(str(points), exact=True).check()


def test_a_need_goes_from_the_enterprise_over_the_reviewer_to_the_expert(
    cast: Cast, opened: Open
) -> None:
    cast.open_offer()
    reactions.run("default")

    enterprise = opened(cast.lin, "/needs/new/")
    enterprise.get_by_label("需求名称").first.fill("锂渣的规模化消纳利用")
    enterprise.get_by_role("button", name="保存并提交审核").click()
    expect(enterprise.get_by_role("alert")).to_contain_text("请写清楚想要解决什么")
    expect(enterprise.get_by_label("需求名称").first).to_have_value("锂渣的规模化消纳利用")
    enterprise.get_by_label("想要解决什么").fill(WANTED)
    enterprise.get_by_label("技术开发").check()
    enterprise.get_by_label("所在地区").select_option("511800")
    enterprise.get_by_label("关键词").fill("锂渣、固废利用")
    enterprise.get_by_label("公开版名称").fill("锂渣的规模化消纳利用")
    enterprise.get_by_label("公开版内容").fill(PUBLIC)
    enterprise.get_by_role("button", name="保存并提交审核").click()
    expect(enterprise.get_by_role("status")).to_contain_text("已提交审核")

    reviewer = opened(cast.zheng, "/review/")
    reviewer.get_by_role("link", name="锂渣的规模化消纳利用").click()
    expect(reviewer.get_by_role("heading", name="完整版（不公开）")).to_be_visible()
    expect(reviewer.get_by_text(SECRET)).to_be_visible()
    reviewer.get_by_role("button", name="通过并公开").click()
    expect(reviewer.get_by_role("alert")).to_contain_text("请打 0 到 5 分")
    for criterion, points in (("清楚", 3), ("指标", 0), ("合作", 4), ("合规与用语", 5)):
        score(reviewer, criterion, points)
    expect(reviewer.get_by_text("有 0 分，不能公开。")).to_be_visible()
    reviewer.get_by_role("button", name="退回修改").click()
    expect(reviewer.get_by_role("alert")).to_contain_text("请写明需要修改的地方")
    reviewer.get_by_role("button", name="通过并公开").click()
    expect(reviewer.get_by_role("alert")).to_contain_text("“指标”是 0 分，不能公开")
    score(reviewer, "指标", 2)
    expect(reviewer.get_by_text("合计 14 分，可以公开。")).to_be_visible()
    reviewer.get_by_role("button", name="通过并公开").click()
    expect(reviewer.get_by_role("status")).to_contain_text("需求已公开")
    assert Need.objects.get().state == State.OPEN
    reactions.run("default")

    expert = opened(cast.chen, "/desk/")
    expect(expert.get_by_text("个性化推荐现在是关闭的")).to_be_visible()
    expert.get_by_role("link", name="去打开推荐").click()
    expert.get_by_label("按您的工作室和需求为您个性化推荐").check()
    expert.get_by_role("button", name="保存").click()
    expert.goto("/desk/")
    suggested = expert.get_by_role("region", name="适合您的需求")
    expect(suggested.get_by_role("link", name="锂渣的规模化消纳利用")).to_be_visible()
    expect(suggested).to_contain_text("都提到")
    assert SECRET not in expert.content()

    enterprise.goto(f"/needs/{Need.objects.get().code}/private/")
    expect(enterprise.get_by_role("link", name="锂渣微粉作水泥混合材")).to_be_visible()


def test_a_stranger_finds_neither_the_draft_nor_the_private_version(
    cast: Cast, opened: Open
) -> None:
    draft, need = cast.need(), cast.open_need()
    page = opened(None)
    for path in (
        f"/needs/{draft.code}/",
        f"/needs/{draft.code}/private/",
        f"/needs/{need.code}/private/",
        "/needs/N-NOTHERE1/",
    ):
        response = page.goto(path)
        assert response is not None
        assert response.status == 404
        expect(page.get_by_role("heading", name="没有找到这个页面")).to_be_visible()
    page.goto(f"/needs/{need.code}/")
    expect(page.get_by_role("heading", name="锂渣的规模化消纳利用")).to_be_visible()
    assert SECRET not in page.content()


def tab_to(page: Page, selector: str, *, most: int = 120) -> None:
    """Press Tab until the element has the focus; its focus ring has to be seen."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            outline = "getComputedStyle(document.activeElement).outlineStyle"
            assert page.evaluate(outline) != "none", selector
            return
    pytest.fail(f"no Tab leads to {selector}")


def enter(page: Page) -> None:
    """Press Enter and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_everything_by_keyboard_alone(cast: Cast, opened: Open) -> None:
    cast.lin.set_password(PASSWORD)
    cast.lin.save()
    confirm_address(cast)
    page = opened(None)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    tab_to(page, 'a[href="/account/login/"]')
    enter(page)
    tab_to(page, 'input[name="login"]')
    page.keyboard.type(cast.lin.email)
    tab_to(page, 'input[name="password"]')
    page.keyboard.type(PASSWORD)
    enter(page)
    expect(page.get_by_role("heading", name="我的工作台", level=1)).to_be_visible()
    tab_to(page, 'main a[href="/needs/new/"]')
    enter(page)
    tab_to(page, '[name="title"]')
    page.keyboard.insert_text("锂渣的规模化消纳利用")
    tab_to(page, '[name="wanted"]')
    page.keyboard.insert_text(WANTED)
    tab_to(page, '[name="cooperation"]')
    page.keyboard.press("Space")
    tab_to(page, '[name="region"]')
    page.keyboard.type("雅安")
    page.keyboard.press("Escape")
    tab_to(page, '[name="public_title"]')
    page.keyboard.insert_text("锂渣的规模化消纳利用")
    tab_to(page, '[name="public_text"]')
    page.keyboard.insert_text(PUBLIC)
    tab_to(page, 'button[value="draft"]')
    enter(page)
    expect(page.get_by_role("status")).to_contain_text("草稿已保存")
    need = Need.objects.get()
    assert (need.title, need.state) == ("锂渣的规模化消纳利用", State.DRAFT)
    assert need.cooperation == ["development"]


def confirm_address(cast: Cast) -> None:
    """Do what clicking the link in the first mail does."""
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=cast.lin, email=cast.lin.email, verified=True, primary=True)


PAGES = ("/", "/needs/", "/offers/", "/search/?q=锂渣", "/dispatches/", "/about/", "/privacy/")
MORE = (
    "/accessibility/",
    "/how-matching-works/",
    "/quality/",
    "/account/login/",
    "/account/signup/",
    "/offline/",
)
OWN = (
    "/desk/",
    "/needs/new/",
    "/consent/",
    "/preferences/",
    "/preferences/notices/",
    "/notices/",
    "/organisations/new/",
)


def test_no_page_has_a_barrier_that_axe_knows_or_scrolls_sideways(cast: Cast, opened: Open) -> None:
    accounts.consent(cast.lin, Purpose.SELECTION, by=cast.lin)
    cast.open_offer()
    need = cast.open_need()
    reactions.run("default")
    reactions.run("mail")
    out = letters.way_out(cast.lin, "review").removeprefix(django_settings.SITE_URL)
    own = (*OWN, out, f"/needs/{need.code}/private/", f"/organisations/{cast.lithium.code}/")
    for who, paths in ((None, (*PAGES, *MORE, f"/needs/{need.code}/")), (cast.lin, own)):
        page = opened(who)
        for path in paths:
            page.goto(path)
            assert barriers(page) == []


def test_a_reviewer_compares_twins_without_a_barrier(cast: Cast, opened: Open) -> None:
    for who, organisation in ((cast.zhou, cast.rival), (cast.lin, cast.lithium)):
        draft = needs.draft(need_content(), by=who, organisation=organisation)
        need = needs.submit(draft, by=who)
    reactions.run("default")
    page = opened(cast.zheng, f"/review/needs/{need.code}/")
    twins = page.get_by_role("region", name="相似条目")
    expect(twins).to_contain_text("成都示例锂电材料有限公司")
    twins.get_by_text("对照").click()
    expect(twins.locator("mark").first).to_be_visible()
    expect(page.get_by_role("region", name="套话")).to_contain_text("没有发现套话")
    assert barriers(page) == []


def test_a_table_of_needs_becomes_drafts(cast: Cast, opened: Open) -> None:
    page = opened(cast.lin, "/desk/")
    page.get_by_role("link", name="用表格导入").click()
    table = f"名称,内容,截止日期\n锂渣,{WANTED},2030-12-31\n焊缝,{PUBLIC},\n坏行,说不清。,明年\n"
    uploaded = {"name": "需求.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.get_by_label("表格").set_input_files(uploaded)  # type: ignore[arg-type]
    page.get_by_role("button", name="上传并查看结果").click()
    expect(page.get_by_role("heading", name="第 4 行 · 有问题")).to_be_visible()
    expect(page.get_by_text("看不懂日期“明年”")).to_be_visible()
    assert barriers(page) == []
    page.get_by_label("不导入第 3 行").check()
    page.get_by_role("button", name="把新需求存为草稿").click()
    expect(page.get_by_role("status")).to_contain_text("已存为 1 条草稿")
    page.get_by_role("main").get_by_role("link", name="锂渣").click()
    expect(page.get_by_role("link", name="继续填写")).to_be_visible()


@pytest.mark.usefixtures("reference")
def test_entries_of_another_platform_are_found_as_theirs_without_a_barrier(
    opened: Open, platform: Platform
) -> None:
    sister = platform.subscribed()
    platform.say(platform.entry(), platform.entry("N-2"), is_last=False)
    platform.say(platform.withdrawal("N-2"), after=10, next=20)
    sisters.read(sister, by=None)
    reactions.run("default")
    page = opened(None, "/search/?q=磷石膏")
    page.get_by_role("link", name="磷石膏的无害化处理").click()
    expect(page.get_by_text(f"来自{sister.name}（外部平台）")).to_be_visible()
    link = page.get_by_role("link", name="到对方平台查看（离开本站）")
    expect(link).to_have_attribute("rel", "external noopener noreferrer")
    for path in ("", f"/sisters/{sister.code}/N-2/", "/sisters/"):
        page.goto(path or page.url)
        assert barriers(page) == []
    expect(page.get_by_role("region", name="最近撤回的")).to_contain_text("N-2")


def test_large_type_and_english_are_remembered(opened: Open) -> None:
    page = opened(None, "/needs/", width=375)
    page.get_by_role("button", name="大字").click()
    root = page.locator("html")
    expect(root).to_have_class("large-type")
    expect(page.get_by_role("contentinfo")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_role("button", name="English").click()
    expect(root).to_have_attribute("lang", "en")
    assert page.url.endswith("/needs/")
    page.goto("/")
    expect(root).to_have_class("large-type")
    expect(root).to_have_attribute("lang", "en")


def test_the_pages_work_without_scripts(cast: Cast, chromium: object, live_server: object) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)  # type: ignore[attr-defined]
    need = cast.open_need()
    page = context.new_page()
    page.goto("/needs/?region=511800")
    expect(page.get_by_role("link", name=need.public_title)).to_be_visible()
    page.locator("details.filters > summary").click()
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("link", name=need.public_title)).to_be_visible()
    context.close()
