"""Lines that are put together keep the marks of the reader's language."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as django_settings
from django.utils import translation
from tests.cast import Cast, browser

from keqiao.web.templatetags import phrases

pytestmark = pytest.mark.django_db
CHINESE_MARKS = re.compile("[、：（）；，。]")


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
