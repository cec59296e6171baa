"""The waiting page in a browser: it comes back by itself with what was entered, is readable, and needs no scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer
from tests.browser.barriers import barriers
from tests.cast import Cast
from tests.web import rush_urls

from keqiao.web import rush

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.web.rush_urls"),
]
PAGE, PRESS = "/rush/S-1/", "/rush/S-1/hold/"
TITLE = "报名的人很多，请稍候"
FORM = f"""
    const form = document.createElement("form");
    form.method = "post";
    form.action = "{PRESS}";
    form.innerHTML = '<input name="name" value="安安 &quot;㐂&quot;"><button>报名</button>';
    document.querySelector("main").replaceChildren(form);
"""


@pytest.fixture
def full(settings: Settings) -> Iterator[Callable[[], None]]:
    """One is inside, and no more may be, until the test opens the door."""
    rush_urls.WORK.clear()
    settings.SIGN_UPS_AT_ONCE = 1
    entered = rush.DOOR.enter(1)
    assert entered is not None
    inside = [entered]

    def open_door() -> None:
        rush.DOOR.leave(inside.pop())

    yield open_door
    if inside:
        open_door()


def test_a_page_comes_back_by_itself_and_a_press_with_what_was_entered(
    cast: Cast, opened: Callable[..., Page], full: Callable[[], None]
) -> None:
    page = opened(cast.ji, "/offline/")
    page.evaluate(FORM)
    page.clock.install()
    page.get_by_role("button", name="报名").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_role("status")).to_contain_text("秒后会自动再试")
    full()
    page.clock.fast_forward(int(1000 * rush.MOST_SECONDS))
    expect(page.locator("body")).to_have_text('POST S-1 安安 "㐂"')


def test_without_scripts_the_press_is_made_by_hand(
    chromium: Browser, live_server: LiveServer, full: Callable[[], None]
) -> None:
    rush_urls.WORK.clear()
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto(PAGE)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_role("status")).to_have_count(0)
    full()
    page.get_by_role("link", name="现在再试").click()
    expect(page.locator("body")).to_have_text("GET S-1")
    context.close()


def stay(route: Route) -> None:
    """Answer that there is nothing new: a browser then leaves the page as it is."""
    route.fulfill(status=204)


@pytest.mark.usefixtures("full")
def test_the_waiting_page_fits_is_readable_and_breaks_no_rule_of_contents(
    opened: Callable[..., Page],
) -> None:
    page = opened(None, "/offline/")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.evaluate(FORM)
    page.get_by_role("button", name="报名").click()
    expect(page.get_by_role("button", name="再试一次")).to_be_visible()
    page.route("**" + PRESS, stay)  # the page comes back by itself, and not while it is looked at
    assert barriers(page) == []
    assert [text for text in said if "Content Security Policy" in text] == []
