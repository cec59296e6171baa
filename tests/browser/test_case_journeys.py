"""A case that ends in a coded refusal, which changes the next suggestion; and no barrier on any page of a case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.barriers import barriers
from tests.cast import Cast
from tests.web import tables

from keqiao.casework.models import Case
from keqiao.reactions import services as reactions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Open = Callable[..., Page]


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


def test_no_page_of_a_case_has_a_barrier_or_scrolls_sideways(cast: Cast, opened: Open) -> None:
    cast.open_offer()
    paths = tables.laid(cast)
    reactions.run("default")
    case = Case.objects.get()
    handed_out = ("paper", "file", "enclosure")
    shown = [path for row, path in paths.items() if not any(word in row for word in handed_out)]
    pages = {cast.wu: [*shown, "/cases/"], cast.lin: ["/cases/", f"/cases/{case.code}/"]}
    pages[cast.chen] = [paths["invitation_detail table"], "/desk/"]
    for person, addresses in pages.items():
        page = opened(person)
        for path in addresses:
            page.goto(path)
            assert barriers(page) == []
