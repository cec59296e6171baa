"""What the reason about places says, and what it does not claim."""

from __future__ import annotations

import pytest

from keqiao.engine import reasons, scoring
from keqiao.engine.types import Entry

YAAN, CHENGDU, BEIJING = "511802", "510104", "110108"


@pytest.mark.parametrize(
    ("need", "offer", "said"),
    [
        ("", YAAN, "地区未填"),
        (YAAN, "", "地区未填"),
        ("", "", "地区未填"),
        (YAAN, BEIJING, "不在同一个省"),
        (YAAN, CHENGDU, "在同一个省"),
        (YAAN, YAAN, "在同一个县（区）"),
    ],
)
def test_a_place_that_is_not_given_is_not_called_far(need: str, offer: str, said: str) -> None:
    part = scoring._place(
        Entry("n", "need", "锂渣", "", region=need), Entry("f", "offer", "锂渣", "", region=offer)
    )
    assert reasons.sentence(part.reason) == said
    assert bool(part.points) == ("同一个" in said and "不" not in said)
