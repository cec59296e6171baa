"""A volunteer joins, serves, gets a proof; a stranger verifies it; a correction voids it. No barrier on the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.barriers import barriers
from tests.crew import Crew
from tests.volunteering import field as fields
from tests.web.pages_of_volunteering import paths

from keqiao.paperwork.pdf import missing
from keqiao.volunteering.models import Hours

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Open = Callable[..., Page]


def test_a_volunteer_joins_serves_and_proves_it(crew: Crew, opened: Open) -> None:
    field = fields.laid(crew, volunteers=())
    team, shift = f"/teams/{field.team.code}/", fields.shift(field)
    volunteer, leader = opened(crew.cast.ji, team), opened(crew.qin, team)
    second = opened(crew.luo, "/")
    joins(volunteer, leader)

    fields.over(shift)
    leader.goto(f"/shifts/{shift.code}/")
    leader.get_by_text("给𠮷田㐂记时长").click()
    leader.get_by_role("button", name="记下").click()
    expect(leader.get_by_text("等第二人复核后生效")).to_be_visible()
    volunteer.goto("/volunteering/me/")
    expect(volunteer.get_by_text("0 小时", exact=True)).to_be_visible()
    checks(second)

    where = proves(volunteer)
    stranger = opened(None, where)
    verifies(stranger)

    old = Hours.objects.get()
    corrects(leader, old)
    checks(second)
    stranger.goto(where)
    expect(stranger.get_by_text(f"时长记录 {old.code} 已更正")).to_be_visible()
    volunteer.goto("/volunteering/me/")
    expect(volunteer.get_by_text("2 小时", exact=True)).to_be_visible()


def joins(volunteer: Page, leader: Page) -> None:
    volunteer.get_by_label("想说的话").fill("想教农户认病叶")
    volunteer.get_by_role("button", name="申请加入").click()
    expect(volunteer.get_by_text("已申请，等负责人审批")).to_be_visible()
    leader.reload()
    leader.get_by_role("button", name="通过", exact=True).click()
    expect(leader.get_by_text("已通过。")).to_be_visible()
    volunteer.goto("/volunteering/")
    volunteer.get_by_role("link", name="稻田病虫害讲解").click()
    volunteer.get_by_role("button", name="报名").click()
    expect(volunteer.get_by_text("您已报名。")).to_be_visible()


def checks(second: Page) -> None:
    second.goto("/volunteering/desk/")
    second.get_by_role("link", name="𠮷田㐂").click()
    second.get_by_role("button", name="复核属实").click()
    expect(second.get_by_text("已复核，现在生效。")).to_be_visible()


def proves(volunteer: Page) -> str:
    volunteer.goto("/volunteering/me/")
    expect(volunteer.get_by_text("3 小时", exact=True)).to_be_visible()
    volunteer.get_by_label("从").fill("2020-01-01")
    volunteer.get_by_role("button", name="出具证明").click()
    with volunteer.expect_download() as taken:
        volunteer.get_by_role("link", name="下载证明").click()
    assert taken.value.path().read_bytes().startswith(b"%PDF")
    assert not missing("𠮷田㐂")  # the paper shows the name whole
    where = volunteer.get_by_role("link", name="核验页").get_attribute("href")
    assert where is not None
    return where


def verifies(stranger: Page) -> None:
    expect(stranger.get_by_role("heading", name="有效")).to_be_visible()
    expect(stranger.get_by_role("cell", name="3 小时")).to_be_visible()
    expect(stranger.get_by_text("𠮷田㐂")).to_have_count(0)
    stranger.get_by_label("证明上的姓名").fill("𠮷田㐂")
    stranger.get_by_role("button", name="核对姓名").click()
    expect(stranger.get_by_text("姓名一致。")).to_be_visible()


def corrects(leader: Page, old: Hours) -> None:
    leader.goto(f"/volunteering/hours/{old.code}/")
    leader.locator("summary", has_text="登记更正").click()
    leader.get_by_label("时长（分钟）").fill("120")
    leader.get_by_label("说明").fill("中间离开一小时")
    leader.get_by_role("button", name="登记更正").click()
    expect(leader.get_by_text("更正已记下")).to_be_visible()


def test_no_page_of_volunteering_has_a_barrier_or_scrolls_sideways(
    crew: Crew, opened: Open
) -> None:
    rows = paths(crew)
    shown = [path for path in rows.values() if path.endswith("/") and "0000000O" not in path]
    for who in (crew.cast.he, crew.cast.ji):
        page = opened(who)
        for path in shown:
            page.goto(path)
            if page.get_by_text("没有找到您要的内容").count():
                continue
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert barriers(page) == []
