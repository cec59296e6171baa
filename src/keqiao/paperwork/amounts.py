"""Amounts of money as the parties state them: yuan with two decimals, in figures and in a contract's characters."""

from __future__ import annotations

from decimal import Decimal

from keqiao.base.amounts import CENT, is_exact

MOST = Decimal(1_000_000_000_000)  # yuan: 10,000 亿, more than any contract
WAN = Decimal(10_000)
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def is_amount(amount: Decimal) -> bool:
    """Tell whether ``amount`` is a sum of yuan that can be written: 0 to a million million, whole fen."""
    return is_exact(amount, most=MOST)


def figures(amount: Decimal) -> str:
    """Return ``1,200,000.00``."""
    return f"{amount.quantize(CENT):,}"


def in_wan(amount: Decimal) -> str:
    """Return the amount in 万元 without needless zeros: ``120``, ``0.0001``."""
    return f"{(amount / WAN).normalize():f}"


def written(amount: Decimal) -> str:
    """Return the amount as it is written against tampering: 壹佰贰拾万元整, 叁元零伍分."""
    fen = int((amount * 100).to_integral_value())
    yuan, fen = divmod(fen, 100)
    jiao, fen = divmod(fen, 10)
    whole = f"{_whole(yuan)}元" if yuan or not (jiao or fen) else ""
    if not (jiao or fen):
        return f"{whole}整"
    tenths = f"{DIGITS[jiao]}角" if jiao else ("零" if yuan else "")
    return whole + tenths + (f"{DIGITS[fen]}分" if fen else "整")


def _whole(yuan: int) -> str:
    """Return a whole number below 10^16 in characters; one 零 stands for any run of zeros inside."""
    if yuan == 0:
        return DIGITS[0]
    said, rest, place = "", yuan, 0
    while rest:
        rest, four = divmod(rest, 10_000)
        if four:
            gap = "零" if said and not said.startswith("零") and _needs_zero(yuan, place) else ""
            said = f"{_four(four)}{GROUPS[place]}{gap}{said}"
            if rest and four < 1000:  # noqa: PLR2004 - its thousands are empty
                said = f"零{said}"
        place += 1
    return said.strip("零")


def _needs_zero(yuan: int, place: int) -> bool:
    """Tell whether the group below ``place`` is empty while lower ones are not."""
    below: int = yuan // 10_000 ** (place - 1)
    return below % 10_000 == 0


def _four(number: int) -> str:
    """Return 1 to 9999 in characters: 1010 is 壹仟零壹拾."""
    said = ""
    for place in range(4):
        digit = number // 10**place % 10
        if digit:
            said = f"{DIGITS[digit]}{PLACES[place]}{said}"
        elif said and not said.startswith("零"):
            said = f"零{said}"
    return said.lstrip("零")
