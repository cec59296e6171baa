"""The style sheets keep their promises: enough contrast by day and by night, values only as tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from keqiao import web

CSS = Path(web.__file__).parent / "static" / "web" / "css"
TEMPLATES = Path(web.__file__).parent / "templates"
TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6});")
TEXT_ON = {  # every colour that letters have, and the grounds they stand on
    "ink": ("paper", "ground", "accent-soft", "seal-soft", "amber-soft", "green-soft"),
    "ink-soft": ("paper", "ground"),
    "accent": ("paper", "ground", "accent-soft", "seal-soft", "amber-soft"),
    "accent-strong": ("paper", "ground", "accent-soft"),
    "on-accent": ("accent", "accent-strong"),
    "seal": ("paper", "ground", "seal-soft"),
    "amber": ("paper", "ground", "amber-soft"),
    "green": ("paper", "ground", "green-soft"),
}
EDGE_ON = {"line-strong": ("paper", "ground"), "focus": ("paper", "ground")}


def palettes() -> dict[str, dict[str, str]]:
    sheet = (CSS / "tokens.css").read_text(encoding="utf-8")
    day, night = sheet.split("@media screen and (prefers-color-scheme: dark)")
    by_day = dict(TOKEN.findall(day))
    return {"day": by_day, "night": by_day | dict(TOKEN.findall(night.split("html {")[0]))}


def luminance(colour: str) -> float:
    """Return the relative luminance, 0–1, by the formula of WCAG 2.2."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("time", ["day", "night"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT_ON, 4.5), (EDGE_ON, 3.0)])
def test_letters_and_edges_stand_out(
    time: str, pairs: dict[str, tuple[str, ...]], least: float
) -> None:
    palette = palettes()[time]
    weak = {
        (front, ground): round(contrast(palette[front], palette[ground]), 2)
        for front, grounds in pairs.items()
        for ground in grounds
        if contrast(palette[front], palette[ground]) < least
    }
    assert weak == {}


def test_components_name_tokens_and_not_colours() -> None:
    sheet = (CSS / "site.css").read_text(encoding="utf-8")
    named = set(re.findall(r"var\(--([\w-]+)\)", sheet))
    tokens = (CSS / "tokens.css").read_text(encoding="utf-8")
    assert named <= set(re.findall(r"--([\w-]+):", tokens))
    colours = [line.strip() for line in sheet.splitlines() if re.search(r"#[0-9a-f]{3,6}\b", line)]
    assert colours == ["background: #fff;"]  # behind the square code, which is black by night too


def test_no_page_has_style_or_script_of_its_own() -> None:
    for page in TEMPLATES.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son\w+=|<style", text), page
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), page
