"""The components, one by one: what they say to eyes, to ears and to a page without its style."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory

from keqiao.engine.types import Part, Reason
from keqiao.web.templatetags import navigation

PARTS = (
    Part("words", 27.1, Reason("words.shared", {"terms": "锂渣”“水泥"})),
    Part("meaning", 35.0, Reason("meaning.near", {"need": "锂渣消纳", "offer": "固废制砖"})),
    Part("industry", 0.0, Reason("industry.none")),
    Part("place", 0.9, Reason("place.province")),
)
RECT = re.compile(r'<rect(?: x="(?P<x>[\d.]+)")? width="(?P<width>[\d.]+)"')
HOSTILE = "<script>alert(1)</script>𠮷㐂·“”"


def drawn(name: str, **values: Any) -> str:
    return render_to_string(f"web/components/{name}.html", values)


def test_the_bars_of_a_score_add_up_to_it() -> None:
    score = sum(part.points for part in PARTS)
    page = drawn("reasons", score=score, parts=PARTS)
    own = [rect for rect in RECT.finditer(page) if rect["x"]]
    assert [float(rect["x"]) for rect in own] == [0.0, 27.1, 62.1]
    assert float(own[-1]["x"]) + float(own[-1]["width"]) == pytest.approx(score)


def test_a_score_is_readable_without_its_bars() -> None:
    page = re.sub(r"<svg.*?</svg>", "", drawn("reasons", score=63.0, parts=PARTS))
    for text in ("63.0", "+27.1", "+35.0", "+0.9"):
        assert text in page
    assert page.count("<li") == 3  # a part without points is not named


@pytest.mark.parametrize(
    ("state", "shape"),
    [("open", "circle"), ("review", "10 10H0Z"), ("refused", "M1 1"), ("draft", "rect")],
)
def test_a_state_has_a_shape_and_a_word(state: str, shape: str) -> None:
    page = drawn("state_badge", state=state, label="征集中")
    assert shape in page
    assert "征集中" in page


def test_steps_say_where_one_is() -> None:
    page = drawn("steps", steps=["草稿", "审核", "征集中"], now=2)
    assert page.count('aria-current="step"') == 1
    assert re.search(r'step--now" aria-current="step">审核', page)
    assert page.count("step--done") == 1


def test_a_timeline_tells_its_times_to_machines_too() -> None:
    at = datetime(2026, 11, 24, 4, 3, tzinfo=UTC)
    page = drawn("timeline", entries=[SimpleNamespace(at=at, title="座谈", text=HOSTILE)])
    assert 'datetime="2026-11-24T' in page
    assert "<script>" not in page
    assert "𠮷㐂" in page


def test_tabs_are_links_and_one_is_here() -> None:
    here = SimpleNamespace(label="待审核", href="/review/?tab=1", count=0, is_here=True)
    other = SimpleNamespace(label="已处理", href="/review/?tab=2", count=None, is_here=False)
    page = drawn("tabs", label="审核台", tabs=[here, other])
    assert page.count('aria-current="page"') == 1
    assert page.count('class="tag"') == 1


def test_the_trail_leads_back_and_escapes() -> None:
    assert 'href="/needs/"' in drawn("trail", href="/needs/", label="需求")
    assert "<script>" not in drawn("trail", href="/", label=HOSTILE)


@pytest.mark.parametrize(
    ("path", "word"),
    [("/needs/", ' aria-current="page"'), ("/needs/N-1/", ' aria-current="true"')],
)
def test_the_navigation_marks_the_page_or_its_section(path: str, word: str) -> None:
    context = {"request": RequestFactory().get(path)}
    assert navigation.here(context, "/needs/") == word
    assert navigation.here(context, "/offers/") == ""
    assert navigation.here({}, "/needs/") == ""


class Sample(forms.Form):
    title = forms.CharField(label="需求名称", help_text="一句话说清", max_length=80)
    ways = forms.MultipleChoiceField(
        label="合作方式", choices=[("a", "技术开发")], widget=forms.CheckboxSelectMultiple
    )


def test_a_field_ties_its_label_help_and_error_together() -> None:
    form = Sample({"title": ""})
    page = drawn("field", field=form["title"], is_required=True)
    assert 'for="id_title"' in page
    assert 'aria-describedby="id_title-help id_title-error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_title-error"' in page
    assert "必填" in page


def test_the_summary_of_errors_links_to_each_field() -> None:
    page = drawn("error_summary", form=Sample({"title": ""}))
    assert 'href="#id_title"' in page
    assert 'href="#id_ways_0"' in page
    assert 'role="alert"' in page


def test_the_footer_names_whom_to_reach_and_the_source_only_when_they_are_set() -> None:
    request = RequestFactory().get("/")
    bare = drawn("footer", request=request)
    assert "联系我们" not in bare
    assert "源代码" not in bare
    page = drawn("footer", contact=HOSTILE, source_url="https://code.example/keqiao")
    assert "<script>" not in page
    assert 'href="https://code.example/keqiao"' in page
