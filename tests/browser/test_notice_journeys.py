"""Notices in a browser that runs no scripts: told, opened, and told another way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.conftest import session_of
from tests.cast import Cast

from keqiao.journal import selectors as journal
from keqiao.messaging import selectors
from keqiao.messaging.types import Kind, Way
from keqiao.reactions import services as reactions

pytestmark = pytest.mark.django_db


def test_an_owner_is_told_opens_it_and_chooses_a_digest_without_scripts(
    cast: Cast, chromium: Browser, live_server: LiveServer
) -> None:
    reactions.skip_to("notices", journal.last_position())
    need = cast.open_need()
    reactions.run("mail")
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    context.add_cookies([session_of(cast.lin, live_server.url)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="1 条未读").click()
    page.get_by_role("button", name=f"需求“{need.public_title}”已通过审核").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(need.title)
    page.get_by_role("link", name="提醒", exact=True).click()
    expect(page.get_by_role("button", name="标为已读")).to_have_count(0)
    page.get_by_role("link", name="提醒方式").click()
    page.get_by_label("审核结果").select_option(label="站内和汇总邮件")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_contain_text("提醒方式已保存")
    assert selectors.way(cast.lin, Kind.REVIEW) == Way.DIGEST
    context.close()
