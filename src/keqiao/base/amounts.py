"""Amounts of money: what a column of two decimals keeps exactly."""

from __future__ import annotations

from decimal import Decimal

CENT = Decimal("0.01")


def is_exact(amount: Decimal, *, least: Decimal | int = 0, most: Decimal | int) -> bool:
    """Tell whether ``amount`` lies between ``least`` and ``most`` and has two decimals at most."""
    return amount.is_finite() and least <= amount <= most and amount == amount.quantize(CENT)
