"""The page on quality: what was asked, Keqiao beside the others, intervals, the command."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from keqiao.engine import figures
from keqiao.engine.figures import Figure
from keqiao.engine.speeds import Kept, Timing
from keqiao.web import quality

RECT = re.compile(r'<rect(?: [xy]="[\d.]+")? width="(?P<width>[\d.]+)"')


def figure(system: str, value: float, **changed: Any) -> Figure:
    given = {
        "dataset": "needs-offers", "task": "needs-offers", "measure": "nDCG@10", "system": system, "value": value,
        "low": value - 0.05, "high": value + 0.05, "queries": 107, "questions": "x",
        "command": "keqiao bench needs-offers", "commit": "abc1234", "day": "2026-07-01",
    }  # fmt: skip
    return Figure(**{**given, **changed})


def drawn(*found: Figure) -> str:
    request = RequestFactory().get("/quality/")
    return render_to_string("web/pages/quality.html", {"tasks": quality.tasks(found)}, request)


def test_keqiao_stands_before_the_others_with_value_interval_and_command() -> None:
    page = drawn(figure("bm25", 0.6), figure("random", 0.3), figure("keqiao", 0.7))
    assert page.index("0.700") < page.index("0.600") < page.index("0.300")
    for text in ("0.650–0.750", "107", "keqiao bench needs-offers", "abc1234", "2026-07-01"):
        assert text in page
    assert page.count('class="quality__ours"') == 1


def test_times_stand_by_size_with_their_command() -> None:
    timings = (
        Timing("hybrid", 10_000, "p50", 2.5, "ms"),
        Timing("hybrid", 1_000_000, "p50", 6.25, "ms"),
        Timing("words", 1_000_000, "built", 123.4, "s"),
        Timing("nobody", 1_000_000, "knows", 0.777, "s"),
    )
    kept = Kept("keqiao bench speed", "abc1234", "2026-07-02", "texts", timings)
    request = RequestFactory().get("/quality/")
    told = {"tasks": quality.tasks([figure("keqiao", 0.7)]), "fast": quality.fast(kept)}
    page = render_to_string("web/pages/quality.html", told, request)
    for text in (
        "10,000 条",
        "1,000,000 条",
        "2.5 ms",
        "6.25 ms",
        "123 s",
        "—",
        "keqiao bench speed",
    ):
        assert text in page
    assert "0.777" not in page
    assert quality.fast(None) is None


def test_a_bar_is_as_long_as_its_value_and_not_needed_to_read_it() -> None:
    page = drawn(figure("keqiao", 0.7))
    widths = [float(rect["width"]) for rect in RECT.finditer(page) if rect["width"] != "100"]
    assert widths == [pytest.approx(70), pytest.approx(10)]
    assert "0.700" in re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)


def test_what_the_page_does_not_know_is_left_out_or_named_as_it_is() -> None:
    page = drawn(
        figure("keqiao", 0.7),
        figure("keqiao", 0.2, measure="MAP"),
        figure("keqiao", 0.111, task="sample"),
        figure("somebody", 0.222),
    )
    assert "MAP" in page
    assert "0.111" not in page
    assert "0.222" not in page


def test_without_figures_the_page_says_how_to_get_them() -> None:
    page = drawn()
    assert "keqiao bench all --record" in page
    assert "<table" not in page


def test_the_page_is_complete_in_english() -> None:
    found = [
        figure("keqiao", 0.5, task=task, measure=measure)
        for task in quality.TASKS
        for measure in quality.MEASURES
    ]
    found += [figure(system, 0.5) for system in quality.SYSTEMS]
    with translation.override("en"):
        page = drawn(*found)
    content = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r"[\u3400-\u9fff]+", content) == []


@pytest.mark.django_db
def test_anybody_finds_the_page_from_the_foot_of_every_page(client: Client) -> None:
    assert 'href="/quality/"' in client.get("/about/").content.decode()
    page = client.get("/quality/").content.decode()
    for one in figures.read():
        if one.task in quality.TASKS and one.system in quality.SYSTEMS:
            assert f"{one.value:.3f}" in page
