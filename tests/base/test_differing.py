"""What two texts share, in runs that add up to the texts again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.base.differing import MOST, Run, compare, split


def marked(runs: list[Run]) -> str:
    return "".join(f"[{run.text}]" if run.is_own else run.text for run in runs)


def joined(runs: list[Run]) -> str:
    return "".join(run.text for run in runs)


@pytest.mark.parametrize(
    ("one", "other", "here", "there"),
    [
        ("锂渣的消纳", "锂渣的消纳", "锂渣的消纳", "锂渣的消纳"),
        ("", "", "", ""),
        ("锂渣", "", "[锂渣]", ""),
        ("雅安的锂渣堆存", "锂渣堆存压力", "[雅安的]锂渣堆存", "锂渣堆存[压力]"),
        ("掺量10%以上", "掺量15%以上", "掺量[10]%以上", "掺量[15]%以上"),
        ("㐂𠮷田先生", "𠮷田先生", "[㐂]𠮷田先生", "𠮷田先生"),
        ("甲乙丙", "丁乙戊", "[甲乙丙]", "[丁乙戊]"),
    ],
)
def test_what_only_one_side_says_is_marked(one: str, other: str, here: str, there: str) -> None:
    left, right = compare(one, other)
    assert (marked(left), marked(right)) == (here, there)


@given(
    st.text(alphabet="锂渣纳。1a\n ", max_size=60), st.text(alphabet="锂渣纳。1a\n ", max_size=60)
)
def test_the_runs_add_up_to_the_texts_and_agree_on_what_is_the_same(one: str, other: str) -> None:
    left, right = compare(one, other)
    assert (joined(left), joined(right)) == (one, other)
    assert not [run for run in left + right if run.is_own and not run.text.strip()]


def test_a_long_text_is_compared_to_its_limit_and_shown_to_its_end() -> None:
    one, other = "锂" * (MOST + 500), "渣" * 10
    left, right = compare(one, other)
    assert (joined(left), joined(right)) == (one, other)
    assert left[-1] == Run("锂" * 500, is_own=False)


@given(st.lists(st.text(max_size=9), max_size=6), st.text(max_size=20))
def test_joined_parts_come_apart_again(parts: list[str], other: str) -> None:
    runs, _there = compare("".join(parts), other)
    assert [joined(piece) for piece in split(runs, [len(part) for part in parts])] == parts
