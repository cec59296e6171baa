"""Budget and last day as the text says them, and a title that is about neither."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from keqiao.engine import clarifying
from keqiao.engine.clarifying import numerals
from keqiao.engine.clarifying.types import Proposals
from keqiao.places import reference

TODAY = dt.date(2026, 11, 30)
NO_AMOUNT = (None, None)


def read(text: str) -> Proposals:
    return clarifying.propose(text, reference.load_trees(), today=TODAY)


@pytest.mark.parametrize(
    ("said", "amounts"),
    [
        ("预算最多80万", (None, "80")),
        ("预算30万元以内，尽快", (None, "30")),
        ("預算叁佰萬元", ("300", "300")),
        ("预算20-30万元", ("20", "30")),
        ("预算８万到１２万元", ("8", "12")),
        ("经费不少于5万", ("5", None)),
        ("愿出1.5亿元", ("15000", "15000")),
        ("预算5000元左右", ("0.5", "0.5")),
        ("预算20w", ("20", "20")),
        ("去年投资200万", NO_AMOUNT),
        ("预算还没有定，掺量 10%", NO_AMOUNT),
        ("预算30到20万", NO_AMOUNT),
    ],
)
def test_a_budget_is_read_in_ten_thousands(said: str, amounts: tuple[str | None, ...]) -> None:
    found = read(f"碎叶多。{said}。").budget
    kept = NO_AMOUNT if found is None else (found.value.low, found.value.high)
    assert kept == tuple(None if one is None else Decimal(one) for one in amounts)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2027年6月30日前解决", dt.date(2027, 6, 30)),
        ("2027-06-30 前", None),
        ("2027-06-30前", dt.date(2027, 6, 30)),
        ("明年六月前", dt.date(2027, 5, 31)),
        ("明年2月底前", dt.date(2027, 2, 28)),
        ("今年年底前", dt.date(2026, 12, 31)),
        ("三個月內", dt.date(2027, 2, 28)),
        ("半年内", dt.date(2027, 5, 31)),
        ("近三个月内出现", None),
        ("2025年6月前就这样", None),
        ("2027年2月30日前", None),
        ("28 天活性指数", None),
    ],
)
def test_the_last_day_is_read_when_it_is_to_come(said: str, day: dt.date | None) -> None:
    found = read(f"碎叶多。{said}。").deadline
    assert (None if found is None else found.value) == day


def test_no_deadline_is_proposed_to_who_does_not_tell_the_day() -> None:
    assert clarifying.propose("2027年6月30日前", reference.load_trees()).deadline is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("浸出渣堆了三年没有去处。希望明年六月前解决。", "浸出渣堆了三年没有去处"),
        ("豆瓣醬壞罐率太高。希望三個月內把壞罐率降到5%以下。", "豆瓣醬壞罐率太高"),
        ("回转窑结圈停窑，损失大。想找高校一起做。预算20万元。", "回转窑结圈停窑"),
        ("茶叶碎。希望引入适合10°～20°坡地的轻便机采设备。", "引入适合10°～20°坡地的轻便机采设备"),
    ],
)
def test_a_title_is_about_the_matter(text: str, title: str) -> None:
    found = read(text).title
    assert found is not None
    assert found.value == title


def test_a_budget_and_a_deadline_belong_to_no_part_of_the_text() -> None:
    found = read("希望降低碎叶率。预算30万元以内，2027年6月30日前解决。厂区不能停产。")
    assert found.limits is not None
    assert found.limits.value == "厂区不能停产。"
    assert found.targets is None


def test_traditional_characters_are_read_and_kept_as_written() -> None:
    found = read("我們在雅安市，豆瓣醬壞罐率12%。試過換罐子，沒有用。希望壞罐率降到5%以下。")
    assert found.region is not None
    assert found.region.value == "511800"
    assert found.tried is not None
    assert "試過換罐子" in found.tried.value
    assert found.industries[0].value.startswith("C146")


def test_leaching_of_minerals_is_no_making_of_oil() -> None:
    codes = [one.value for one in read("锂辉石酸法提锂，浸出率只有85%，浸出渣难处理。").industries]
    assert not any(code.startswith("C133") for code in codes)


@pytest.mark.parametrize(
    ("said", "value"),
    [("叁佰", 300), ("三十五", 35), ("十", 10), ("两万三千", 23000), ("1.5亿", 150_000_000)],
)
def test_numbers_are_read_as_people_write_them(said: str, value: int) -> None:
    assert numerals.value(said) == value


@pytest.mark.parametrize("said", ["", "多", "1.2.3", "万元", "九" * 30, "١"])
def test_what_is_no_number_has_no_value(said: str) -> None:
    assert numerals.value(said) is None
