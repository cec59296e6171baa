"""State tables and public codes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.base.codes import CREDIT_ALPHABET, credit_check, is_credit_code, new_code
from keqiao.base.states import Machine, WrongState, move

DOOR = Machine(
    start="shut",
    moves={
        "open": move("shut", "open"),
        "shut": move("open", "shut"),
        "brick up": move("open shut", "wall"),
    },
)
# Printed on public registers: three enterprises, a university and a public body.
PRINTED = [
    "91350100M000100Y43",
    "91440300708461136T",
    "91110000802100433B",
    "12100000400010275N",
    "914403001922038216",
]
BODIES = st.text(alphabet=CREDIT_ALPHABET, min_size=17, max_size=17)


def test_a_verb_leads_from_its_states_to_its_target() -> None:
    assert DOOR.after("open", "shut") == "open"
    assert DOOR.after("brick up", "open") == "wall"
    assert DOOR.sources("brick up") == {"open", "shut"}
    assert DOOR.allows("shut", "open")


def test_a_verb_is_refused_in_every_other_state() -> None:
    assert not DOOR.allows("open", "wall")
    with pytest.raises(WrongState) as refusal:
        DOOR.after("open", "wall")
    assert "请刷新页面" in refusal.value.phrase.say()


def test_a_verb_that_no_table_has_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        DOOR.after("paint", "shut")


def test_codes_are_readable_over_the_telephone_and_do_not_repeat() -> None:
    codes = {new_code("N") for _ in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch(r"N-[0-9A-HJKMNP-TV-Z]{8}", code) for code in codes)


@pytest.mark.parametrize("code", PRINTED)
def test_codes_of_the_public_register_hold(code: str) -> None:
    assert credit_check(code[:17]) == code[17]
    assert is_credit_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91350100M000100Y4",
        "91350100M000100Y433",
        "91350100M000100Y44",
        "91350100m000100y43",
        "9135010OM000100Y43",
        "９1350100M000100Y43",
        "91350100M000100Y4\x00",
        "91350100M000100Y4㐂",
        " 1350100M000100Y43",
    ],
)
def test_wrong_codes_do_not_hold(code: str) -> None:
    assert not is_credit_code(code)


@given(BODIES)
def test_exactly_one_check_character_fits_a_body(body: str) -> None:
    fitting = [last for last in CREDIT_ALPHABET if is_credit_code(body + last)]
    assert fitting == [credit_check(body)]


@given(BODIES, st.integers(0, 16), st.sampled_from(CREDIT_ALPHABET))
def test_one_mistyped_character_is_always_found(body: str, place: int, typed: str) -> None:
    right = body + credit_check(body)
    wrong = right[:place] + typed + right[place + 1 :]
    assert is_credit_code(wrong) == (wrong == right)


@given(BODIES, st.integers(0, 15))
def test_two_swapped_neighbours_are_always_found(body: str, place: int) -> None:
    right = body + credit_check(body)
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assert is_credit_code(wrong) == (wrong == right)
