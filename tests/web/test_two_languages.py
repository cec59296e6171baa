"""Lines that are put together keep the marks of the reader's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import translation
from tests.cast import Cast, browser

from keqiao import web
from keqiao.web.templatetags import phrases

pytestmark = pytest.mark.django_db
CHINESE_MARKS = re.compile("[、：（）；，。]")
TEMPLATES = Path(web.__file__).parent / "templates"
TRANSLATED = re.compile(
    r"""{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%\s*blocktrans.*?{%\s*endblocktrans\w*\s*%}|{%\s*trans(?:late)?\b.*?%}|_\("[^"]*"\)""",
    re.DOTALL,
)


@pytest.mark.parametrize(
    ("language", "listed", "aside", "told"),
    [("zh-hans", "甲、乙", "（甲）", "：甲"), ("en", "甲, 乙", " (甲)", ": 甲")],
)
def test_marks_follow_the_language(language: str, listed: str, aside: str, told: str) -> None:
    with translation.override(language):
        said = (phrases.listed(["甲", "乙"]), phrases.aside("甲"), phrases.after_colon("甲"))
    assert said == (listed, aside, told)


def test_the_facts_of_a_need_have_no_chinese_marks_in_english(cast: Cast) -> None:
    client = browser(cast.lin)
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(f"/needs/{cast.open_need().code}/").content.decode()
    facts = page.split('<dl class="facts">')[1].split("</dl>")[0]
    assert "Technical" in facts or "Technology" in facts
    assert not CHINESE_MARKS.search(facts)


def bare_marks(text: str) -> list[str]:
    """Return the Chinese marks of a template that stand outside translation, each with what is around it."""
    left = TRANSLATED.sub(" ", text)
    return [
        " ".join(left[max(0, hit.start() - 30) : hit.end() + 10].split())
        for hit in CHINESE_MARKS.finditer(left)
    ]


@pytest.mark.parametrize("text", ["{{ a }}：{{ b }}", '{{ a|join:"、" }}', "<td>（{{ a }}）</td>"])
def test_a_mark_outside_translation_is_found(text: str) -> None:
    assert bare_marks(text)
    assert not bare_marks(
        '{% translate "甲：乙。" %}{# 甲、乙 #}{% blocktranslate %}甲（乙）{% endblocktranslate %}'
    )


def test_no_template_puts_chinese_marks_into_english_lines() -> None:
    found = {
        path.name: marks
        for path in TEMPLATES.rglob("*.html")
        if (marks := bare_marks(path.read_text(encoding="utf-8")))
    }
    assert found == {}
