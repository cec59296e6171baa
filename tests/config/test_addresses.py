"""Settings that a wrong value stops the start for, with a sentence: addresses, and the key of the feed."""

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


def test_a_short_key_of_the_feed_is_refused_and_not_shown() -> None:
    with pytest.raises(env.WrongSetting, match="KEQIAO_FEED_KEY") as wrong:
        env.read({"KEQIAO_DEBUG": "1", "KEQIAO_FEED_KEY": "too-short"})
    assert "too-short" not in str(wrong.value)
    assert env.read({"KEQIAO_DEBUG": "1", "KEQIAO_FEED_KEY": "k" * 50})["KEQIAO_FEED_KEY"]


def test_the_feed_is_on_unless_it_is_turned_off() -> None:
    assert env.read({"KEQIAO_DEBUG": "1"})["KEQIAO_FEED"] is True
    assert env.read({"KEQIAO_DEBUG": "1", "KEQIAO_FEED": "0"})["KEQIAO_FEED"] is False
