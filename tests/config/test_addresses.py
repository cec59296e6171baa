"""Settings that are addresses: a wrong one stops the start with a sentence."""

from __future__ import annotations

import pytest

from keqiao.config import env


@pytest.mark.parametrize(
    "wrong", ["code.example", "javascript:alert(1)", "https://", "ftp://x.example"]
)
def test_an_address_of_the_source_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(env.WrongSetting, match="KEQIAO_SOURCE_URL"):
        env.read({"KEQIAO_DEBUG": "1", "KEQIAO_SOURCE_URL": wrong})


def test_contact_and_source_are_empty_unless_they_are_set() -> None:
    assert env.read({"KEQIAO_DEBUG": "1"})["KEQIAO_SOURCE_URL"] == ""
    kept = env.read({"KEQIAO_DEBUG": "1", "KEQIAO_SOURCE_URL": "https://code.example/keqiao"})
    assert kept["KEQIAO_SOURCE_URL"] == "https://code.example/keqiao"
