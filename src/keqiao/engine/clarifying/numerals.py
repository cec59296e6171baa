"""Numbers as people write them, in figures or in characters, as exact values."""

from __future__ import annotations

from decimal import Decimal

_ROWS = ("零〇", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {one: value for value, row in enumerate(_ROWS) for one in row}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10_000, "w": 10_000, "亿": 100_000_000}
_MOST_FIGURES = 20


def value(said: str) -> Decimal | None:
    """Return the number that "80万", "1.5亿", "叁佰" or "三十五" is; None for anything else. Simplified, half width."""
    rest = said.replace(",", "").replace(" ", "")
    factor = 1
    while rest and rest[-1] in _LARGE:
        factor *= _LARGE[rest[-1]]
        rest = rest[:-1]
    if rest.isascii():
        is_figure = rest.replace(".", "", 1).isdigit() and len(rest) <= _MOST_FIGURES
        return Decimal(rest) * factor if is_figure else None
    written = _written(rest)
    return None if written is None else Decimal(written * factor)


def _written(said: str) -> int | None:
    """Return a number below 100,000,000 in characters; None when another character is among them."""
    if not said or len(said) > _MOST_FIGURES:
        return None
    whole = part = digit = 0
    for one in said:
        if one in _DIGITS:
            digit = _DIGITS[one]
        elif one in _TENS:
            part += (digit or 1) * _TENS[one]
            digit = 0
        elif one == "万":
            whole, part, digit = (whole + part + digit) * _LARGE[one], 0, 0
        else:
            return None
    return whole + part + digit
