"""What stands in somebody's way on a page: rules of axe that it breaks, and whether it scrolls sideways."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (1280, 375)  # pixels: a desk, a phone
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def barriers(page: Page) -> list[str]:
    """Return every barrier of a page as it stands, on a desk and on a phone."""
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        where = f"{page.url} at {width}"
        faults = Axe().run(page).response["violations"]
        found += [f"{where}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in faults]
        found += [f"{where}: scrolls sideways"] * bool(page.evaluate(SIDEWAYS))
    return found
