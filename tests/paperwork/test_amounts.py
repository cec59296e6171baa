"""Amounts as a contract writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.paperwork import amounts

SUMS = st.decimals(min_value=0, max_value=amounts.MOST, places=2)
VALUES = {one: value for value, one in enumerate(amounts.DIGITS)}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read(said: str) -> Decimal:
    """Read the characters of an amount again, by another way than they were written."""
    yuan, _, rest = said.partition("元") if "元" in said else ("零", "", said)
    total = section = digit = 0
    for one in yuan:
        if one in VALUES:
            digit = VALUES[one]
        elif one in UNITS:
            section, digit = section + digit * UNITS[one], 0
        else:
            unit = {"万": 10**4, "亿": 10**8}[one]
            if one == "亿" and section + digit == 0:
                total *= unit
            else:
                total += (section + digit) * unit
            section = digit = 0
    total += section + digit
    tenths = rest[rest.index("角") - 1] if "角" in rest else "零"
    cents = rest[rest.index("分") - 1] if "分" in rest else "零"
    return total + Decimal(VALUES[tenths]) / 10 + Decimal(VALUES[cents]) / 100


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("3.05", "叁元零伍分"),
        ("10", "壹拾元整"),
        ("1010", "壹仟零壹拾元整"),
        ("10010", "壹万零壹拾元整"),
        ("1200000", "壹佰贰拾万元整"),
        ("100000001", "壹亿零壹元整"),
        ("123456789.01", "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"),
        ("1000000000000", "壹万亿元整"),
    ],
)
def test_an_amount_is_written_as_banks_write_it(amount: str, said: str) -> None:
    assert amounts.written(Decimal(amount)) == said


@given(SUMS)
def test_what_is_written_can_be_read_again(amount: Decimal) -> None:
    said = amounts.written(amount)
    assert read(said) == amount
    assert "零零" not in said
    assert not said.startswith("零") or amount == 0


@given(SUMS)
def test_ten_thousands_are_the_same_sum(amount: Decimal) -> None:
    assert Decimal(amounts.in_wan(amount)) * 10_000 == amount
    assert "E" not in amounts.in_wan(amount)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-0.01", "0.001", "1000000000000.01"])
def test_what_is_no_sum_of_money_is_seen(amount: str) -> None:
    assert not amounts.is_amount(Decimal(amount))
