"""Every sentence of a page is found in the sources, and every fault of its English is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

Load = Callable[[str], ModuleType]


@pytest.fixture
def messages(load: Load) -> ModuleType:
    return load("messages")


def sentences(messages: ModuleType, source: str, tmp_path: Path) -> list[object]:
    page = tmp_path / "page.html"
    page.write_text("{% load i18n %}" + source, encoding="utf-8")
    catalog = Catalog(charset="utf-8")
    messages.add(catalog, messages.as_python(page).encode())
    return [message.id for message in catalog if message.id]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% trans '需求' %}", ["需求"]),
        ('{% translate "说“好”，不说“行”" %}', ["说“好”，不说“行”"]),
        ('{% trans "开" context "state" %}', ["开"]),
        ("{% blocktrans %}共 {{ n }} 条{% endblocktrans %}", ["共 %(n)s 条"]),
        ("{% blocktranslate trimmed %}\n  一行，\n  又一行。\n{% endblocktranslate %}", ["一行， 又一行。"]),
        (
            "{% blocktrans count n=rows %}一条{% plural %}{{ n }} 条{% endblocktrans %}",
            [("一条", "%(n)s 条")],
        ),
        ('{% include "x.html" with title=_("标题") %}', ["标题"]),
        ("<p>没有标记</p>", []),
    ],
)  # fmt: skip
def test_a_templates_sentence_is_found(
    messages: ModuleType, source: str, expected: list[object], tmp_path: Path
) -> None:
    assert sentences(messages, source, tmp_path) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("_('需求')", ["需求"]),
        ("N_('请写明' '地方。')", ["请写明地方。"]),
        ("ngettext('一条', '%(n)s 条', n)", [("一条", "%(n)s 条")]),
        ("pgettext('state', '开')", ["开"]),
        ("npgettext('state', '开', '都开', n)", [("开", "都开")]),
        ("print('需求')", []),
    ],
)
def test_a_rooms_sentence_is_found(
    messages: ModuleType, source: str, expected: list[object]
) -> None:
    catalog = Catalog(charset="utf-8")
    messages.add(catalog, source.encode())
    assert [message.id for message in catalog if message.id] == expected


@pytest.mark.parametrize(
    ("english", "flags", "told"),
    [
        ("Give 0 to %(most)s, not %(now).1f.", set(), ""),
        ("", set(), "not translated"),
        ("Give 0 to %(most)s, not %(now).1f.", {"fuzzy"}, "fuzzy"),
        ("Give 0 to %(mots)s, not %(now).1f.", set(), "other places"),
        ("Give 0 to %(most)s.", set(), "other places"),
        ("请填 %(most)s, %(now).1f", set(), "still Chinese"),
        ("Write “请填”: %(most)s, %(now).1f", set(), ""),
    ],
)
def test_a_fault_of_the_english_is_told(
    messages: ModuleType, english: str, flags: set[str], told: str
) -> None:
    source = "请填 0 到 %(most)s，不是 %(now).1f。"
    used, known = Catalog(), Catalog()
    message = used.add(source)
    kept = known.add(source, english, flags=flags)
    said = messages.faults(message, kept)
    assert (told in said[0]) if told else said == []


def test_a_sentence_that_is_missing_and_one_that_is_no_longer_used_are_told(
    messages: ModuleType,
) -> None:
    used, known = Catalog(), Catalog()
    known.add("旧的一句。", "An old one.")
    message = used.add("新的一句。")
    assert "not in the catalogue" in messages.faults(message, None)[0]
    assert "旧的一句。" in messages.unused(known, [message])[0]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("web/templates/a.html", "<p>需求</p>"),
        ("web/templates/a.html", '{% include "x.html" with title="标题" %}'),
        ("web/templates/a.html", '{{ name|default:"无" }}'),
        ("web/static/a.js", "alert('需求');"),
        ("needs/services.py", "raise Refused('不可以')"),
        ("web/views/needs.py", "title = f'共 {n} 条'"),
    ],
)
def test_chinese_that_nothing_translates_is_told(
    messages: ModuleType, path: str, text: str, tmp_path: Path
) -> None:
    assert bare(messages, path, text, tmp_path)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("web/templates/a.html", "{# 说明 #}{% comment %}说明{% endcomment %}<!-- 说明 -->"),
        ("web/templates/a.html", "{% trans '需求' %}{% include 'x' with t=_('标题') %}"),
        ("web/templates/a.html", "{% blocktrans %}共 {{ n }} 条{% endblocktrans %}"),
        ("web/static/a.js", "// 说明\nlet x = 1;"),
        ("needs/services.py", '"""需求。"""\nraise Refused(N_("不可以"))  # 说明'),
        ("engine/text.py", "STOP = {'的', '了'}"),
        ("needs/migrations/0001_x.py", "x = '草稿'"),
    ],
)
def test_chinese_that_is_translated_or_no_sentence_is_left_alone(
    messages: ModuleType, path: str, text: str, tmp_path: Path
) -> None:
    assert bare(messages, path, text, tmp_path) == []


def bare(messages: ModuleType, path: str, text: str, package: Path) -> list[str]:
    """Return what is told about a package of one file."""
    file = package / path
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    rules = (messages.bare_templates, messages.bare_scripts, messages.bare_code)
    return [fault for rule in rules for fault in rule(package)]
