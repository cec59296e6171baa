"""Text from people, kind and hostile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.base import text
from keqiao.base.errors import Invalid
from keqiao.base.text import Intake, clean_line, clean_text, refuse_unsafe_values


def words_of(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [problem.phrase.text for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("锂渣的规模化消纳利用", "锂渣的规模化消纳利用"),
        ("  两头有空白 \n", "两头有空白"),
        ("\u3000\u3000全角缩进", "全角缩进"),
        ("第一行\r\n第二行\r第三行", "第一行\n第二行\n第三行"),
        ("制表\t符", "制表\t符"),
        ("𠮷田㐂·古力·阿依", "𠮷田㐂·古力·阿依"),
        ("“全角”，（标点）—— 28 天活性指数≥65％！", "“全角”，（标点）—— 28 天活性指数≥65％！"),
        ("繁體字與异體字：龜、龟、亀", "繁體字與异體字：龜、龟、亀"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("零\u200b宽\u200d字\ufeff符\u2060\u00ad", "零宽字符"),
        ("方\u200e向\u200f标\u061c记", "方向标记"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=1+1", "=1+1"),
        ("100% 的 %(name)s", "100% 的 %(name)s"),
        ("", ""),
        (" \t\u3000\u200b\n ", ""),
    ],
)
def test_text_is_kept_as_typed(raw: str, kept: str) -> None:
    assert clean_text(raw, most=200) == kept


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("锂\x00渣", text.HAS_NUL),
        ("\x1b[31m红", text.HAS_NUL),
        ("\x7f", text.HAS_NUL),
        ("下\x85行", text.HAS_NUL),
        ("\ud800", text.HAS_SURROGATE),
        ("半个\udfb7字", text.HAS_SURROGATE),
        ("\u202e反着写", text.HAS_BIDI),
        ("\u2066隔离\u2069", text.HAS_BIDI),
    ],
)
def test_text_that_cannot_be_kept_is_refused_with_its_reason(raw: str, told: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_text(raw, most=200, field="wanted")
    assert words_of(refusal) == [told]
    assert refusal.value.problems[0].field == "wanted"


def test_too_long_is_counted_in_characters_after_the_invisible_ones_went() -> None:
    assert clean_text("㐂" * 10 + "\u200b" * 10, most=10) == "㐂" * 10
    with pytest.raises(Invalid) as refusal:
        clean_text("㐂" * 11, most=10)
    assert refusal.value.problems[0].phrase.say() == "内容过长：最多 10 个字，现在是 11 个字。"


def test_a_megabyte_is_refused_for_its_length() -> None:
    with pytest.raises(Invalid) as refusal:
        clean_text("渣" * 1_000_000, most=5000)
    assert words_of(refusal) == [text.TOO_LONG]


@pytest.mark.parametrize("raw", ["", "   ", "\u3000", "\u200b\u200b", "\n\n", "\u3164", "\u2800"])
def test_nothing_but_blanks_is_nothing(raw: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_line(raw, most=80, required=True)
    assert words_of(refusal) == [text.NOTHING]


def test_a_line_has_single_spaces_and_no_line_ends() -> None:
    assert (
        clean_line("  雅安\n\t示例\u3000 锂业\u2028有限公司 ", most=80) == "雅安 示例 锂业 有限公司"
    )
    assert clean_line("锂 \u200b 渣", most=80) == "锂 渣"


@given(st.text(alphabet=st.characters(), max_size=60))
def test_what_was_cleaned_once_is_clean(raw: str) -> None:
    try:
        kept = clean_text(raw, most=60)
    except Invalid:
        return
    assert clean_text(kept, most=60) == kept
    kept.encode()
    assert "\x00" not in kept
    line = clean_line(kept, most=60)
    assert clean_line(line, most=60) == line


def test_intake_names_every_problem_at_once() -> None:
    intake = Intake()
    assert intake.line("title", "", most=80, required=True) == ""
    assert intake.text("wanted", "\x00", most=80) == ""
    assert intake.line("name", "㐂", most=80) == "㐂"
    intake.check(holds=False, field="stage", text="%(least)s 到 9", least=1)
    intake.check(holds=True, field="budget", text="不会出现")
    with pytest.raises(Invalid) as refusal:
        intake.finish()
    problems = [(problem.field, problem.phrase.say()) for problem in refusal.value.problems]
    assert problems == [
        ("title", text.NOTHING),
        ("wanted", text.HAS_NUL),
        ("stage", "1 到 9"),
    ]
    assert "title" in str(refusal.value)


def test_an_intake_without_problems_lets_pass() -> None:
    intake = Intake()
    assert intake.words("keywords", ["锂渣", " 锂渣 ", "", "固废"], most=3, longest=9) == [
        "锂渣",
        "固废",
    ]
    intake.finish()


def test_too_many_words_are_one_problem_however_many_they_are() -> None:
    intake = Intake()
    kept = intake.words(
        "keywords", (f"词{number}" for number in range(1_000_000)), most=12, longest=20
    )
    assert len(kept) == 12
    assert [problem.phrase.say() for problem in intake.problems] == ["最多填写 12 个。"]


def test_bad_words_are_one_problem_however_many_they_are() -> None:
    intake = Intake()
    intake.words("keywords", ["长" * 21] * 100_000, most=12, longest=20)
    assert [problem.phrase.text for problem in intake.problems] == [text.TOO_LONG]


@pytest.mark.parametrize(
    "values",
    [
        {"people": ["吴桥", "\x00"]},
        {"people": [{"na\x00me": "吴桥"}]},
        {"quote": "\ud800"},
        {"quote": "\u202e"},
        {"amount": float("nan")},
        {"amount": float("inf")},
        {"when": object()},
    ],
)
def test_values_that_no_database_keeps_are_refused(values: object) -> None:
    with pytest.raises(Invalid) as refusal:
        refuse_unsafe_values(values, field="facts")
    assert refusal.value.problems[0].field == "facts"


def test_values_of_a_page_pass() -> None:
    refuse_unsafe_values(
        {"人": ["𠮷田㐂", None, 3, 0.5, True, {"单位": ("雅安市科协",)}]}, field="facts"
    )
