"""A real Chromium against a live server, with the worker's work done between the steps of a journey."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings
    from pytest_django.live_server_helper import LiveServer

    from keqiao.accounts.models import Person

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update"]
ARGUMENTS += ["--use-fake-device-for-media-stream"]  # a test picture in the place of a camera
Open = Callable[..., Page]
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "tutorials" / "a-case"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium once; Django does not mind the driver's event loop beside it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    found = os.environ.get("KEQIAO_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def opened(
    chromium: Browser, live_server: LiveServer, settings: Settings
) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody (or as a stranger), in a browser of their own."""
    settings.STAFF_SECOND_FACTOR = False
    contexts: list[BrowserContext] = []

    def open_as(
        who: Person | None, path: str = "/", *, width: int = 1280, language: str = "zh-CN"
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            locale=language,
            service_workers="block",
        )
        contexts.append(context)
        if who is not None:
            context.add_cookies([session_of(who, live_server.url)])  # type: ignore[list-item]
        page = context.new_page()
        page.set_default_timeout(45_000)  # a busy machine is slow, not wrong
        page.goto(path)
        return page

    yield open_as
    for context in contexts:
        context.close()


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Hold a page against the documentation: a picture of that name is there; KEQIAO_PICTURES=1 takes it anew."""

    def kept(page: Page, name: str) -> None:
        path = PICTURES / f"{name}.png"
        if os.environ.get("KEQIAO_PICTURES"):
            PICTURES.mkdir(exist_ok=True)
            page.screenshot(path=path)
        assert path.exists(), f"{path.name}: take it with KEQIAO_PICTURES=1"

    return kept


def session_of(who: Person, url: str) -> dict[str, str]:
    """Return the cookie of a log-in."""
    client = Client()
    client.force_login(who)
    name = django_settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}
