"""A mother signs up two children for the last places; one waits, is offered a place and takes it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open
from tests.crew import Crew
from tests.registrations.room import child, come, lecture

from keqiao.journal import selectors as journal
from keqiao.reactions import services as reactions
from keqiao.registrations import services

pytestmark = pytest.mark.django_db


def about_child(page: Page, number: int, name: str) -> None:
    """Fill in what is asked about one child, and consent to the first purpose."""
    fields = page.get_by_role("group", name=f"第 {number} 个孩子")
    fields.get_by_label("孩子的姓名").fill(name)
    fields.get_by_label("出生日期").fill(str(child().born_on))
    fields.get_by_label("学校").fill("雨城示例小学")
    fields.get_by_label("同意：参加活动").check()


def test_a_mother_signs_up_two_children_and_one_waits_until_a_place_is_free(
    crew: Crew, opened: Open
) -> None:
    session = lecture(crew, places=2, minor_fields={"school": "按学校分组"})
    (visitor,) = come(session, crew.cast.ji)
    reactions.skip_to("notices", journal.last_position())
    page = opened(crew.ma, f"/sessions/{session.code}/", width=375)
    expect(page.get_by_text("还有 1 个名额（共 2 个）。")).to_be_visible()
    page.get_by_label("为几个孩子报名").select_option("2")
    page.get_by_label("本人参加").uncheck()
    page.get_by_role("button", name="报名", exact=True).click()
    expect(page.get_by_text("已为您保留 1 个名额")).to_be_visible()
    about_child(page, 1, "阿依·小满")
    about_child(page, 2, "阿依·小禾")
    page.get_by_label("名额不够时分开").check()
    page.get_by_role("button", name="提交报名").click()
    expect(page.get_by_text("报名成功：1 个名额。")).to_be_visible()
    expect(page.get_by_text("1 个在候补，排在最前面")).to_be_visible()
    services.cancel(visitor, by=crew.cast.ji)
    reactions.run("mail")
    page.reload()
    page.get_by_role("link", name="1 条未读").click()
    page.get_by_role("button", name="为您空出了一个名额").click()
    page.get_by_role("button", name="确认名额").click()
    expect(page.get_by_text("名额已确认")).to_be_visible()
    page.get_by_role("link", name="回转窑里的化学").first.click()
    picture = page.get_by_role("img", name="二维码，签到时出示")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") > 0
    session.refresh_from_db()
    assert session.taken == 2
